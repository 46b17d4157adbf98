"""Tests of the XML reader and of Excel's XML of 2003."""

import pytest

from genba.errors import InvalidInput
from genba.model.nodes import Comment, Pair
from genba.model.sheet import Sheet
from genba.model.table import Table
from tests.readers.blobs import names_of, of_kind, parts_of, rows_of

RECORDS = (
    '<?xml version="1.0" encoding="Shift_JIS"?><log v="1"><title>温度</title>'
    '<rows><r id="1"><t>20.50</t></r><r id="2"><t>21</t><note>高</note></r></rows></log>'
)


def test_repeated_elements_become_a_table_and_the_rest_pairs() -> None:
    parts = parts_of(RECORDS.encode("cp932"), "a.xml")
    assert [(pair.label, pair.value) for pair in of_kind(parts, Pair)] == [("log/@v", "1"), ("log/title", "温度")]
    (table,) = of_kind(parts, Table)
    assert names_of(table) == ["@id", "t", "note"]
    assert rows_of(table) == [["1", "20.50", None], ["2", "21", "高"]]


def test_an_entity_bomb_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"xml\.doctype"):
        parts_of(b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "a.xml")


def test_excels_xml_of_2003_becomes_sheets_with_displayed_values() -> None:
    text = (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles><Style ss:ID="s1">'
        '<NumberFormat ss:Format="0.0&quot;mm&quot;"/></Style><Style ss:ID="d"><NumberFormat ss:Format="Short Date"/>'
        '</Style></Styles><Worksheet ss:Name="検査"><Table><Row ss:Index="2"><Cell ss:MergeAcross="1">'
        '<Data ss:Type="String">題</Data><Comment ss:Author="山"><Data>メモ</Data></Comment></Cell>'
        '<Cell ss:StyleID="s1"><Data ss:Type="Number">1.25</Data></Cell>'
        '<Cell ss:StyleID="d"><Data ss:Type="DateTime">2024-03-01T00:00:00.000</Data></Cell></Row></Table>'
        "</Worksheet></Workbook>"
    )
    (sheet,) = of_kind(parts_of(text.encode(), "a.xls"), Sheet)
    assert [(cell.row, cell.column, cell.text, cell.column_span) for cell in sheet.cells] == [
        (1, 0, "題", 2),
        (1, 2, "1.3mm", 1),
        (1, 3, "2024/3/1", 1),
    ]
    assert sheet.cells[1].unit == "mm"
    (comment,) = of_kind(list(sheet.on_top), Comment)
    assert (comment.text, comment.author, comment.place.range) == ("メモ", "山", "A2")
