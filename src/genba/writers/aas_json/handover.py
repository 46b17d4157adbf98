"""Handover Documentation (IDTA 02004-2-0): the documents of a part or machine with number, revision, date, file."""

from collections.abc import Sequence
from urllib.parse import quote

from genba.formats.kinds import MEDIA_TYPES
from genba.formats.script import language_of
from genba.model.document import Document
from genba.model.instruction import InstructionKind
from genba.model.nodes import Heading, Pair, Paragraph
from genba.writers.aas_json.elements import Element, collection, file, listing, prop, submodel, texts

SEMANTIC = "0173-1#01-AHF578#003"
TEMPLATE = "https://admin-shell.io/idta-02004-2-0"
_SYSTEM = "VDI 2770 Blatt 1:2020"
# Classes of VDI 2770 by what genba has found a document to be; of others it says no class.
_CLASSES = {
    InstructionKind.WORK_INSTRUCTION: ("03-02", "Operation"),
    InstructionKind.INSPECTION_STANDARD: ("03-04", "Inspection, maintenance, testing"),
    InstructionKind.QC_PROCESS_CHART: ("03-04", "Inspection, maintenance, testing"),
}
_DRAWING = ("02-02", "Drawings, plans")
_DATES = ("revised", "effective", "issued")


def handover_documentation(identity: str, documents: Sequence[tuple[str, Document]]) -> Element:
    """Make the submodel; documents come with their titles."""
    items = [_document(title, document) for title, document in documents]
    semantic = "0173-1#02-ABI500#003"
    listed = listing("Documents", semantic, f"{semantic}/0173-1#01-AHF579#003", items, "SubmodelElementCollection")
    return submodel(identity, "HandoverDocumentation", SEMANTIC, TEMPLATE, [listed])


def _document(title: str, document: Document) -> Element:
    facts: dict[str, str] = {}
    for item in document.properties:
        facts.setdefault(item.name, item.value)
    return collection(
        "",
        "0173-1#02-ABI500#003/0173-1#01-AHF579#003",
        [
            _ids(document, facts),
            _classifications(document),
            _listed("DocumentVersions", "ABI503#003", "AHF582#003", _version(title, document, facts)),
        ],
    )


def _listed(short: str, semantic: str, item: str, element: Sequence[Element]) -> Element:
    one = f"0173-1#02-{semantic}/0173-1#01-{item}"
    items = [collection("", one, element)]
    return listing(short, f"0173-1#02-{semantic}", one, items, "SubmodelElementCollection")


def _ids(document: Document, facts: dict[str, str]) -> Element:
    """Name the document by its own number where it has one, else by its path."""
    number = facts.get("document_number", "")
    return _listed(
        "DocumentIds",
        "ABI501#003",
        "AHF580#003",
        [
            prop("DocumentDomainId", "0173-1#02-ABH994#003", "document_number" if number else "path"),
            prop("DocumentIdentifier", "0173-1#02-AAO099#004", number or document.source.path),
            prop("DocumentIsPrimary", "0173-1#02-ABH995#003", "true", "xs:boolean"),
        ],
    )


def _classifications(document: Document) -> Element:
    found = _CLASSES.get(document.instruction.kind) if document.instruction else None
    if document.drawing is not None:
        found = _DRAWING
    name: Element = texts("ClassName", "0173-1#02-ABJ219#002", "")
    if found:
        name["value"] = [{"language": "en", "text": found[1]}]
    return _listed(
        "DocumentClassifications",
        "ABI502#003",
        "AHF581#003",
        [
            prop("ClassId", "0173-1#02-ABH996#003", found[0] if found else None),
            name,
            prop("ClassificationSystem", "0173-1#02-ABH997#003", _SYSTEM if found else None),
        ],
    )


def _version(title: str, document: Document, facts: dict[str, str]) -> list[Element]:
    date = next((facts[name][:10] for name in _DATES if _is_date(facts.get(name, ""))), None)
    language, keywords = _language(document), "、".join(document.keywords)
    source = document.source
    path = f"file:///{quote(source.path)}"
    media_type = MEDIA_TYPES.get(source.kind, "application/octet-stream")
    files = [file("", "0173-1#02-ABK126#002", media_type, path)]
    return [
        listing(
            "Language",
            "0173-1#02-AAN468#008",
            "0173-1#02-AAN468#008",
            [prop("", "0173-1#02-AAN468#008", language or None)],
            "Property",
        ),
        prop("Version", "0173-1#02-AAP003#005", facts.get("revision") or None),
        texts("Title", "0173-1#02-ABG940#003", title),
        texts("Description", "0173-1#02-AAN466#004", document.summary),
        *([texts("KeyWords", "0173-1#02-ABH999#003", keywords)] if keywords else []),
        prop("StatusSetDate", "0173-1#02-ABI000#003", date, "xs:date"),
        prop("StatusValue", "0173-1#02-ABI001#003", None),
        prop("OrganizationShortName", "https://api.eclass-cdp.com/0173-1-02-ABI002-003", None),
        prop("OrganizationOfficialName", "0173-1#02-ABI004#003", facts.get("company") or None),
        listing("DigitalFiles", "0173-1#02-ABK126#002", "0173-1#02-ABK126#002", files, "File"),
    ]


def _is_date(text: str) -> bool:
    return len(text) >= 10 and text[4] == text[7] == "-" and text[:10].replace("-", "").isdigit()


def _language(document: Document) -> str:
    """Say the language where kana show it."""
    for node in document.nodes:
        words = node.label if isinstance(node, Pair) else node.text if isinstance(node, Heading | Paragraph) else ""
        if language_of(words):
            return "ja"
    return language_of(document.summary)
