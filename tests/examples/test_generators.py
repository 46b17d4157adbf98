"""The benchmark's generators: same seed, same files; other seed, other texts; truth that agrees with the files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdfium2
import pytest

from benchmarks.generators import csvs, documents, forms, vertical_pdf, workbooks
from benchmarks.generators.numbers import PATTERNS, Counter

GENERATORS = (workbooks, forms, documents, csvs, vertical_pdf)
Generate = Callable[[Path, int, int], dict[str, Any]]


def held(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("generator", GENERATORS, ids=lambda module: module.__name__.rpartition(".")[2])
def test_a_seed_decides_every_byte(generator: Any, tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        generator.generate(tmp_path / name, seed, 6)
    first, same, other = (held(tmp_path / name) for name in "abc")
    assert first == same
    assert len(first) == 7
    assert not set(first.values()) & set(other.values())


@pytest.mark.parametrize("generator", GENERATORS, ids=lambda module: module.__name__.rpartition(".")[2])
def test_a_larger_corpus_begins_with_the_smaller_one(generator: Any, tmp_path: Path) -> None:
    small, large = generator.generate(tmp_path / "a", 5, 3), generator.generate(tmp_path / "b", 5, 6)
    assert small["files"] == large["files"][:3]


def test_workbook_truth_agrees_with_the_cells(tmp_path: Path) -> None:
    for entry in workbooks.generate(tmp_path, 11, 4)["files"]:  # type: ignore[attr-defined]
        book = openpyxl.load_workbook(tmp_path / entry["file"])
        for sheet, cell, words in entry["text_cells"]:
            assert str(book[sheet][cell].value).startswith(words)
        for mark in entry["hidden"]:
            sheet, cell = book[mark["sheet"]], book[mark["sheet"]][mark["cell"]]
            assert (
                sheet.sheet_state == "hidden"
                or sheet.row_dimensions[cell.row].hidden
                or sheet.column_dimensions[cell.column_letter].hidden
            )
        for value in entry["displayed"]:
            assert book[value["sheet"]][value["cell"]].number_format == value["format"]


def test_glued_edges_name_shapes_that_exist(tmp_path: Path) -> None:
    glued = loose = 0
    for entry in workbooks.generate(tmp_path, 12, 6)["files"]:  # type: ignore[attr-defined]
        with zipfile.ZipFile(tmp_path / entry["file"]) as archive:
            drawn = b"".join(
                archive.read(name) for name in archive.namelist() if name.startswith("xl/drawings/drawing")
            )
        ends = [edge["end"] for flow in entry["flows"] for edge in flow["edges"]]
        assert drawn.count(b"<a:stCxn ") == drawn.count(b"<a:endCxn ") == ends.count("glued")
        assert drawn.count(b"<xdr:cxnSp ") == len(ends)
        glued, loose = glued + ends.count("glued"), loose + ends.count("inferred")
    assert glued
    assert loose


def test_compound_headers_are_unique_in_their_table(tmp_path: Path) -> None:
    depths = set()
    for entry in workbooks.generate(tmp_path, 13, 8)["files"]:  # type: ignore[attr-defined]
        for table in entry["tables"]:
            assert len(set(table["columns"])) == len(table["columns"]) == len(table["rows"][0])
            depths.add(table["header_rows"])
    assert depths == {1, 2, 3}


def test_forms_come_in_at_least_four_layouts_with_their_pairs_on_the_sheet(tmp_path: Path) -> None:
    truth: Any = forms.generate(tmp_path, 21, 12)
    assert len({entry["layout"] for entry in truth["files"]}) >= 4
    for entry in truth["files"]:
        sheet = openpyxl.load_workbook(tmp_path / entry["file"]).active
        words = {str(cell.value).rstrip("：:") for row in sheet.iter_rows() for cell in row if cell.value is not None}
        assert {pair["label"] for pair in entry["pairs"]} <= words
        assert any(pair["value"] == "" for entry_ in truth["files"] for pair in entry_["pairs"])


@pytest.mark.parametrize("generator", [forms, workbooks], ids=["forms", "workbooks"])
def test_no_merged_ranges_overlap(generator: Any, tmp_path: Path) -> None:
    for entry in generator.generate(tmp_path, 23, 12)["files"]:
        for sheet in openpyxl.load_workbook(tmp_path / entry["file"]).worksheets:
            covered = [cell for area in sheet.merged_cells.ranges for cell in area.cells]
            assert len(covered) == len(set(covered)), (entry["file"], sheet.title)


def test_list_numbers_restart_below_and_show_upper_levels() -> None:
    counter = Counter(PATTERNS[0])
    assert [counter.next(level) for level in (0, 1, 1, 2, 0, 1)] == ["第1章", "1.1", "1.2", "1.2.1", "第2章", "2.1"]


def test_documents_open_in_word_libraries_and_hold_every_case(tmp_path: Path) -> None:
    truth: Any = documents.generate(tmp_path, 31, 3)
    for entry in truth["files"]:
        assert docx.Document(str(tmp_path / entry["file"])).paragraphs
        assert all(
            entry[case]
            for case in ("changes", "ruby", "hidden", "text_boxes", "footnotes", "comments", "controls", "figures")
        )
        assert any(node["kind"] == "table" for node in entry["body"])


def test_csv_files_decode_and_hold_their_rows(tmp_path: Path) -> None:
    codecs = {"utf-8-bom": "utf-8-sig"}
    truth: Any = csvs.generate(tmp_path, 41, 30)
    assert {entry["encoding"] for entry in truth["files"]} == set(csvs.CODECS)
    for entry in truth["files"]:
        decoded = io.StringIO(
            (tmp_path / entry["file"]).read_bytes().decode(codecs.get(entry["encoding"], entry["encoding"]))
        ).read()
        assert all(cell.replace('"', '""') in decoded or cell in decoded for row in entry["rows"] for cell in row)


def test_vertical_pages_hold_their_characters(tmp_path: Path) -> None:
    truth: Any = vertical_pdf.generate(tmp_path, 51, 5)
    for entry in truth["files"]:
        document = pypdfium2.PdfDocument(str(tmp_path / entry["file"]))
        for page, known in zip(document, entry["pages"], strict=True):
            drawn = page.get_textpage().get_text_bounded()
            wanted = known["text"] + "".join(known["furniture"])
            assert sorted("".join(drawn.split())) == sorted("".join(wanted.split()))
        document.close()
