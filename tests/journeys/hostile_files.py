"""Files that mean harm or met with an accident, built by code; each names what must be said about it."""

from __future__ import annotations

import io
import json
import random
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping

import openpyxl
from docx import Document
from pptx import Presentation
from reportlab.pdfgen.canvas import Canvas

from tests.readers.packers import lzh_archive, seven_zip
from tests.readers.xlsx.build import MAIN, STYLES, package, relationships, worksheet, zipped

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><a>&j;</a>"
)
READS_A_FILE = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["品番", "数量"], ["A-1", 3], ["A-2", 4]):
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def document() -> bytes:
    made = Document()
    made.add_heading("作業手順", 1)
    made.add_paragraph("部品を固定する。")
    made.add_table(2, 2).cell(0, 0).text = "項目"
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def slides() -> bytes:
    made = Presentation()
    made.slides.add_slide(made.slide_layouts[1]).shapes.title.text = "品質会議"
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def pdf() -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=1)
    canvas.drawString(72, 700, "Torque 24.5 N m")
    canvas.save()
    return stream.getvalue()


def word(body: str, **parts: str) -> bytes:
    """A document around its body; `parts` are whole parts by their file's stem."""
    kinds = [(f"r{n}", name, f"{name}.xml") for n, name in enumerate(parts)]
    content: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": relationships([("r1", "officeDocument", "word/document.xml")]),
        "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": relationships(kinds),
        **{f"word/{name}.xml": text for name, text in parts.items()},
    }
    return zipped(content)


def replaced(data: bytes, name: str, text: str | bytes) -> bytes:
    """The same zip with one member changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content: dict[str, str | bytes] = {info.filename: archive.read(info) for info in archive.infolist()}
    content[name] = text
    return zipped(content)


# Zip.


def deflated(size: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = bytes(1 << 20)
    return b"".join(packer.compress(block) for _ in range(size >> 20)) + packer.flush()


def zip_of(entries: list[tuple[bytes, bytes, int, int, int]], kernel: bytes = b"") -> bytes:
    """A zip by hand: (name, packed bytes, method, size, offset or -1); what the directory says need not be true."""
    body, directory = bytearray(kernel), bytearray()
    for name, packed, method, size, offset in entries:
        at = len(body) if offset < 0 else offset
        crc = 0
        if offset < 0:
            body += struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, method, 0, 33, crc, len(packed), size, len(name), 0)
            body += name + packed
        directory += struct.pack(
            "<IHHHHHHIIIHHHHHII",
            *(0x02014B50, 20, 20, 0, method, 0, 33, crc, len(packed), size, len(name), 0, 0, 0, 0, 0, at),
        )  # fmt: skip
        directory += name
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, len(entries), len(entries), len(directory), len(body), 0)
    return bytes(body + directory + end)


def overlapping_zip(count: int = 12, size: int = 24 << 20) -> bytes:
    """Many entries that share one deflated kernel, as the best known zip bombs do."""
    packed = deflated(size)
    head = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 33, 0, len(packed), size, 1, 0) + b"a"
    return zip_of([(b"a", packed, 8, size, 0) for _ in range(count)], kernel=head + packed)


def nested_zip(depth: int) -> bytes:
    data, name = b"x,y\n1,2\n", "a.csv"
    for _ in range(depth):
        data, name = zipped({name: data}), "a.zip"
    return data


def zip_that_holds_itself_again() -> bytes:
    """Each level holds ten of the next one: 10^6 files in few bytes."""
    data: bytes = b"x"
    for level in range(6):
        data = zipped({f"{number}.{'zip' if level else 'txt'}": data for number in range(4)})
    return data


def tar_of(*members: tuple[str, bytes, str]) -> bytes:
    """A tar of (name, type, target)."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, kind, target in members:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            data = b"a,b\n1,2\n" if kind == tarfile.REGTYPE else b""
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()


OUTSIDE = ("../../etc/cron.d/x.csv", "/etc/x.csv", "C:\\Windows\\x.csv", "\\\\server\\c$\\x.csv", "a/../../x.csv")
DEVICES = ("CON", "nul.csv", "COM1.txt", "aux.", "a:b.csv")


def archives() -> Iterator[tuple[str, bytes, str]]:
    yield "flat.zip", zip_of([(b"a.csv", deflated(128 << 20), 8, 128 << 20, -1)]), "zip.bomb"
    yield "lying.zip", zip_of([(b"a.csv", deflated(64 << 20), 8, 10, -1)]), ""
    yield "overlapping.zip", overlapping_zip(), "zip."
    yield "deep.zip", nested_zip(12), "reading.too_deep"
    yield "again.zip", zip_that_holds_itself_again(), "reading.too_deep"
    yield "outside.zip", zipped(dict.fromkeys(OUTSIDE, b"a,b\n1,2\n")), "archive.unsafe_name"
    yield "devices.zip", zipped(dict.fromkeys(DEVICES, b"a,b\n1,2\n")), ""
    yield "outside.tar", tar_of(*((name, tarfile.REGTYPE, "") for name in OUTSIDE)), "archive.unsafe_name"
    yield (
        "links.tar",
        tar_of(
            ("a", tarfile.SYMTYPE, "b"),
            ("b", tarfile.SYMTYPE, "a"),
            ("passwd", tarfile.SYMTYPE, "/etc/passwd"),
            ("hard", tarfile.LNKTYPE, "/etc/passwd"),
            ("pipe", tarfile.FIFOTYPE, ""),
            ("device", tarfile.CHRTYPE, ""),
            ("good.csv", tarfile.REGTYPE, ""),
        ),
        "archive.",
    )
    yield "outside.7z", seven_zip(dict.fromkeys(OUTSIDE, b"a,b\n1,2\n"), "lzma2"), "archive.unsafe_name"
    yield "outside.lzh", lzh_archive({"../../x.csv": b"a,b\n1,2\n", "good.csv": b"a,b\n1,2\n"}, "-lh5-", 1), "archive."
    yield "offset.7z", b"7z\xbc\xaf\x27\x1c\0\4" + bytes(4) + struct.pack("<QQI", 1 << 63, 32, 0), "file.truncated"
    yield "encrypted.zip", encrypted_zip(), "zip.encrypted_member"


def encrypted_zip() -> bytes:
    data = bytearray(zipped({"a.csv": "a,b\n1,2\n"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


# Workbooks.


TEXT_CELL = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'


def many_ranges(element: str, count: int) -> str:
    return "".join(f'<{element} ref="A1:XFD1048576"/>' for _ in range(count))


def sheet(rows: str = '<row r="1"><c r="A1"><v>1</v></c></row>', **around: str) -> bytes:
    return package({"S": worksheet(rows, **around)})


def bad_numbers() -> str:
    values = ("1e308", "-1", "NaN", "1e999", "²", "9" * 5000, "2958466", "-0.0000001", "1e-320")
    cells = "".join(f'<c r="A{n}" s="{n % 5}"><v>{value}</v></c>' for n, value in enumerate(values, 1))
    return f'<row r="1">{cells}</row><row r="²"><c r="²" t="s"><v>-1</v></c><c t="s"><v>99999999</v></c></row>'


def formats() -> str:
    codes = (
        "0" * 10_000, "[Red]" * 2_000, '"' + "a" * 10_000, "#,##0;" * 500, "[>" + "9" * 500 + "]0",
        "yyyy" * 2_000, "?" * 3_000 + "/" + "?" * 3_000, "0." + "0" * 5_000, "[h]" * 1_000, "_" * 9_999, "[$" * 3_000,
        "E+" * 4_000, "*" * 9_999, "\\" * 9_999, "[DBNum9]" + "0" * 200, "ggge" * 1_000, "0" + "," * 9_000,
    )  # fmt: skip
    listed = "".join(
        f'<numFmt numFmtId="{200 + n}" formatCode="{code.replace(chr(34), "&quot;")}"/>' for n, code in enumerate(codes)
    )
    styles = "".join(f'<xf numFmtId="{200 + n}" fontId="0" fillId="0" borderId="0"/>' for n in range(len(codes)))
    return STYLES.replace('<numFmts count="1">', f"<numFmts>{listed}").replace(
        '<cellXfs count="4">', f"<cellXfs>{styles}"
    )


def workbooks() -> Iterator[tuple[str, bytes, str]]:
    whole = "A1:XFD1048576"
    yield "dimension.xlsx", sheet(before=f'<dimension ref="{whole}"/>'), ""
    yield "merges.xlsx", sheet(after=f"<mergeCells>{many_ranges('mergeCell', 3000)}</mergeCells>"), ""
    columns = "".join('<col min="1" max="16384" width="9e99" hidden="1"/>' for _ in range(500))
    yield "cols.xlsx", sheet(before=f"<cols>{columns}</cols>"), ""
    rule = (
        f'<dataValidation type="list" sqref="{" ".join([whole] * 500)}"><formula1>{whole}</formula1></dataValidation>'
    )
    yield "validations.xlsx", sheet(after=f"<dataValidations>{rule * 20}</dataValidations>"), ""
    names = "".join(f'<definedName name="n{n}">S!{whole}</definedName>' for n in range(500))
    areas = f'<definedName name="_xlnm.Print_Area" localSheetId="²">{",".join([f"S!{whole}"] * 300)}</definedName>'
    yield "names.xlsx", package({"S": worksheet("")}, names=names + areas), ""
    yield "numbers.xlsx", sheet(bad_numbers()), ""
    styled = "".join(f'<c r="A{n}" s="{n}"><v>45000.7</v></c>' for n in range(1, 20))
    styled += '<c r="B1" s="99999"><v>1</v></c><c r="C1" s="-1"><v>1</v></c>'
    yield "formats.xlsx", package({"S": worksheet(f'<row r="1">{styled}</row>')}, styles=formats()), ""
    formula = "IF(" * 1000 + "A1" + ",1,2)" * 1000
    yield (
        "formula.xlsx",
        sheet(f'<row r="1"><c r="A1"><f>{formula}</f></c><c r="B1"><f t="shared" si="0"/></c></row>'),
        "",
    )
    wide = "".join(f'<c t="inlineStr"><is><t>{n}</t></is></c>' for n in range(6_000))
    yield "wide.xlsx", sheet("".join(f'<row r="{n}">{wide}</row>' for n in (1,))), ""
    yield (
        "rows.xlsx",
        sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row><row r="1"><c><v>2</v></c></row>'),
        "",
    )
    yield from workbooks_against_the_parser()


def workbooks_against_the_parser() -> Iterator[tuple[str, bytes, str]]:
    yield "entities.xlsx", replaced(workbook(), "xl/worksheets/sheet1.xml", LAUGHS), "xml.doctype"
    yield (
        "outside.xlsx",
        package({"S": worksheet(TEXT_CELL)}, parts={"xl/sharedStrings.xml": READS_A_FILE}),
        "xml.doctype",
    )
    deep = "<c>" * 100_000
    yield "deep.xlsx", sheet(f"<row>{deep}"), ""
    yield "attribute.xlsx", sheet(f'<row r="{"1" * 5_000_000}"><c r="{"A" * 5_000_000}"><v>1</v></c></row>'), ""
    cycle = relationships(
        [("r1", "worksheet", "sheet1.xml"), ("r2", "drawing", "sheet1.xml"), ("r3", "comments", "../workbook.xml")]
    )
    yield "cycle.xlsx", package({"S": worksheet("")}, parts={"xl/worksheets/_rels/sheet1.xml.rels": cycle}), ""
    group = "<xdr:grpSp>" * 5_000 + "</xdr:grpSp>" * 5_000
    drawing = (
        '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"><xdr:absoluteAnchor>'
        f"{group}</xdr:absoluteAnchor></xdr:wsDr>"
    )
    yield (
        "groups.xlsx",
        package(
            {"S": worksheet("", after='<drawing r:id="d"/>')},
            parts={
                "xl/worksheets/_rels/sheet1.xml.rels": relationships([("d", "drawing", "../drawings/drawing1.xml")]),
                "xl/drawings/drawing1.xml": drawing,
            },
        ),
        "",
    )
    bomb = f"<worksheet {MAIN}><sheetData>" + "<row/>" * 20_000_000 + "</sheetData></worksheet>"
    yield "bomb.xlsx", replaced(workbook(), "xl/worksheets/sheet1.xml", bomb), "zip.bomb"


def documents() -> Iterator[tuple[str, bytes, str]]:
    styles = f"<w:styles {W}>" + "".join(
        f'<w:style w:type="paragraph" w:styleId="{one}"><w:basedOn w:val="{two}"/><w:link w:val="{one}"/></w:style>'
        for one, two in (("A", "B"), ("B", "A"), ("C", "C"))
    )
    styled = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{name}"/></w:pPr><w:r><w:t>本文</w:t></w:r></w:p>' for name in "ABCD"
    )
    yield "based_on.docx", word(styled, styles=styles + "</w:styles>"), ""
    tables = "<w:tbl><w:tr><w:tc>" * 5_000 + "</w:tc></w:tr></w:tbl>" * 5_000
    yield "tables.docx", word(tables), ""
    nested = "<w:tbl><w:tr><w:tc>" * 60 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 60
    yield "nested.docx", word(nested), ""
    spans = '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>'
    yield "spans.docx", word(spans * 50), ""
    signs = "".join(
        f'<w:sym w:font="Wingdings" w:char="{code}"/>' for code in ("D83D", "FFFFFFFFFF", "-1", "²", "F0FE")
    )
    yield "signs.docx", word(f"<w:p><w:r>{signs}<w:t>記号</w:t></w:r></w:p>"), ""
    levels = (
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="²"><w:start w:val="{"9" * 5000}"/>'
        '<w:lvlText w:val="%1%2%9%%99"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
    numbered = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="-5"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>a</w:t></w:r></w:p>'
    )
    yield "numbering.docx", word(numbered * 3, numbering=levels), ""
    yield "entities.docx", replaced(document(), "word/document.xml", LAUGHS), "xml.doctype"
    yield (
        "cycle.docx",
        replaced(
            document(),
            "word/_rels/document.xml.rels",
            relationships([("r", "header", "document.xml"), ("s", "footnotes", "document.xml")]),
        ),
        "",
    )
    yield "macro.docm", replaced(document(), "word/vbaProject.bin", b"\xd0\xcf\x11\xe0" * 100), ""
    fields = '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p>' * 3_000
    yield "fields.docx", word(fields), ""


def texts() -> Iterator[tuple[str, bytes, str]]:
    yield "zeros.csv", b"a,b\n1,\x002\n\x00,3\n", ""
    yield "line.csv", b"a," * 300_000, ""
    yield "columns.csv", b"a,b\n" + b",".join(b"%d" % n for n in range(1_000)) + b"\n", ""
    yield "wide.csv", b"\n".join(b",".join(b"%d" % n for n in range(1_000)) for _ in range(5)), ""
    yield "quotes.csv", b'a,b\n1,"2\n' + b"3,4\n" * 20_000, ""
    yield "quoted.csv", b'"' * 1_000_001 + b",b\n", ""
    yield "deep.json", b"[" * 10_000 + b"]" * 10_000, ""
    yield "deep_objects.json", b'{"a":' * 10_000 + b"1" + b"}" * 10_000, ""
    yield "half.json", b'[{"a": "\\ud83d", "\\udc00": 1e999, "n": NaN}, {"a": ' + b"9" * 5000 + b"}]", ""
    yield "lines.jsonl", b'{"a": 1}\n' * 1000 + b'{"a": \n' + b"\xff\xfe\n", ""
    yield "laughs.xml", LAUGHS.encode(), "xml.doctype"
    yield "reads.xml", READS_A_FILE.encode(), "xml.doctype"
    yield "deep.xml", b"<a>" * 100_000 + b"</a>" * 100_000, ""
    yield "utf16.xml", LAUGHS.replace('<?xml version="1.0"?>', "").encode("utf-16"), ""
    yield "attribute.xml", b'<a b="' + b"x" * 1_000_000 + b'"/>', ""
    yield "deep.html", b"<div>" * 100_000, ""
    yield "spans.html", b'<table><tr><td colspan="999999999" rowspan="999999999">a</td></tr></table>' * 100, ""
    yield "script.html", b"<p>before<script>alert(1)</script><img src=x onerror=alert(1)>&#xD800;&#0;after", ""
    yield "deep.md", b"> " * 50_000 + b"a\n" + b"* " * 50_000 + b"\n" + b"[" * 100_000, ""
    yield "binary.txt", random.Random(1).randbytes(100_000), "file.unknown_kind"
    yield "empty.xlsx", b"", "file.empty"
    yield "protected.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "file."
    yield "wrong.xlsx", pdf(), "file.wrong_extension"
    yield "wrong.csv", workbook(), "file.wrong_extension"
    yield "formulas.csv", "名前,式\n=cmd|'/c calc'!A1,+1\n@SUM(1),-2\n".encode(), ""
    yield "html.csv", b"<script>alert(1)</script>,<b>x</b>\n<img src=x onerror=alert(1)>,2\n", ""


def cut_and_flipped(seed: int, count: int) -> Iterator[tuple[str, bytes, str]]:
    chance = random.Random(seed)
    kinds: Mapping[str, bytes] = {"xlsx": workbook(), "docx": document(), "pptx": slides(), "pdf": pdf()}
    for extension, whole in kinds.items():
        for number in range(count):
            yield f"cut{number}.{extension}", whole[: chance.randrange(1, len(whole))], ""
            flipped = bytearray(whole)
            for _ in range(chance.choice((1, 3, 30))):
                flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
            yield f"flipped{number}.{extension}", bytes(flipped), ""


def pdfs() -> Iterator[tuple[str, bytes, str]]:
    from tests.readers.pdf.pages import objects, stream

    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1e38 -1e38] /Contents 4 0 R >>"
    for name, kids, content in (
        ("pages.pdf", b"2 0 R", b"q"),
        ("cycle.pdf", b"3 0 R 3 0 R 2 0 R", b"q " * 100_000),
        ("numbers.pdf", b"3 0 R", b"BT /F1 1e38 Tf 1e38 0 0 1e38 0 0 Tm (a) Tj ET 0 0 1e38 1e38 re S " * 1000),
    ):
        pages = b"<< /Type /Pages /Kids [" + kids + b"] /Count 2147483647 >>"
        yield name, objects(b"<< /Type /Catalog /Pages 2 0 R >>", pages, page, stream(content)), ""


def all_files() -> Iterator[tuple[str, bytes, str]]:
    """Name, bytes, and how the code of a finding that must be there begins (empty: whatever is said will do)."""
    yield from archives()
    yield from workbooks()
    yield from documents()
    yield from texts()
    yield from pdfs()
    yield from cut_and_flipped(7, 4)
    yield "dump.json", json.dumps({str(n): "x" for n in range(2_000)}).encode(), ""
