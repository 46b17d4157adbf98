"""Real workbooks are read completely: every value openpyxl finds, every text in their drawings."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from lxml import etree

from genba.model.nodes import Chart, Figure, Flow, Joint, Paragraph
from genba.model.sheet import Sheet
from tests.readers.xlsx.build import of, parts_of

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
FILES = [
    "exstruct-bsd3/basic.xlsx",
    "exstruct-bsd3/formula.xlsx",
    "exstruct-bsd3/ja_form.xlsx",
    "exstruct-bsd3/multiple_print_ranges_4sheets.xlsx",
    "exstruct-bsd3/smartart.xlsx",
    "gif-cc0/451-8-1_compare.xlsx",
    "generated/syn.xlsx",
]


def texts_on_top(sheets: list[Sheet]) -> Counter[str]:
    found: Counter[str] = Counter()
    for node in (node for sheet in sheets for node in sheet.on_top):
        if isinstance(node, Paragraph):
            found[node.text] += 1
        elif isinstance(node, Figure):
            found.update(node.texts)
        elif isinstance(node, Flow):
            found.update(flow_node.text for flow_node in node.nodes)
            found.update(edge.label for edge in node.edges if edge.label)
    return found


def drawn_texts(path: Path) -> Counter[str]:
    found: Counter[str] = Counter()
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if re.fullmatch(r"xl/drawings/drawing\d+\.xml", name):
                for body in etree.fromstring(archive.read(name)).iter(XDR + "txBody"):
                    lines = ("".join(t.text or "" for t in p.iter(A + "t")) for p in body.iter(A + "p"))
                    text = "\n".join(lines).strip("\n")
                    found.update([text] if text.strip() else [])
    return found


@pytest.mark.parametrize("name", FILES)
def test_every_value_and_every_drawn_text_of_a_real_workbook_is_there(real_data: Path, name: str) -> None:
    path = real_data / "documents" / name
    sheets = of(parts_of(path.read_bytes()), Sheet)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path, data_only=True)
    by_name = {sheet.name: {(c.row + 1, c.column + 1): c for c in sheet.cells} for sheet in sheets}
    for page in book.worksheets:
        for cell in (cell for row in page.iter_rows() for cell in row):
            if isinstance(cell.value, str) and cell.value:
                assert by_name[page.title][cell.row, cell.column].value == cell.value
            elif isinstance(cell.value, int | float):
                assert by_name[page.title][cell.row, cell.column].value == pytest.approx(cell.value)
    assert not drawn_texts(path) - texts_on_top(sheets)


def test_the_real_flowchart_has_its_branches_and_says_which_end_is_a_guess(real_data: Path) -> None:
    (sheet,) = of(parts_of((real_data / "documents/exstruct-bsd3/basic.xlsx").read_bytes()), Sheet)
    chart, flow = sheet.on_top
    assert isinstance(chart, Chart) and isinstance(flow, Flow)
    assert chart.title == "売上データ" and [len(series.values) for series in chart.series] == [6, 6, 6]
    text = {node.key: node.text for node in flow.nodes}
    edges = {(text[edge.source.key], text[edge.target.key]): edge for edge in flow.edges}
    assert len(edges) == 11
    assert edges["形式は正しい？", "1件処理"].label == "はい"
    guessed = edges["メール送信？", "終了"]
    assert (guessed.label, guessed.target.joint) == ("いいえ", Joint.INFERRED)
    assert 0.5 < guessed.target.confidence < 1


def test_the_real_smartart_is_read_from_its_model_top_down(real_data: Path) -> None:
    (sheet,) = of(parts_of((real_data / "documents/exstruct-bsd3/smartart.xlsx").read_bytes()), Sheet)
    texts = [node.texts for node in sheet.on_top if isinstance(node, Figure)]
    assert [len(found) for found in texts] == [12, 5, 22]
    assert texts[2][:5] == ("取締役会", "社長", "企画管理部", "営業部", "第1営業課")
