"""Tests of the OpenDocument reader, on files written by odfpy."""

from __future__ import annotations

import io
from typing import Any

from odf import draw, office, style, table, text
from odf.opendocument import OpenDocumentPresentation, OpenDocumentSpreadsheet, OpenDocumentText

from genba.model.marks import Mark
from genba.model.nodes import Grid, Heading, Paragraph, Role
from genba.model.sheet import Sheet
from tests.readers.blobs import codes_of, of_kind, parts_of


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.write(out)
    return out.getvalue()


def cell(shown: str, **attributes: Any) -> Any:
    made = table.TableCell(**attributes)
    made.addElement(text.P(text=shown))
    return made


def test_a_sheet_gives_values_displayed_texts_spans_and_comments() -> None:
    document = OpenDocumentSpreadsheet()
    sheet = table.Table(name="検査")
    sheet.addElement(table.TableColumn())
    sheet.addElement(table.TableColumn(visibility="collapse"))
    row = table.TableRow()
    row.addElement(cell("題", numbercolumnsspanned=2))
    row.addElement(table.CoveredTableCell())
    row.addElement(cell("12,000円", valuetype="float", value="12000", formula="of:=SUM([.A1])"))
    sheet.addElement(row)
    sheet.addElement(table.TableRow(numberrowsrepeated=1000000))
    hidden = table.TableRow(visibility="collapse")
    noted = cell("R6.3.16", valuetype="date", datevalue="2024-03-16")
    remark = office.Annotation()
    remark.addElement(text.P(text="要確認"))
    noted.addElement(remark)
    hidden.addElement(noted)
    hidden.addElement(cell("同", numbercolumnsrepeated=2))
    sheet.addElement(hidden)
    document.spreadsheet.addElement(sheet)
    (found,) = of_kind(parts_of(saved(document), "a.ods"), Sheet)
    first, second, third, *rest = found.cells
    assert (first.text, first.column_span) == ("題", 2)
    assert (second.column, second.value, second.text, second.unit) == (2, 12000, "12,000円", "円")
    assert second.formula == "SUM([.A1])"
    assert (third.row, third.value, third.text) == (1000001, "2024-03-16", "R6.3.16")
    assert Mark.HIDDEN in third.marks
    assert [(other.column, other.text) for other in rest] == [(1, "同"), (2, "同")]
    assert found.on_top[0].text == "要確認"  # type: ignore[union-attr]


def test_a_hidden_sheet_is_marked() -> None:
    document = OpenDocumentSpreadsheet()
    hidden = style.Style(name="h", family="table")
    hidden.addElement(style.TableProperties(display="false"))
    document.automaticstyles.addElement(hidden)
    document.spreadsheet.addElement(table.Table(name="裏", stylename=hidden))
    assert Mark.HIDDEN in of_kind(parts_of(saved(document), "a.ods"), Sheet)[0].marks


def test_a_million_repeated_cells_meet_the_limit() -> None:
    document = OpenDocumentSpreadsheet()
    sheet = table.Table(name="a")
    row = table.TableRow(numberrowsrepeated=1000000)
    row.addElement(cell("x", numbercolumnsrepeated=1000))
    sheet.addElement(row)
    document.spreadsheet.addElement(sheet)
    parts = parts_of(saved(document), "a.ods", cells=5000)
    assert len(of_kind(parts, Sheet)[0].cells) <= 5000
    assert codes_of(parts) == ["xml.too_many_cells"]


def test_a_text_gives_headings_lists_tables_and_text_boxes() -> None:
    document = OpenDocumentText()
    document.text.addElement(text.H(outlinelevel=2, text="準備"))
    paragraph = text.P(text="本文")
    frame = draw.Frame(anchortype="as-char")
    box = draw.TextBox()
    box.addElement(text.P(text="注意：保護めがね着用"))
    frame.addElement(box)
    paragraph.addElement(frame)
    document.text.addElement(paragraph)
    items = text.List()
    item = text.ListItem()
    item.addElement(text.P(text="一"))
    items.addElement(item)
    document.text.addElement(items)
    grid = table.Table()
    row = table.TableRow()
    row.addElement(cell("a"))
    row.addElement(cell("b"))
    grid.addElement(row)
    document.text.addElement(grid)
    parts = parts_of(saved(document), "a.odt")
    assert [(part.level, part.text) for part in of_kind(parts, Heading)] == [(2, "準備")]
    assert [(part.role, part.text) for part in of_kind(parts, Paragraph)] == [
        (Role.BODY, "本文"),
        (Role.TEXT_BOX, "注意：保護めがね着用"),
        (Role.LIST_ITEM, "一"),
    ]
    assert [found.text for found in of_kind(parts, Grid)[0].cells] == ["a", "b"]


def test_a_presentation_gives_its_pages() -> None:
    document = OpenDocumentPresentation()
    layout = style.MasterPage(name="m", pagelayoutname="p")
    document.masterstyles.addElement(layout)
    page = draw.Page(masterpagename=layout, name="1")
    frame = draw.Frame()
    box = draw.TextBox()
    box.addElement(text.P(text="安全第一"))
    frame.addElement(box)
    page.addElement(frame)
    document.presentation.addElement(page)
    (paragraph,) = of_kind(parts_of(saved(document), "a.odp"), Paragraph)
    assert (paragraph.text, paragraph.place.page) == ("安全第一", 1)
