"""Tests of detection: content decides, names only between plain texts."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genba.errors import InvalidInput
from genba.formats.detection import Detected, detect
from genba.formats.kinds import MEDIA_TYPES, PROMISES
from genba.ports.blob import Blob
from genba.ports.reader import Limits
from genba.readers import READERS


def detected(data: bytes, name: str = "file") -> Detected:
    return detect(Blob(name=name, size_bytes=len(data), open=lambda: io.BytesIO(data)), Limits())


def package(main: str, part: str = "xl/workbook.xml") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml", f'<Types><Override PartName="/{part}" ContentType="application/{main}+xml"/></Types>'
        )
        archive.writestr(part, "<x/>")
    return out.getvalue()


def opendocument(mimetype: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", mimetype)
        archive.writestr("content.xml", "<x/>")
    return out.getvalue()


def ole(*streams: str) -> bytes:
    """A minimal compound file: one FAT sector, a directory of empty streams."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0)
    header += b"\xff\xff\xff\xff" * 108
    sectors = (len(streams) + 4) // 4
    fat = [0xFFFFFFFD, *range(2, sectors + 1), 0xFFFFFFFE]
    entries = [("Root Entry", 5, 0xFFFFFFFF, 1 if streams else 0xFFFFFFFF)]
    entries += [
        (name, 2, at + 2 if at + 2 <= len(streams) else 0xFFFFFFFF, 0xFFFFFFFF) for at, name in enumerate(streams)
    ]
    directory = b""
    for name, kind, right, child in entries:
        raw = name.encode("utf-16-le") + b"\0\0"
        entry = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, 0xFFFFFFFF, right, child)
        directory += entry + bytes(36) + struct.pack("<IQ", 0xFFFFFFFE, 0)
    directory = directory.ljust(512 * sectors, b"\0")
    return header + struct.pack("<128I", *fat, *[0xFFFFFFFF] * (128 - len(fat))) + directory


EXCEL = "vnd.openxmlformats-officedocument.spreadsheetml"
CASES = [
    (package(f"{EXCEL}.sheet.main"), "xlsx"),
    (package("vnd.ms-excel.sheet.macroEnabled.main"), "xlsm"),
    (package(f"{EXCEL}.template.main"), "xltx"),
    (package("vnd.ms-excel.sheet.binary.macroEnabled.main"), "xlsb"),
    (package("vnd.openxmlformats-officedocument.wordprocessingml.document.main", "word/document.xml"), "docx"),
    (package("vnd.ms-word.document.macroEnabled.main", "word/document.xml"), "docm"),
    (package("vnd.openxmlformats-officedocument.presentationml.slideshow.main", "ppt/p.xml"), "ppsx"),
    (opendocument("application/vnd.oasis.opendocument.spreadsheet"), "ods"),
    (opendocument("application/vnd.oasis.opendocument.text"), "odt"),
    (opendocument("application/epub+zip"), "epub"),
    (opendocument("text/plain"), "zip"),
    (ole("Workbook"), "xls"),
    (ole("Book"), "xls"),
    (ole("\x05SummaryInformation", "WordDocument"), "doc"),
    (ole("PowerPoint Document"), "ppt"),
    (ole("__properties_version1.0"), "msg"),
    (ole("\x04JSRV_SegmentInformation", "DocumentText"), "ichitaro"),
    (ole("VisioDocument"), "vsd"),
    (b"%PDF-1.7\n", "pdf"),
    (b"junk before\n%PDF-1.4\n", "pdf"),
    (bytes.fromhex("600e820107800300c013830401") + bytes(40), "docuworks"),
    (b"AC1032" + bytes(40), "dwg"),
    (b"JwwData.\x58\x02\0\0", "jww"),
    (b"  0\r\nSECTION\r\n  2\r\nHEADER\r\n", "dxf"),
    (b"\0\1\0\0Standard Jet DB\0", "mdb"),
    (b"\0\1\0\0Standard ACE DB\0", "mdb"),
    (b"\x89PNG\r\n\x1a\n" + bytes(20), "png"),
    (b"\xff\xd8\xff\xe0" + bytes(20), "jpeg"),
    (b"RIFF\0\0\0\0WEBP", "webp"),
    (b"RIFF\0\0\0\0WAVE", "wav"),
    (b"\0\0\0\x18ftypheic", "heic"),
    (b"\0\0\0\x18ftypisom", "video"),
    (b"7z\xbc\xaf\x27\x1c\0\4" + bytes(24), "7z"),
    (b"\x20\x00-lh5-" + bytes(30), "lzh"),
    (b"\x1f\x8b\x08" + bytes(20), "gz"),
    (b"Rar!\x1a\x07\x01\0", "rar"),
    (b"MZ" + bytes(100), "exe"),
    (b"SQLite format 3\0", "sqlite"),
    (b"PAR1" + bytes(20), "parquet"),
    (b"{\\rtf1\\ansi", "rtf"),
    (b"<?xml version='1.0'?><a/>", "xml"),
    (b"<a><b/></a>", "xml"),
    ("<!DOCTYPE html><title>表</title>".encode("cp932"), "html"),
    (b"<html xmlns='http://www.w3.org/1999/xhtml'><body/></html>", "html"),
    (b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>", "spreadsheetml"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "svg"),
    (b'{"a": [1, 2]}', "json"),
    (b'[{"a": 1}, {"a": 2}]', "json"),
    (b'{"a": 1}\n{"a": 2}\n', "jsonl"),
    (b"[section]\nkey=value\n", "txt"),
    ("日時,温度,圧力\n10:00,1,2\n10:01,3,4\n10:02,5,6\n".encode("cp932"), "csv"),
    ("a\tb\n1\t2\n3\t4\n".encode("utf-16"), "tsv"),
    ("作業日報\n本日は、プレス機の点検を行いました。\n異常はありません。\n".encode("euc_jp"), "txt"),
    (bytes(range(256)) * 8, "unknown"),
]


@pytest.mark.parametrize(("data", "kind"), CASES, ids=[f"{kind}-{at}" for at, (_, kind) in enumerate(CASES)])
def test_the_kind_is_told_by_content_alone(data: bytes, kind: str) -> None:
    assert detected(data).kind == kind


def test_the_extension_decides_between_plain_texts_only() -> None:
    assert detected(b"a b c\n", "a.csv").kind == "csv"
    assert detected(b"# a\n", "a.md").kind == "md"
    assert detected(b"# a\n", "a.txt").kind == "txt"
    assert detected(b"%PDF-1.4", "a.csv").kind == "pdf"


def test_a_wrong_extension_is_reported_with_both_kinds() -> None:
    (finding,) = detected(b"<html><table></table></html>", "集計.xls").findings
    assert finding.code == "file.wrong_extension"
    assert finding.details == {"extension": "xls", "kind": "html"}


def test_neutral_extensions_promise_nothing() -> None:
    assert detected(b"a,b,c\n1,2,3\n4,5,6\n", "log.dat").findings == ()
    assert detected(b"a,b,c\n1,2,3\n4,5,6\n", "log.txt").findings == ()


def test_an_unknown_file_is_a_finding() -> None:
    assert [finding.code for finding in detected(bytes(range(256)) * 8, "a.xyz").findings] == ["file.unknown_kind"]


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"file\.empty"):
        detected(b"")


def test_encrypted_office_files_are_refused_by_name() -> None:
    with pytest.raises(InvalidInput, match="password_protected"):
        detected(ole("EncryptionInfo", "EncryptedPackage"), "a.xlsx")


@pytest.mark.parametrize("data", [package(f"{EXCEL}.sheet.main")[:-30], ole("Workbook")[:600]])
def test_cut_off_containers_are_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput, match="truncated"):
        detected(data)


def test_every_kind_has_a_media_type_and_a_reader() -> None:
    assert set(READERS) == set(MEDIA_TYPES)
    assert {kind for kinds in PROMISES.values() for kind in kinds} <= set(MEDIA_TYPES)


@settings(max_examples=200)
@given(st.binary(min_size=1, max_size=300), st.sampled_from(["", "PK\x03\x04", "{", "<a", "MZ", "a,b\n"]))
def test_no_bytes_break_detection(data: bytes, start: str) -> None:
    try:
        assert detected(start.encode("latin-1") + data, "a.dat").kind in MEDIA_TYPES
    except InvalidInput as error:
        assert error.code in ("file.truncated", "file.empty", "file.password_protected")


def test_real_files_are_told_quickly(real_data: Path) -> None:
    expected = {
        ".xlsx": "xlsx",
        ".docx": "docx",
        ".pdf": "pdf",
        ".xls": "xls",
        ".png": "png",
        ".csv": "csv",
        ".json": "json",
    }
    for path in sorted((real_data / "documents").rglob("*.*")):
        blob = Blob(name=path.name, size_bytes=path.stat().st_size, open=lambda path=path: path.open("rb"))  # type: ignore[misc]
        detect(blob, Limits())
        start = time.perf_counter()
        found = detect(blob, Limits())
        assert time.perf_counter() - start < 0.25
        if path.suffix in expected:
            assert found.kind == expected[path.suffix], path.name
            assert not found.findings


QUOTED_PAIRS = """項目,内容
ねじ部を締め付ける,"=HYPERLINK(""http://example.invalid"",""開く"")"
ラベルを測定する,+81-3-0000-0000
治具を並べる,<b>太字</b>
治具を戻す,\t先頭タブ
機械を止める,-0.02
"""
TITLED = """不良集計表
作成者：森戸 直樹
日付,品番,良品数,不良数,
2020/03/02,PX-9958-46,"3,404",4,
2005/09/01,KG-4178-32,"7,122",9,
2019/05/25,TN-2640-09,"2,988",3,
合計,,"13,514",16,
※金型：指差し確認
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("text", [QUOTED_PAIRS, TITLED, QUOTED_PAIRS.replace("\n", "\r\n")])
def test_a_text_file_that_is_a_table_by_its_structure_is_read_as_one(text: str, encoding: str) -> None:
    assert detected(text.encode(encoding), "一覧.txt").kind == "csv"


@pytest.mark.parametrize(
    "text",
    [
        "合計 1,200円\n小計 3,400円\n値引 1,100円\n税 2,300円\n",
        "Dear Sir, we write\nabout parts, which are\nlate again, as before\nand broken, sadly\n",
        "作業の前に,手を洗う。\n作業の後に,手を洗う。\n道具を片付け,帰る。\n電気を消し,鍵をかける。\n",
        "手順\n準備する\n部品,治具を取る\n終わる\n片付ける\n報告する\n",
    ],
)
def test_prose_with_commas_stays_prose(text: str) -> None:
    assert detected(text.encode(), "メモ.txt").kind == "txt"
