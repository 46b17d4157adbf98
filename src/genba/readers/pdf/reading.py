"""Reads a PDF part by part: what it says of itself, its pictures page by page, then its text as one document."""

from collections.abc import Iterator, Sequence
from typing import Any

from genba.errors import InvalidInput
from genba.formats.pagelayout.glyphs import holds
from genba.formats.pagelayout.headings import squeeze
from genba.model.document import Property
from genba.model.finding import Finding, Severity
from genba.model.place import Place
from genba.ports.blob import Blob
from genba.ports.reader import Limits, Part
from genba.readers.pdf.assembly import assemble, nodes_of
from genba.readers.pdf.catalog import attachments_of, read_attachments, read_bookmarks, read_properties
from genba.readers.pdf.engineering import drawing_parts
from genba.readers.pdf.library import calls, open_document
from genba.readers.pdf.pages import PageContent, PageReader
from genba.readers.pdf.pictures import Album
from genba.readers.pdf.scans import Camera

MOST_LINKS = 2_000
PAGES_NAMED = 20


def read(blob: Blob, limits: Limits, *, with_pictures: bool = False) -> Iterator[Part]:
    """Read a PDF; a page that cannot be read becomes a finding, and the rest goes on.

    `with_pictures` renders the pages whose text cannot be taken out, for those who can read it in a picture.
    """
    document = open_document(blob)
    try:
        yield from read_document(document, limits, with_pictures=with_pictures)
    finally:
        document.close()


def read_document(document: Any, limits: Limits, *, with_pictures: bool = False) -> Iterator[Part]:
    """Read an open document."""
    yield from about(document)
    count = len(document)
    if count == 0:
        raise InvalidInput("pdf.no_pages")
    form = open_form(document)
    album = Album(limits.image_bytes)
    camera = Camera(with_pictures)
    reader = PageReader(document, form, calls(), album, camera)
    contents: list[PageContent] = []
    failed: list[int] = []
    characters = 0
    attached: list[Any] = attachments_of(document)
    for number in range(1, min(count, limits.pages) + 1):
        try:
            page = load_page(document, number)
            content, images = reader.read(page, number)
        except (ValueError, ArithmeticError, LookupError, RecursionError):
            failed.append(number)
            continue
        contents.append(content)
        yield from images
        yield from read_attachments(content.attached.attachments, limits)
        characters += content.characters
        if characters > limits.text_chars:
            yield Finding(code="pdf.too_much_text", details={"pages": number, "limit": limits.text_chars})
            break
    if not contents:
        raise InvalidInput("pdf.broken", reason="no page can be read")
    yield from findings(contents, failed, album, camera)
    if count > limits.pages:
        yield Finding(code="pdf.too_many_pages", details={"count": count, "limit": limits.pages})
    yield from links(contents)
    yield from drawing_parts([page.drawing for page in contents])
    outline = {squeeze(entry.title): entry.level for entry in read_bookmarks(document)}
    for order, node in enumerate(nodes_of(assemble(contents), outline, contents)):
        if order >= limits.nodes:
            yield Finding(code="pdf.too_many_nodes", details={"limit": limits.nodes})
            break
        yield node
    yield from read_attachments(attached, limits)


def about(document: Any) -> Iterator[Property | Finding]:
    """Say what the file says of itself, and what is wrong with it as a whole."""
    import pypdfium2.raw as pdfium

    yield from read_properties(document)
    if not pdfium.FPDF_DocumentHasValidCrossReferenceTable(document):
        yield Finding(code="pdf.damaged")
    if pdfium.FPDF_GetSecurityHandlerRevision(document) >= 0:
        yield Finding(code="pdf.restricted", severity=Severity.NOTICE)
    if pdfium.FPDF_GetFormType(document) in (pdfium.FORMTYPE_XFA_FULL, pdfium.FORMTYPE_XFA_FOREGROUND):
        yield Finding(code="pdf.xfa_form")


def open_form(document: Any) -> Any:
    """Open the form, without running anything in it; None where there is none."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    if pdfium.FPDF_GetFormType(document) == pdfium.FORMTYPE_NONE:
        return None
    try:
        document.init_forms()
    except pypdfium2.PdfiumError:
        return None
    return document.formenv


def load_page(document: Any, number: int) -> Any:
    """Load a page; raises LookupError where pdfium finds none."""
    import pypdfium2

    try:
        return document[number - 1]
    except pypdfium2.PdfiumError as error:
        raise LookupError(number) from error


def page_list(numbers: Sequence[int]) -> str:
    """Page numbers for people: "1-3, 7"; the first few of many."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    shown = [f"{first}" if first == last else f"{first}-{last}" for first, last in spans[:PAGES_NAMED]]
    return ", ".join(shown) + (", …" if len(spans) > PAGES_NAMED else "")


def findings(contents: list[PageContent], failed: list[int], album: Album, camera: Camera) -> Iterator[Finding]:
    """Say what a person must know, once for all pages concerned."""
    problem, notice, blocker = Severity.PROBLEM, Severity.NOTICE, Severity.BLOCKER
    garbled = [page.number for page in contents if page.garbled]
    scanned = [page.number for page in contents if page.scanned]
    everything = len(contents) + len(failed)
    for code, pages, severity in (
        ("pdf.page_failed", failed, problem),
        ("pdf.text_layer_garbled", garbled, blocker if len(garbled) == everything else problem),
        ("pdf.scanned_pages", scanned, blocker if len(scanned) == everything else problem),
        ("pdf.recognised_text", [page.number for page in contents if page.recognised], notice),
        ("pdf.hidden_text", [page.number for page in contents if page.hidden], notice),
        ("pdf.page_cut_off", [page.number for page in contents if page.cut_off], problem),
        ("pdf.signed", [page.number for page in contents if page.attached.signatures], notice),
    ):
        if pages:
            share = round(100 * len(pages) / everything)
            details: dict[str, str | int | float] = {"pages": page_list(pages), "count": len(pages), "share": share}
            yield Finding(code=code, severity=severity, place=Place(page=pages[0]), details=details, count=len(pages))
    for code, count, severity in (
        ("pdf.small_images_skipped", album.small, notice),
        ("pdf.image_failed", album.failed, problem),
        ("pdf.image_too_large", album.too_large, problem),
        ("pdf.images_beyond_limit", album.beyond, problem),
        ("pdf.page_not_rendered", camera.failed + camera.beyond, problem),
    ):
        if count:
            yield Finding(code=code, severity=severity, details={"count": count}, count=count)


def links(contents: list[PageContent]) -> Iterator[Property]:
    """Addresses that places in the text lead to, each once."""
    seen: set[str] = set()
    for page in contents:
        for link in page.attached.links:
            if link.address in seen or len(seen) >= MOST_LINKS:
                continue
            seen.add(link.address)
            over = " ".join(line.text for line in page.lines if holds(link.box, line.box) or holds(line.box, link.box))
            place = Place(page=page.number, box=link.box)
            yield Property(name="link", value=link.address, as_written=over[:200], origin="content", place=place)
