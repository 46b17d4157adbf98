"""Write Word documents as Word does: numbering, ruby, tracked changes, text boxes, notes, content controls."""

# ruff: noqa: E501 - parts of the file format are not broken over lines

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from examples.writing.package import MICROSOFT, OFFICE, STAMP_W3C, Package, attribute, text

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="{OFFICE}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    f'xmlns:wp="{_DRAWING}/wordprocessingDrawing" xmlns:a="{_DRAWING}/main" xmlns:pic="{_DRAWING}/picture" '
    f'xmlns:wps="{MICROSOFT}/word/2010/wordprocessingShape" xmlns:w14="{MICROSOFT}/word/2010/wordml" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" mc:Ignorable="w14"'
)
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def run(value: str, *, bold: bool = False, strike: bool = False, hidden: bool = False) -> str:
    """A run of text; tabs and newlines become Word's own."""
    marks = ("<w:b/>" if bold else "") + ("<w:strike/>" if strike else "") + ("<w:vanish/>" if hidden else "")
    rest = f"<w:rPr>{marks}</w:rPr>" if marks else ""
    inner = ""
    for number, line in enumerate(value.split("\n")):
        inner += "<w:br/>" if number else ""
        inner += "<w:tab/>".join(f'<w:t xml:space="preserve">{text(part)}</w:t>' for part in line.split("\t"))
    return f"<w:r>{rest}{inner}</w:r>"


def inserted(value: str, author: str, number: int) -> str:
    """A tracked insertion."""
    stamp = f'w:id="{900 + number}" w:author={attribute(author)} w:date="{STAMP_W3C}"'
    return f"<w:ins {stamp}>{run(value)}</w:ins>"


def deleted(value: str, author: str, number: int) -> str:
    """A tracked deletion."""
    stamp = f'w:id="{900 + number}" w:author={attribute(author)} w:date="{STAMP_W3C}"'
    return f'<w:del {stamp}><w:r><w:delText xml:space="preserve">{text(value)}</w:delText></w:r></w:del>'


def ruby(base: str, reading: str) -> str:
    """Base text with its reading above."""
    return (
        '<w:r><w:ruby><w:rubyPr><w:rubyAlign w:val="distributeSpace"/><w:hps w:val="10"/><w:hpsRaise w:val="18"/>'
        '<w:hpsBaseText w:val="21"/><w:lid w:val="ja-JP"/></w:rubyPr>'
        f'<w:rt><w:r><w:rPr><w:sz w:val="10"/></w:rPr><w:t>{text(reading)}</w:t></w:r></w:rt>'
        f"<w:rubyBase><w:r><w:t>{text(base)}</w:t></w:r></w:rubyBase></w:ruby></w:r>"
    )


def field_run(instruction: str, shown: str) -> str:
    """A field with its last result, such as SEQ or PAGE."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {text(instruction)} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(shown)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def paragraph(*runs: str, style: str = "", numbering: tuple[int, int] | None = None, align: str = "") -> str:
    """A paragraph of runs; numbering is (list, level)."""
    marks = f'<w:pStyle w:val="{style}"/>' if style else ""
    if numbering:
        marks += f'<w:numPr><w:ilvl w:val="{numbering[1]}"/><w:numId w:val="{numbering[0]}"/></w:numPr>'
    marks += f'<w:jc w:val="{align}"/>' if align else ""
    return f"<w:p>{f'<w:pPr>{marks}</w:pPr>' if marks else ''}{''.join(runs)}</w:p>"


@dataclass(frozen=True)
class Cell:
    """A table cell: its text or XML runs, columns spanned, and its part in a vertical merge."""

    value: str = ""
    span: int = 1
    vertical: str = ""  # "restart", "continue" or nothing
    runs: str = ""


def table(rows: Sequence[Sequence[Cell | str]], widths: Sequence[int], *, header_rows: int = 1) -> str:
    """A bordered table."""
    borders = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    body = ""
    for number, row in enumerate(rows):
        head = "<w:trPr><w:tblHeader/></w:trPr>" if number < header_rows else ""
        body += f"<w:tr>{head}{''.join(_cell(c if isinstance(c, Cell) else Cell(c)) for c in row)}</w:tr>"
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblBorders>{borders}</w:tblBorders></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{body}</w:tbl>"
    )


def _cell(cell: Cell) -> str:
    marks = f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
    if cell.vertical:
        marks += '<w:vMerge w:val="restart"/>' if cell.vertical == "restart" else "<w:vMerge/>"
    inner = cell.runs or (run(cell.value) if cell.value else "")
    return f"<w:tc><w:tcPr>{marks}</w:tcPr>{paragraph(inner)}</w:tc>"


def text_box(lines: Sequence[str], number: int) -> str:
    """A run holding a floating text box, with the VML copy that Word keeps for old versions."""
    content = "".join(paragraph(run(line)) for line in lines)
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor distT="0" distB="0" distL="0" distR="0" '
        'simplePos="0" relativeHeight="251659264" behindDoc="0" locked="0" layoutInCell="1" allowOverlap="1">'
        '<wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="column"><wp:posOffset>3200400</wp:posOffset></wp:positionH>'
        '<wp:positionV relativeFrom="paragraph"><wp:posOffset>100000</wp:posOffset></wp:positionV>'
        f'<wp:extent cx="2160000" cy="720000"/><wp:wrapSquare wrapText="bothSides"/><wp:docPr id="{number}" '
        f'name="テキスト ボックス {number}"/><wp:cNvGraphicFramePr/><a:graphic><a:graphicData '
        f'uri="{MICROSOFT}/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm>'
        '<a:off x="0" y="0"/><a:ext cx="2160000" cy="720000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        f"</wps:spPr><wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData>"
        "</a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape "
        f'id="_x0000_s{2000 + number}" type="#_x0000_t202" style="width:170pt;height:57pt"><v:textbox><w:txbxContent>'
        f"{content}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def content_control(alias: str, shown: str, *, choices: Sequence[str] = (), checked: bool | None = None) -> str:
    """A content control inside a paragraph: plain text, a drop-down list, or a check box."""
    kind = "<w:text/>"
    if choices:
        listed = "".join(f"<w:listItem w:displayText={attribute(c)} w:value={attribute(c)}/>" for c in choices)
        kind = f"<w:dropDownList>{listed}</w:dropDownList>"
    if checked is not None:
        kind = f'<w14:checkbox><w14:checked w14:val="{int(checked)}"/></w14:checkbox>'
        shown = "☒" if checked else "☐"
    name = attribute(alias)
    return f"<w:sdt><w:sdtPr><w:alias w:val={name}/><w:tag w:val={name}/>{kind}</w:sdtPr><w:sdtContent>{run(shown)}</w:sdtContent></w:sdt>"


@dataclass
class Document:
    """A Word document under construction; `to_bytes` writes it."""

    title: str = ""
    author: str = ""
    body: list[str] = field(default_factory=list)
    header: str = ""
    footer: str = ""
    lists: list[Sequence[tuple[str, str]]] = field(default_factory=list)
    footnotes: list[str] = field(default_factory=list)
    comments: list[tuple[str, str]] = field(default_factory=list)
    pictures: list[tuple[bytes, str]] = field(default_factory=list)
    heading_list: int = 0
    restarts: list[int] = field(default_factory=list)

    def add(self, *runs: str, style: str = "", numbering: tuple[int, int] | None = None, align: str = "") -> None:
        """Append a paragraph; plain text may be given as a run made by `run`."""
        self.body.append(paragraph(*runs, style=style, numbering=numbering, align=align))

    def heading(self, label: str, level: int = 1, *, numbering: tuple[int, int] | None = None) -> None:
        """Append a heading; Japanese Word names its heading styles 1, 2, 3."""
        self.add(run(label), style=str(level), numbering=numbering)

    def list_of(self, levels: Sequence[tuple[str, str]]) -> int:
        """Define a list by its levels (number format, pattern) and return its number."""
        self.lists.append(levels)
        return len(self.lists)

    def restart_of(self, numbering: int) -> int:
        """Another number for the same list, counting from one again; make all lists before."""
        self.restarts.append(numbering)
        return len(self.lists) + len(self.restarts)

    def footnote(self, note: str) -> str:
        """A run that refers to a new footnote."""
        self.footnotes.append(note)
        return f'<w:r><w:footnoteReference w:id="{len(self.footnotes)}"/></w:r>'

    def comment(self, words: str, author: str, on: str) -> str:
        """Runs with a comment attached."""
        self.comments.append((words, author))
        number = len(self.comments)
        return (
            f'<w:commentRangeStart w:id="{number}"/>{on}<w:commentRangeEnd w:id="{number}"/>'
            f'<w:r><w:commentReference w:id="{number}"/></w:r>'
        )

    def picture(self, data: bytes, alt: str, extension: str = "jpeg") -> str:
        """A run with an inline picture."""
        self.pictures.append((data, extension))
        number = len(self.pictures)
        return (
            '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="2880000" cy="2160000"/>'
            f'<wp:docPr id="{100 + number}" name="図 {number}" descr={attribute(alt)}/><a:graphic><a:graphicData '
            f'uri="{_DRAWING}/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="{number}" name="image{number}.{extension}"/>'
            f'<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="@picture{number}@"/><a:stretch><a:fillRect/>'
            '</a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="2880000" cy="2160000"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>'
            "</w:drawing></w:r>"
        )

    def to_bytes(self) -> bytes:
        """The finished .docx."""
        package, main = Package(), "word/document.xml"
        package.relate("", "officeDocument", main)
        package.properties(self.title, self.author, "Microsoft Office Word")
        package.add("word/styles.xml", _styles(self.heading_list), f"{_TYPE}.styles+xml")
        package.relate(main, "styles", "word/styles.xml")
        section = self._furniture(package, main)
        body = "".join(self.body)
        for number, (data, extension) in enumerate(self.pictures, 1):
            name = f"word/media/image{number}.{extension}"
            package.default(extension, f"image/{extension}")
            package.add(name, data, "")
            body = body.replace(f"@picture{number}@", package.relate(main, "image", name))
        size = '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1985" w:right="1701" w:bottom="1701" w:left="1701"/>'
        xml = f"<w:document {NAMESPACES}><w:body>{body}<w:sectPr>{section}{size}</w:sectPr></w:body></w:document>"
        package.add(main, xml, f"{_TYPE}.document.main+xml")
        return package.to_bytes()

    def _furniture(self, package: Package, main: str) -> str:
        section = ""
        for kind, content in (("header", self.header), ("footer", self.footer)):
            if content:
                name = f"word/{kind}1.xml"
                tag = "hdr" if kind == "header" else "ftr"
                package.add(name, f"<w:{tag} {NAMESPACES}>{content}</w:{tag}>", f"{_TYPE}.{kind}+xml")
                section += f'<w:{kind}Reference w:type="default" r:id="{package.relate(main, kind, name)}"/>'
        if self.lists:
            package.add(
                "word/numbering.xml", _numbering(self.lists, self.heading_list, self.restarts), f"{_TYPE}.numbering+xml"
            )
            package.relate(main, "numbering", "word/numbering.xml")
        if self.footnotes:
            package.add("word/footnotes.xml", _footnotes(self.footnotes), f"{_TYPE}.footnotes+xml")
            package.relate(main, "footnotes", "word/footnotes.xml")
        if self.comments:
            rows = "".join(
                f'<w:comment w:id="{number}" w:author={attribute(author)} w:date="{STAMP_W3C}">{paragraph(run(words))}</w:comment>'
                for number, (words, author) in enumerate(self.comments, 1)
            )
            package.add("word/comments.xml", f"<w:comments {NAMESPACES}>{rows}</w:comments>", f"{_TYPE}.comments+xml")
            package.relate(main, "comments", "word/comments.xml")
        return section


def _footnotes(notes: Sequence[str]) -> str:
    rows = '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    rows += '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
    for number, note in enumerate(notes, 1):
        rows += f'<w:footnote w:id="{number}">{paragraph("<w:r><w:footnoteRef/></w:r>", run(" " + note))}</w:footnote>'
    return f"<w:footnotes {NAMESPACES}>{rows}</w:footnotes>"


def _numbering(lists: Sequence[Sequence[tuple[str, str]]], heading_list: int, restarts: Sequence[int]) -> str:
    abstract = ""
    for number, levels in enumerate(lists, 1):
        rows = "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
            + (f'<w:pStyle w:val="{level + 1}"/>' if number == heading_list else "")
            + f'<w:suff w:val="space"/><w:lvlText w:val={attribute(pattern)}/><w:lvlJc w:val="left"/>'
            f'<w:pPr><w:ind w:left="{420 * (level + 1)}" w:hanging="420"/></w:pPr></w:lvl>'
            for level, (kind, pattern) in enumerate(levels)
        )
        abstract += (
            f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="multilevel"/>{rows}</w:abstractNum>'
        )
    numbers = "".join(
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>' for number in range(1, len(lists) + 1)
    )
    for number, source in enumerate(restarts, len(lists) + 1):
        override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
        numbers += f'<w:num w:numId="{number}"><w:abstractNumId w:val="{source}"/>{override}</w:num>'
    return f"<w:numbering {NAMESPACES}>{abstract}{numbers}</w:numbering>"


def _styles(heading_list: int) -> str:
    rows = (
        '<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="游明朝" w:eastAsia="游明朝"/><w:sz w:val="21"/>'
        '<w:lang w:val="en-US" w:eastAsia="ja-JP"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/><w:qFormat/></w:style>'
        '<w:style w:type="paragraph" w:styleId="a3"><w:name w:val="Title"/><w:basedOn w:val="a"/>'
        '<w:rPr><w:b/><w:sz w:val="32"/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="a4"><w:name w:val="caption"/><w:basedOn w:val="a"/></w:style>'
    )
    for level in (1, 2, 3):
        numbered = ""
        if heading_list:
            numbered = f'<w:numPr><w:ilvl w:val="{level - 1}"/><w:numId w:val="{heading_list}"/></w:numPr>'
        rows += (
            f'<w:style w:type="paragraph" w:styleId="{level}"><w:name w:val="heading {level}"/><w:basedOn w:val="a"/>'
            f'<w:pPr>{numbered}<w:outlineLvl w:val="{level - 1}"/></w:pPr><w:rPr><w:b/></w:rPr></w:style>'
        )
    return f"<w:styles {NAMESPACES}>{rows}</w:styles>"
