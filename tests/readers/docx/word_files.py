"""Builds small Word files from raw XML, so that each test shows exactly what stands in the file."""

import io
import zipfile
from collections.abc import Mapping

from genba.ports.blob import Blob
from genba.ports.reader import Limits, Part
from genba.readers.docx import read

NAMESPACES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
        "w15": "http://schemas.microsoft.com/office/word/2012/wordml",
        "w16se": "http://schemas.microsoft.com/office/word/2015/wordml/symex",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "wpg": "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
        "dgm": "http://schemas.openxmlformats.org/drawingml/2006/diagram",
        "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "v": "urn:schemas-microsoft-com:vml",
        "o": "urn:schemas-microsoft-com:office:office",
    }.items()
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ROOTS = {
    "styles": "styles", "numbering": "numbering", "settings": "settings", "footnotes": "footnotes",
    "endnotes": "endnotes", "comments": "comments", "commentsExtended": "commentsEx",
}  # fmt: skip


def relationships(entries: Mapping[str, tuple[str, str]]) -> str:
    """Write relationships: id to type and target; a target with a scheme is external."""
    found = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"'
        + (' TargetMode="External"' if "://" in target else "")
        + "/>"
        for key, (kind, target) in entries.items()
    )
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{found}</Relationships>'
    )


def word_file(
    body: str,
    *,
    links: Mapping[str, tuple[str, str]] | None = None,
    files: Mapping[str, bytes | str] | None = None,
    **parts: str,
) -> Blob:
    """Make a document; `parts` are the insides of styles, numbering, notes …; header1= … become parts of their own."""
    entries = dict(links or {})
    members: dict[str, bytes | str] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="png" ContentType="image/png"/></Types>',
        "_rels/.rels": relationships({"rId1": ("officeDocument", "word/document.xml")}),
        "word/document.xml": f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>",
    }
    for name, inside in parts.items():
        prefix = "w15" if name == "commentsExtended" else "w"
        root = ROOTS.get(name) or ("hdr" if name.startswith("header") else "ftr")
        members[f"word/{name}.xml"] = f"<{prefix}:{root} {NAMESPACES}>{inside}</{prefix}:{root}>"
        entries[name] = (name if name in ROOTS else name.rstrip("0123456789"), f"{name}.xml")
    members["word/_rels/document.xml.rels"] = relationships(entries)
    members.update(files or {})
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return as_blob(stream.getvalue())


def as_blob(data: bytes) -> Blob:
    """Wrap bytes."""
    return Blob(name="試験.docx", size_bytes=len(data), open=lambda: io.BytesIO(data))


def parts_of(blob: Blob, limits: Limits | None = None) -> list[Part]:
    """Read all parts."""
    return list(read(blob, limits or Limits()))


def run(text: str, properties: str = "") -> str:
    """A run."""
    inside = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{inside}<w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str, style: str = "", properties: str = "") -> str:
    """A paragraph of runs; plain text becomes a run."""
    inside = (f'<w:pStyle w:val="{style}"/>' if style else "") + properties
    content = "".join(found if found.startswith("<") else run(found) for found in runs)
    return f"<w:p>{f'<w:pPr>{inside}</w:pPr>' if inside else ''}{content}</w:p>"


def cell(*paragraphs: str, properties: str = "") -> str:
    """A table cell."""
    inside = "".join(found if found.startswith("<") else paragraph(found) for found in paragraphs) or "<w:p/>"
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"


def table(*rows: str) -> str:
    """A table of rows: cells put together, with `<w:trPr>` in front where wanted."""
    return "<w:tbl><w:tblPr/><w:tblGrid/>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


def text_box(*paragraphs: str, fallback: str = "") -> str:
    """A run with a text box as Word 2010 and later write it."""
    inside = "".join(paragraphs)
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><wp:docPr id="1" name="tb"/>'
        f"<a:graphic><a:graphicData><wps:wsp><wps:txbx><w:txbxContent>{inside}</w:txbxContent></wps:txbx></wps:wsp>"
        "</a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>"
        f"<w:txbxContent>{fallback or inside}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
