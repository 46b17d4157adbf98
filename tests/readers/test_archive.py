"""Tests of the archive reader: every container gives its files back, and hostile ones nothing else."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import struct
import tarfile
import zipfile
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genba.errors import InvalidInput
from genba.formats import lzh
from genba.model.finding import Finding
from genba.ports.blob import Blob
from genba.ports.reader import Child, Limits
from genba.readers.archive import read
from tests.readers.packers import lzh_archive, lzh_packed, seven_zip

SAMPLE = ("検査成績書\n" * 300).encode("cp932")


def blob_of(data: bytes, name: str) -> Blob:
    return Blob(name=name, size_bytes=len(data), open=lambda: io.BytesIO(data))


def parts_of(data: bytes, name: str = "a.zip", **limits: int) -> list[Any]:
    return list(read(blob_of(data, name), Limits(**limits)))


def files_of(parts: list[Any]) -> dict[str, bytes]:
    return {part.path: part.blob.open().read() for part in parts if isinstance(part, Child)}


def codes_of(parts: list[Any]) -> list[str]:
    return [part.code for part in parts if isinstance(part, Finding)]


def zip_of(files: dict[str, bytes], raw_names: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    packed = out.getvalue()
    for name, raw in (raw_names or {}).items():
        assert len(name) == len(raw)
        packed = packed.replace(name.encode(), raw)
    return packed


def test_a_zip_gives_its_files_with_their_folders() -> None:
    parts = parts_of(zip_of({"図面/部品A.csv": b"a,b", "空.txt": b"", "フォルダー/": b""}))
    assert files_of(parts) == {"図面/部品A.csv": b"a,b", "空.txt": b""}


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "euc_jp"])
def test_names_without_the_utf8_flag_are_decoded(encoding: str) -> None:
    raw = "検査表ソ能力".encode(encoding)
    parts = parts_of(zip_of({"x" * len(raw): b"1"}, {"x" * len(raw): raw}))
    assert list(files_of(parts)) == ["検査表ソ能力"]


@pytest.mark.parametrize("name", ["../evil.txt", "/etc/passwd", "C:/x.txt", "a/../../b.txt"])
def test_names_that_lead_outside_are_refused(name: str) -> None:
    parts = parts_of(zip_of({name: b"x", "good.txt": b"y"}))
    assert files_of(parts) == {"good.txt": b"y"}
    assert codes_of(parts) == ["archive.unsafe_name"]


def test_two_members_of_one_name_are_both_given() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, pytest.warns(UserWarning):
        archive.writestr("a.txt", b"1")
        archive.writestr("a.txt", b"2")
    children = [part for part in parts_of(out.getvalue()) if isinstance(part, Child)]
    assert [child.blob.open().read() for child in children] == [b"1", b"2"]


def test_an_encrypted_member_is_reported_and_the_rest_read() -> None:
    packed = bytearray(zip_of({"secret.txt": b"x" * 50, "open.txt": b"y"}))
    packed[6] |= 1
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    parts = parts_of(bytes(packed))
    assert codes_of(parts) == ["zip.encrypted_member"]
    assert files_of(parts) == {"open.txt": b"y"}


def test_a_damaged_member_does_not_stop_the_rest() -> None:
    packed = bytearray(zip_of({"a.txt": random.Random(1).randbytes(500), "b.txt": b"fine"}))
    packed[60] ^= 0xFF
    parts = parts_of(bytes(packed))
    assert codes_of(parts) == ["zip.damaged_member"]
    assert files_of(parts) == {"b.txt": b"fine"}


def test_a_bomb_is_not_unpacked() -> None:
    parts = parts_of(zip_of({"bomb.bin": bytes(40 << 20), "b.txt": b"fine"}))
    assert codes_of(parts) == ["zip.bomb"]
    assert files_of(parts) == {"b.txt": b"fine"}


def test_the_limits_on_bytes_and_members_hold() -> None:
    data = random.Random(2).randbytes(5000)
    assert codes_of(parts_of(zip_of({"a": data, "b": b"1"}), member_bytes=4000)) == ["zip.too_large"]
    with pytest.raises(InvalidInput, match="too_many_members"):
        parts_of(zip_of({str(number): b"" for number in range(5)}), members=4)


def test_large_members_go_to_disk_and_can_be_opened_again() -> None:
    data = random.Random(3).randbytes(1 << 20) * 40
    (child,) = [part for part in parts_of(zip_of({"big.bin": data})) if isinstance(part, Child)]
    assert child.blob.path
    assert child.blob.open().read(100) == child.blob.open().read(100) == data[:100]
    assert child.blob.size_bytes == len(data)


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_tar_in_every_wrapping_gives_its_files_and_follows_no_link(mode: str) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, data in {"図面/a.csv": SAMPLE, "../evil": b"x"}.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    parts = parts_of(out.getvalue(), "a.tar.gz")
    assert files_of(parts) == {"図面/a.csv": SAMPLE}
    assert sorted(codes_of(parts)) == ["archive.link", "archive.unsafe_name"]


def test_a_cp932_tar_name_is_decoded() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT, encoding="cp932") as archive:
        archive.addfile(tarfile.TarInfo("作業日報.txt"))
    assert list(files_of(parts_of(out.getvalue(), "a.tar"))) == ["作業日報.txt"]


@pytest.mark.parametrize(("suffix", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)])
def test_single_compressed_files_are_unpacked(suffix: str, pack: Any) -> None:
    assert files_of(parts_of(pack(SAMPLE) + pack(b"more"), f"log.csv.{suffix}")) == {"log.csv": SAMPLE + b"more"}
    assert codes_of(parts_of(pack(SAMPLE)[:-12], f"log.csv.{suffix}")) == ["zip.damaged_member"]


def test_a_forged_extended_header_takes_no_memory() -> None:
    info = tarfile.TarInfo("pax")
    info.type, info.size = tarfile.XHDTYPE, 8 << 30
    with pytest.raises(InvalidInput, match="broken"):
        parts_of(info.tobuf() + bytes(2048), "a.tar")


METHODS = ["copy", "lzma", "lzma2", "deflate", "bzip2", "delta+lzma2", "bcj+lzma", "bcj+lzma2"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("encoded", [False, True])
def test_a_7z_gives_its_files_back(method: str, encoded: bool) -> None:
    code = bytes(random.Random(4).choices(b"\xe8\x00\x01\xff\x90\x8b", k=5000))
    files = {"図面/a.csv": SAMPLE, "b.bin": code, "empty.txt": b"", "folder/": None}
    parts = parts_of(seven_zip(files, method, encoded=encoded), "a.7z")
    assert codes_of(parts) == []
    assert files_of(parts) == {"図面/a.csv": SAMPLE, "b.bin": code, "empty.txt": b""}


@settings(max_examples=40)
@given(st.lists(st.binary(max_size=300), max_size=5), st.sampled_from(METHODS))
def test_any_files_survive_7z(datas: list[bytes], method: str) -> None:
    files: dict[str, bytes | None] = {f"f{number}": data for number, data in enumerate(datas)}
    assert files_of(parts_of(seven_zip(files, method), "a.7z")) == files


def test_an_encrypted_7z_is_reported() -> None:
    parts = parts_of(seven_zip({"a.txt": b"secret"}, "aes"), "a.7z")
    assert codes_of(parts) == ["zip.encrypted_member"]


def test_a_7z_that_is_cut_off_or_forged_is_refused() -> None:
    packed = seven_zip({"a.txt": SAMPLE}, "lzma2")
    with pytest.raises(InvalidInput, match="truncated"):
        parts_of(packed[:-10], "a.7z")
    forged = bytearray(packed)
    forged[-20] ^= 0x55
    forged[28:32] = struct.pack("<I", zlib.crc32(forged[32 + struct.unpack_from("<Q", forged, 12)[0] :]))
    try:
        parts_of(bytes(forged), "a.7z")
    except InvalidInput:
        pass


def test_a_7z_whose_data_is_damaged_reports_the_file() -> None:
    packed = bytearray(seven_zip({"a.txt": SAMPLE, "b.txt": b"x"}, "copy"))
    packed[40] ^= 1
    assert "zip.damaged_member" in codes_of(parts_of(bytes(packed), "a.7z"))


@pytest.mark.parametrize("level", [0, 1, 2])
@pytest.mark.parametrize("method", ["-lh0-", "-lh5-", "-lh6-", "-lh7-"])
def test_an_lzh_gives_its_files_back(level: int, method: str) -> None:
    files = {"図面\\能力表.csv": SAMPLE, "b.bin": bytes(range(256)) * 20}
    parts = parts_of(lzh_archive(files, method, level), "a.lzh")
    assert codes_of(parts) == []
    assert files_of(parts) == {"図面/能力表.csv": SAMPLE, "b.bin": bytes(range(256)) * 20}


@settings(max_examples=60)
@given(st.binary(max_size=600), st.sampled_from(["-lh5-", "-lh6-", "-lh7-"]))
def test_any_bytes_survive_lzh(data: bytes, method: str) -> None:
    assert files_of(parts_of(lzh_archive({"a": data}, method, 2), "a.lzh")) == {"a": data}


def test_long_distances_and_lengths_survive_lzh() -> None:
    data = random.Random(5).randbytes(70_000) * 2 + b"a" * 1000
    member = lzh.LzhMember("a", "-lh7-", len(lzh_packed(data, "-lh7-")), len(data), lzh.crc16(data), 0)
    assert b"".join(lzh.unpack(io.BytesIO(lzh_packed(data, "-lh7-")), member)) == data


def test_an_lzh_with_a_wrong_checksum_is_reported() -> None:
    packed = bytearray(lzh_archive({"a.txt": SAMPLE}, "-lh0-", 2))
    packed[-100] ^= 1
    assert codes_of(parts_of(bytes(packed), "a.lzh")) == ["zip.damaged_member"]


def test_unknown_lzh_methods_are_named() -> None:
    packed = lzh_archive({"a.txt": SAMPLE}, "-lh0-", 2).replace(b"-lh0-", b"-lh1-")
    assert codes_of(parts_of(packed, "a.lzh")) == ["archive.unknown_method"]


@settings(max_examples=150)
@given(st.data())
def test_damage_anywhere_ends_in_findings_not_in_crashes(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["zip", "7z", "lzh", "tar", "gz"]))
    files: dict[str, bytes | None] = {"a.txt": SAMPLE[:400], "b.txt": b"12345"}
    if kind == "zip":
        packed = bytearray(zip_of({name: value or b"" for name, value in files.items()}))
    elif kind == "7z":
        packed = bytearray(seven_zip(files, "lzma"))
    elif kind == "lzh":
        packed = bytearray(lzh_archive({name: value or b"" for name, value in files.items()}, "-lh5-", 1))
    else:
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w:gz" if kind == "gz" else "w") as archive:
            archive.addfile(tarfile.TarInfo("a.txt"))
        packed = bytearray(out.getvalue())
    for _ in range(data.draw(st.integers(1, 3))):
        packed[data.draw(st.integers(8, len(packed) - 1))] = data.draw(st.integers(0, 255))
    try:
        parts_of(bytes(packed), f"a.{kind}")
    except InvalidInput:
        pass
    except KeyError as error:  # the damage made it another kind of file
        assert str(error).strip("'") not in ("zip", "7z", "lzh", "tar", "gz")
