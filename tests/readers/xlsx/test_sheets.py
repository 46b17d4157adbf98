# ruff: noqa: E501 - raw XML is easier to compare with a file when it is not wrapped
"""What a sheet says beside its cells: lists, names, areas, panes, headers, properties, hidden sheets, large sheets."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.model.document import DefinedName, Property
from genba.model.finding import Finding
from genba.model.marks import Mark
from genba.model.nodes import Paragraph, Role
from genba.model.sheet import CodeList, Sheet
from genba.model.table import Table
from genba.ports.reader import Child, Limits
from genba.readers.xlsx.formulas import moved
from tests.readers.xlsx.build import codes_of, of, package, parts_of, relationships, sheet_of, worksheet

ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'
LIST = '<row r="1"><c r="A1" t="inlineStr"><is><t>良</t></is></c></row><row r="3"><c r="A3" t="inlineStr"><is><t>否</t></is></c></row>'


def validation(formula: str, where: str = "B1:B9") -> str:
    return (
        f'<dataValidations><dataValidation type="list" sqref="{where}"><formula1>{formula}</formula1>'
        "</dataValidation></dataValidations>"
    )


@pytest.mark.parametrize(
    ("formula", "values", "reference"),
    [
        ('"良, 否,,―"', ("良", "否", "―"), ""),
        ("$A$1:$A$5", ("良", "否"), "$A$1:$A$5"),
        ("'別 表'!$A:$A", ("良", "否"), "'別 表'!$A:$A"),
        ("判定", ("良", "否"), "判定"),
        ('INDIRECT("判定")', ("良", "否"), 'INDIRECT("判定")'),
        ("無い表!$A$1", (), "無い表!$A$1"),
    ],
)
def test_lists_are_resolved_to_the_values_they_offer(formula: str, values: tuple[str, ...], reference: str) -> None:
    data = package(
        {"S": worksheet(LIST, after=validation(formula.replace('"', "&quot;"))), "別 表": worksheet(LIST)},
        names="<definedName name=\"判定\">'別 表'!$A$1:$A$3</definedName>",
    )
    parts = parts_of(data)
    assert of(parts, Sheet)[0].code_lists == (CodeList(range="B1:B9", values=values, reference=reference),)
    assert [found.range for found in of(parts, CodeList)] == ["S!B1:B9"]


def test_a_list_that_must_be_calculated_is_kept_and_reported() -> None:
    data = package({"S": worksheet(LIST, after=validation("OFFSET($A$1,0,0,COUNTA($A:$A),1)"))})
    (found,) = sheet_of(data).code_lists
    assert (found.values, found.reference[:6]) == ((), "OFFSET")
    assert codes_of(data) == ["xlsx.list_unresolved"]


def test_lists_in_the_extension_of_newer_versions_are_read() -> None:
    extension = (
        '<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"><x14:dataValidations'
        ' xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:dataValidation type="list"><x14:formula1>'
        "<xm:f>T!$A$1:$A$3</xm:f></x14:formula1><xm:sqref>C1 C3:C4</xm:sqref></x14:dataValidation></x14:dataValidations>"
        "</ext></extLst>"
    )
    sheet = sheet_of(package({"S": worksheet(ROW, after=extension), "T": worksheet(LIST)}))
    assert sheet.code_lists == (CodeList(range="C1 C3:C4", values=("良", "否"), reference="T!$A$1:$A$3"),)


def test_hidden_sheets_are_marked_and_come_in_the_order_of_the_workbook() -> None:
    data = package(
        {"A": worksheet(ROW), "B": worksheet(ROW), "C": worksheet(ROW)}, states={"B": "hidden", "C": "veryHidden"}
    )
    sheets = of(parts_of(data), Sheet)
    assert [(sheet.name, Mark.HIDDEN in sheet.marks) for sheet in sheets] == [("A", False), ("B", True), ("C", True)]


def test_names_are_given_without_those_excel_keeps_for_itself() -> None:
    names = '<definedName name="税率" hidden="1">S!$A$1</definedName><definedName name="_xlnm.Print_Titles">S!$1:$1</definedName>'
    found = of(parts_of(package({"S": worksheet(ROW)}, names=names)), DefinedName)
    assert found == [DefinedName(name="税率", reference="S!$A$1", hidden=True)]


def test_panes_filters_widths_and_tables_are_told() -> None:
    xml = worksheet(
        '<row r="1" ht="30"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>',
        before='<sheetViews><sheetView workbookViewId="0"><pane ySplit="2" state="frozen"/></sheetView></sheetViews>'
        '<sheetFormatPr defaultRowHeight="15"/><cols><col min="2" max="2" width="12.5"/></cols>',
        after='<autoFilter ref="$A$1:$B$9"/>',
    )
    rels = relationships([("t", "table", "../tables/table1.xml")])
    table = '<table xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" ref="A1:B9"/>'
    parts = {"xl/worksheets/_rels/sheet1.xml.rels": rels, "xl/tables/table1.xml": table}
    sheet = sheet_of(package({"S": xml}, parts=parts))
    assert (sheet.frozen_rows, sheet.auto_filter, sheet.tables) == (2, "A1:B9", ("A1:B9",))
    assert (sheet.column_widths, sheet.row_heights) == ((8.43, 12.5), (30.0,))


def test_headers_and_footers_are_furniture_and_bare_page_numbers_are_not_kept() -> None:
    codes = "&amp;L&amp;&quot;ＭＳ ゴシック,太字&quot;&amp;12文書番号 QA-001&amp;C&amp;A&amp;R&amp;P/&amp;Nページ"
    xml = worksheet(
        ROW,
        after=f"<headerFooter><oddHeader>{codes}</oddHeader><oddFooter>社外秘 &amp;&amp; 保管</oddFooter></headerFooter>",
    )
    found = [node for node in sheet_of(package({"点検": xml})).on_top if isinstance(node, Paragraph)]
    assert [(node.role, node.text) for node in found] == [
        (Role.HEADER, "文書番号 QA-001"),
        (Role.HEADER, "点検"),
        (Role.FOOTER, "社外秘 & 保管"),
    ]
    assert all(node.marks == frozenset((Mark.FURNITURE,)) for node in found)


def test_properties_and_files_inside_are_handed_on() -> None:
    core = (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>作業標準</dc:title><cp:lastModifiedBy>山田</cp:lastModifiedBy>'
        "</cp:coreProperties>"
    )
    top = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' + "".join(
        f'<Relationship Id="{n}" Type="http://x/{kind}" Target="{target}"/>'
        for n, kind, target in (
            ("a", "officeDocument", "xl/workbook.xml"),
            ("b", "metadata/core-properties", "docProps/core.xml"),
        )
    )
    parts = {
        "_rels/.rels": top + "</Relationships>",
        "docProps/core.xml": core,
        "xl/worksheets/_rels/sheet1.xml.rels": relationships([("e", "package", "../embeddings/表.docx")]),
        "xl/embeddings/表.docx": b"PK",
    }
    found = parts_of(package({"S": worksheet(ROW)}, parts=parts))
    assert [(p.name, p.value, p.origin) for p in of(found, Property)] == [
        ("title", "作業標準", "properties"),
        ("last_modified_by", "山田", "properties"),
    ]
    (child,) = of(found, Child)
    assert (child.path, child.blob.open().read()) == ("embedded/表.docx", b"PK")


def test_a_sheet_beyond_the_limit_becomes_a_table_that_streams_again_and_again() -> None:
    header = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>名</t></is></c><c r="C1" t="inlineStr"><is><t>名</t></is></c></row>'
    )
    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c><c r="B{n}" s="1"><v>{n}</v></c>'
        f'<c r="C{n}"><f>B{n}</f><v>{n}.5</v></c></row>'
        for n in range(2, 500)
    )
    data = package({"S": worksheet(header + rows)}, strings="<si><t>値</t></si>")
    parts = parts_of(data, Limits(cells=300))
    (table,) = of(parts, Table)
    assert [finding.code for finding in of(parts, Finding)] == ["xlsx.large_sheet"]
    assert [column.name for column in table.columns] == ["名", "B", "名_2"]
    for _ in range(2):
        read = pa.Table.from_batches(table.batches)
        assert read.num_rows == table.rows == 498
        assert read.slice(0, 1).to_pylist() == [{"名": "値", "B": "2円", "名_2": "2.5"}]
    assert of(parts, Sheet)[0].cells == ()


@given(st.integers(0, 100), st.integers(0, 100), st.integers(-50, 50), st.integers(-50, 50))
def test_moving_a_formula_there_and_back_gives_the_same(row: int, column: int, down: int, across: int) -> None:
    from genba.formats.ranges import cell_name

    formula = f"SUM({cell_name(row + 60, column + 60)}:$B$2)&\"A1\"&'A1'!C{row + 60}"
    assert moved(moved(formula, down, across), -down, -across) == formula
