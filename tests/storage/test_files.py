"""Files of a product are whole or absent."""

import hashlib
from pathlib import Path

import pytest

from genba.storage.files import ProductFolder, blob_of, iso_time, sha256_of


def test_a_written_file_is_described_by_its_size_and_hash(tmp_path: Path) -> None:
    record = ProductFolder(tmp_path).put("documents/a.json", "現場".encode())
    assert (record.path, record.size_bytes) == ("documents/a.json", 6)
    assert record.sha256 == hashlib.sha256("現場".encode()).hexdigest()
    assert (tmp_path / "documents" / "a.json").read_bytes() == "現場".encode()


def test_an_error_while_writing_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    product = ProductFolder(tmp_path)
    product.put("a.bin", b"old")
    with pytest.raises(ValueError, match="broken"), product.stream("a.bin") as stream:
        stream.write(b"half of the new")
        raise ValueError("broken")
    assert [path.name for path in tmp_path.iterdir()] == ["a.bin"]
    assert (tmp_path / "a.bin").read_bytes() == b"old"


def test_files_the_product_does_not_name_are_removed(tmp_path: Path) -> None:
    product = ProductFolder(tmp_path)
    product.put("tables/old.parquet", b"x")
    product.put("tables/kept.parquet", b"x")
    (tmp_path / "tables" / "kept.parquet.123.part").write_bytes(b"x")
    product.remove_all_but(("tables", "images"), {"tables/kept.parquet"})
    assert [path.name for path in (tmp_path / "tables").iterdir()] == ["kept.parquet"]


def test_a_blob_can_be_opened_again_and_again(tmp_path: Path) -> None:
    path = tmp_path / "データ.csv"
    path.write_bytes(b"a,b\n1,2\n")
    blob = blob_of(path, path.name)
    assert blob.size_bytes == 8
    for _ in range(2):
        with blob.open() as stream:
            assert stream.read() == b"a,b\n1,2\n"
    assert sha256_of(blob) == hashlib.sha256(b"a,b\n1,2\n").hexdigest()


def test_times_no_calendar_knows_are_left_empty() -> None:
    assert iso_time(0) == "1970-01-01T00:00:00Z"
    assert iso_time(10**30) == ""
