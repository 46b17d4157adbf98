"""The example factory is believable, complete, and always the same for a seed."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import zipfile
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from lxml import etree

from examples.factory import generate
from examples.factory.company import Factory, File
from examples.writing.scans import font_file

FORMATS = (
    "xlsx xlsm xltx xls ods docx pptx doc ppt pdf csv tsv txt json jsonl xml html md zip tar.gz 7z lzh png jpeg "
    "xdw jtd dwg jww xlsb mdb msg lock thumbs"
).split()
KINDS = (
    "作業手順書 作業標準書 QC工程表 検査成績書 検査基準書 FMEA 作業日報 設備台帳 仕入先調査票 "
    "フローチャート 品番マスタ センサーデータ 設備ログ "
    "生産実績 8D報告書 議事録 人事評価 写真 不良集計"
).split()
TROUBLES = (
    "truncated empty encrypted wrong-extension duplicate convert skip personnel mojibake zip-bomb path-traversal "
    "entity-expansion "
    "formula-start html-in-cell halfwidth-kana-name nfd-name long-name emoji-name leading-space-name cp932-member-names"
).split()


@pytest.fixture(scope="module")
def files() -> list[File]:
    return generate.build(7)


def one(files: list[File], path_end: str) -> File:
    return next(file for file in files if file.path.endswith(path_end))


def test_the_same_seed_writes_the_same_bytes_and_dates(tmp_path: Path) -> None:
    digests = []
    for name in ("a", "b"):
        generate.write(tmp_path / name, 7, tmp_path / f"{name}.json")
        held = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        digests.append(
            [
                (
                    p.relative_to(tmp_path / name).as_posix(),
                    hashlib.sha256(p.read_bytes()).hexdigest(),
                    int(p.stat().st_mtime),
                )
                for p in held
            ]
        )
    assert digests[0] == digests[1]
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_another_seed_makes_other_contents(files: list[File]) -> None:
    def contents(made: list[File]) -> set[str]:
        return {hashlib.sha256(file.data).hexdigest() for file in made if file.format in ("xlsx", "docx", "csv", "pdf")}

    mine, other = contents(files), contents(generate.build(8))
    assert len(mine & other) < len(mine) / 3


def test_every_kind_format_and_trouble_is_there(files: list[File]) -> None:
    assert len(files) >= 60
    drawn = {"tiff"} if font_file() else set()  # scans are drawn where a Japanese font is installed
    assert set(FORMATS) | drawn <= {file.format for file in files}
    assert set(KINDS) <= {file.kind for file in files}
    assert set(TROUBLES) <= {trouble for file in files for trouble in file.troubles}


def test_the_truth_counts_what_is_on_disk(tmp_path: Path) -> None:
    truth_file = tmp_path / "truth.json"
    generate.main([str(tmp_path / "share"), "--seed", "3", "--truth", str(truth_file)])
    truth = json.loads(truth_file.read_text(encoding="utf-8"))
    held = {
        path.relative_to(tmp_path / "share").as_posix(): path
        for path in (tmp_path / "share").rglob("*")
        if path.is_file()
    }
    assert set(held) == {entry["path"] for entry in truth["files"]}
    assert truth["counts"]["files"] == len(held) == sum(truth["counts"]["formats"].values())
    for entry in truth["files"]:
        assert held[entry["path"]].stat().st_size == entry["size_bytes"]
        assert hashlib.sha256(held[entry["path"]].read_bytes()).hexdigest() == entry["sha256"]


def test_duplicates_equal_their_originals(files: list[File]) -> None:
    by_path = {file.path: file for file in files}
    copies = [file for file in files if "duplicate" in file.troubles]
    assert len(copies) >= 3
    assert all(file.data == by_path[str(file.truth["duplicate_of"])].data for file in copies)


def test_no_zip_carries_a_clock(files: list[File]) -> None:
    for file in files:
        if file.format in ("xlsx", "xlsm", "xltx", "docx", "pptx", "ods", "zip") and zipfile.is_zipfile(
            io.BytesIO(file.data)
        ):
            with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
                assert {info.date_time[:3] for info in archive.infolist()} == {(2025, 4, 1)}, file.path


def test_every_xml_part_is_well_formed(files: list[File]) -> None:
    for file in files:
        if file.format in ("xlsx", "xlsm", "xltx", "docx", "pptx") and zipfile.is_zipfile(io.BytesIO(file.data)):
            with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
                assert not [name for name, count in Counter(archive.namelist()).items() if count > 1], file.path
                for name in archive.namelist():
                    if name.endswith((".xml", ".rels", ".vml")):
                        etree.fromstring(archive.read(name))


def test_relations_lead_to_parts_that_exist(files: list[File]) -> None:
    for file in files:
        if file.format not in ("xlsx", "xlsm", "xltx", "docx", "pptx") or not zipfile.is_zipfile(io.BytesIO(file.data)):
            continue
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            names = set(archive.namelist())
            for relations in (name for name in names if name.endswith(".rels")):
                folder = Path(relations).parent.parent
                for relation in etree.fromstring(archive.read(relations)):
                    if relation.get("TargetMode") != "External":
                        target = relation.get("Target", "")
                        path = (
                            target[1:]
                            if target.startswith("/")
                            else os.path.normpath(folder / target).replace("\\", "/")
                        )
                        assert path in names, (file.path, relations, target)


def test_the_inspection_record_holds_the_values_that_the_truth_displays(files: list[File]) -> None:
    file = next(file for file in files if file.kind == "検査成績書" and "duplicate" not in file.troubles)
    sheet = openpyxl.load_workbook(io.BytesIO(file.data), data_only=True).active
    cells = file.truth["cells"]
    assert isinstance(cells, list)
    assert len(cells) > 20
    for cell in cells:
        assert sheet[cell["cell"]].value is not None
        if cell["unit"] == "mm" and cell["shown"].endswith(" mm"):
            assert float(cell["shown"][:-3]) == pytest.approx(sheet[cell["cell"]].value, abs=0.00051)


def test_graph_paper_truth_agrees_with_the_cells(files: list[File]) -> None:
    file = one(files, "WS_減速機ハウジング_加工.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(file.data)).active
    values = {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None}
    pairs, steps = file.truth["pairs"], file.truth["steps"]
    assert isinstance(pairs, dict)
    assert isinstance(steps, list)
    assert {*pairs, *pairs.values(), *(step[1] for step in steps)} <= values
    assert len(sheet.merged_cells.ranges) == file.truth["merges"]
    assert any(dimension.hidden for dimension in sheet.row_dimensions.values())


def test_every_csv_decodes_as_the_truth_says(files: list[File]) -> None:
    codecs = {"utf-8-bom": "utf-8-sig", "utf-16": "utf-16"}
    checked = 0
    for file in files:
        encoding = file.truth.get("encoding")
        if file.format in ("csv", "tsv", "txt") and isinstance(encoding, str):
            decoded = file.data.decode(codecs.get(encoding, encoding))
            columns = file.truth.get("columns", [])
            assert isinstance(columns, list)
            assert all(name in decoded for name in columns), file.path
            checked += 1
    assert checked >= 10


def test_no_merged_ranges_overlap(files: list[File]) -> None:
    for file in files:
        if file.format in ("xlsx", "xlsm", "xltx") and zipfile.is_zipfile(io.BytesIO(file.data)):
            for sheet in openpyxl.load_workbook(io.BytesIO(file.data)).worksheets:
                covered = Counter(cell for area in sheet.merged_cells.ranges for cell in area.cells)
                assert not covered or max(covered.values()) == 1, (file.path, sheet.title)


def test_people_and_lots_come_from_the_seed_alone() -> None:
    assert Factory(7).people == Factory(7).people
    assert Factory(7).people != Factory(8).people


def test_the_bomb_is_small_on_disk(files: list[File]) -> None:
    bomb = next(file for file in files if "zip-bomb" in file.troubles)
    assert len(bomb.data) < 1 << 20


def test_the_generator_knows_nothing_of_the_code_under_test() -> None:
    root = Path(generate.__file__).parents[2]
    for folder in ("examples", "benchmarks/generators"):
        for source in (root / folder).rglob("*.py"):
            lines = source.read_text(encoding="utf-8").splitlines()
            # The machine cell is the simulator of genba_edge, which genba does not know either.
            assert not [line for line in lines if re.match(r"(import|from) genba\b(?!_edge)", line)], source
