"""What was put on a page later: remarks, links, form fields, attached files."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from genba.formats.pagelayout.glyphs import Box
from genba.model.marks import Mark
from genba.model.nodes import Choice, Choices, Comment, Pair
from genba.model.place import Place
from genba.readers.pdf.dates import iso_date
from genba.readers.pdf.frame import PageFrame
from genba.readers.pdf.library import read_utf16

MOST_PER_PAGE = 5_000
HIDDEN_FLAGS = 0b10 | 0b100000  # hidden, no view (ISO 32000-1, table 165)


@dataclass(frozen=True, slots=True)
class Link:
    """An address that a place on the page leads to."""

    address: str
    box: Box


@dataclass(slots=True)
class OnPage:
    """Everything attached to one page."""

    comments: list[Comment] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    fields: list[Pair | Choices] = field(default_factory=list)
    attachments: list[Any] = field(default_factory=list)
    signatures: int = 0


@dataclass(slots=True)
class Button:
    """Check boxes or radio buttons that share a name."""

    label: str
    box: Box
    options: list[Choice] = field(default_factory=list)


def read_annotations(document: Any, page: Any, frame: PageFrame, number: int, form: Any) -> OnPage:
    """Read all annotations of a page; `form` is None where the document has no form."""
    import pypdfium2.raw as pdfium

    found = OnPage()
    buttons: dict[str, Button] = {}
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), MOST_PER_PAGE)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        try:
            kind = pdfium.FPDFAnnot_GetSubtype(annotation)
            place = Place(page=number, box=box_of(annotation, frame))
            if kind == pdfium.FPDF_ANNOT_WIDGET and form is not None:
                read_field(form, annotation, place, found, buttons)
            elif kind == pdfium.FPDF_ANNOT_LINK:
                address = link_address(document, annotation)
                if address and place.box is not None:
                    found.links.append(Link(address, place.box))
            elif kind == pdfium.FPDF_ANNOT_FILEATTACHMENT:
                attachment = pdfium.FPDFAnnot_GetFileAttachment(annotation)
                if attachment:
                    found.attachments.append(attachment)
            elif kind not in (pdfium.FPDF_ANNOT_POPUP, pdfium.FPDF_ANNOT_WIDGET):
                found.comments.extend(read_comment(annotation, place))
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)
    for button in buttons.values():
        place = Place(page=number, box=button.box)
        found.fields.append(Choices(label=button.label, options=tuple(button.options), place=place))
    return found


def text_of(annotation: Any, key: bytes) -> str:
    """A text entry of the annotation's dictionary."""
    import pypdfium2.raw as pdfium

    return read_utf16(pdfium.FPDFAnnot_GetStringValue, annotation, key)


def box_of(annotation: Any, frame: PageFrame) -> Box | None:
    """Where the annotation stands."""
    import pypdfium2.raw as pdfium

    rect = pdfium.FS_RECTF()
    if not pdfium.FPDFAnnot_GetRect(annotation, ctypes.byref(rect)):
        return None
    box = frame.box(rect.left, rect.bottom, rect.right, rect.top)
    return tuple(round(side, 1) for side in box)  # type: ignore[return-value]


def read_comment(annotation: Any, place: Place) -> Iterator[Comment]:
    """A remark is an annotation with words; marks without words say nothing that can be kept."""
    import pypdfium2.raw as pdfium

    text = text_of(annotation, b"Contents").replace("\r\n", "\n").replace("\r", "\n").strip()
    if text:
        hidden = pdfium.FPDFAnnot_GetFlags(annotation) & HIDDEN_FLAGS
        yield Comment(
            text=text,
            author=text_of(annotation, b"T"),
            written=iso_date(text_of(annotation, b"M") or text_of(annotation, b"CreationDate")),
            thread=text_of(annotation, b"NM"),
            place=place,
            marks=frozenset({Mark.HIDDEN}) if hidden else frozenset(),
        )


def link_address(document: Any, annotation: Any) -> str:
    """The address a link leads to; empty for jumps within the document."""
    import pypdfium2.raw as pdfium

    link = pdfium.FPDFAnnot_GetLink(annotation)
    action = pdfium.FPDFLink_GetAction(link) if link else None
    if not action or pdfium.FPDFAction_GetType(action) != pdfium.PDFACTION_URI:
        return ""
    length = pdfium.FPDFAction_GetURIPath(document, action, None, 0)
    if not 1 < length <= 4096:
        return ""
    buffer = ctypes.create_string_buffer(length)
    pdfium.FPDFAction_GetURIPath(document, action, buffer, length)
    return buffer.value.decode("utf-8", "replace")


def read_field(form: Any, annotation: Any, place: Place, found: OnPage, buttons: dict[str, Button]) -> None:
    """Read a form field: text and lists as label and value, buttons gathered by their name."""
    import pypdfium2.raw as pdfium

    kind = pdfium.FPDFAnnot_GetFormFieldType(form, annotation)
    name = read_utf16(pdfium.FPDFAnnot_GetFormFieldName, form, annotation)
    label = read_utf16(pdfium.FPDFAnnot_GetFormFieldAlternateName, form, annotation) or name.replace(".", "/")
    marks = frozenset({Mark.HIDDEN}) if pdfium.FPDFAnnot_GetFlags(annotation) & HIDDEN_FLAGS else frozenset()
    if kind in (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON):
        option = read_utf16(pdfium.FPDFAnnot_GetFormFieldExportValue, form, annotation)
        button = buttons.setdefault(name, Button(label, place.box or (0.0, 0.0, 0.0, 0.0)))
        shown = label if option in ("", "Yes", "On", "1") else option
        button.options.append(Choice(text=shown, selected=bool(pdfium.FPDFAnnot_IsChecked(form, annotation))))
    elif kind in (pdfium.FPDF_FORMFIELD_TEXTFIELD, pdfium.FPDF_FORMFIELD_COMBOBOX):
        value = read_utf16(pdfium.FPDFAnnot_GetFormFieldValue, form, annotation).replace("\r", "\n")
        found.fields.append(Pair(label=label, value=value, place=place, marks=marks))
    elif kind == pdfium.FPDF_FORMFIELD_LISTBOX:
        found.fields.append(
            Choices(label=label, options=tuple(list_options(form, annotation)), place=place, marks=marks)
        )
    elif kind == pdfium.FPDF_FORMFIELD_SIGNATURE:
        found.signatures += 1


def list_options(form: Any, annotation: Any) -> Iterator[Choice]:
    """The entries of a list box."""
    import pypdfium2.raw as pdfium

    for index in range(min(max(pdfium.FPDFAnnot_GetOptionCount(form, annotation), 0), 1000)):
        text = read_utf16(pdfium.FPDFAnnot_GetOptionLabel, form, annotation, index)
        yield Choice(text=text, selected=bool(pdfium.FPDFAnnot_IsOptionSelected(form, annotation, index)))
