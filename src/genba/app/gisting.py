"""Takes from a finished document what is needed to relate it to others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from genba.app.summing_up import title_of
from genba.formats.codelabels import folded_label
from genba.formats.codes import codes, folded, normal_code, normal_revision
from genba.model.document import Document
from genba.model.gist import Claim, Gist, Pointer, Seen
from genba.model.instruction import InstructionKind, Parameter
from genba.model.marks import Value
from genba.model.nodes import Grid, Pair
from genba.model.terms import Mention, TermKind
from genba.steps.collection import sketch
from genba.steps.collection.naming import file_name, is_record, title_key, untitled

CODES = 400
WORDS = 60
POINTERS = 200
CLAIMS = 200
TERMS = 12
WRITTEN_CHARS = 80
CELLS_LOOKED_AT = 400
DRAWING_KINDS = frozenset({"dxf", "dwg", "jww"})

_SCALE = frozenset({"尺度", "scale", "縮尺"})
_DATES = ("revised", "issued", "effective", "dated")


def gist_of(document: Document, content: str) -> Gist:
    """Sum a document up; `content` is its whole text."""
    properties: dict[str, str] = {}
    for item in document.properties:
        properties.setdefault(item.name, item.value)
    source = document.source
    name = file_name(source.path)
    title = title_of(document)
    drawing = document.drawing
    is_drawing = bool(drawing and (drawing.number or drawing.title_block)) or source.kind in DRAWING_KINDS
    is_drawing = is_drawing or _has_scale(document)
    numbers = tuple(_numbers(document, properties, name.stem, is_drawing))
    revision = (drawing.revision if drawing else "") or properties.get("revision", "")
    return Gist(
        id=document.id,
        path=source.path,
        kind=source.kind,
        sha256=source.sha256,
        title=title,
        titles=tuple(dict.fromkeys(key for key in (title_key(title), name.key, untitled(name.stem)) if len(key) >= 3)),
        numbers=numbers,
        revision=normal_revision(revision) if revision else name.revision,
        date=max((properties[date] for date in _DATES if properties.get(date)), default=""),
        modified=source.modified,
        subjects=_subjects(properties, numbers),
        process=properties.get("process", ""),
        is_record=is_record(source.kind, name.stem, title),
        is_drawing=is_drawing,
        size_chars=len(content),
        sketch=sketch(content),
        codes=tuple(_seen(document, words=False))[:CODES],
        words=tuple(_seen(document, words=True))[:WORDS],
        pointers=tuple(_pointers(document, frozenset(number for number, _ in numbers)))[:POINTERS],
        claims=tuple(_claims(document, properties.get("process", "")))[:CLAIMS],
        terms=_terms(document),
    )


def _has_scale(document: Document) -> bool:
    """A title block names the scale; no other document does."""
    if any(item.kind is TermKind.DRAWING and item.label for item in document.mentions):
        for node in document.nodes:
            if isinstance(node, Pair) and folded_label(node.label) in _SCALE:
                return True
            if isinstance(node, Grid):
                texts = (cell.text for cell in node.cells[:CELLS_LOOKED_AT] if len(cell.text) < 12)
                if any(folded_label(text) in _SCALE for text in texts):
                    return True
    return False


def _numbers(document: Document, properties: dict[str, str], stem: str, is_drawing: bool) -> Iterator[tuple[str, str]]:
    """The numbers that a document bears itself: in its head, in its title block, at the start of its file's name."""
    found: dict[str, str] = {}
    if document.drawing is not None and document.drawing.number:
        found[normal_code(document.drawing.number)] = "labelled"
    labelled = {
        item.normal: item.kind for item in document.mentions if item.kind is not TermKind.UNKNOWN and item.label
    }
    if is_drawing and not found:
        first = next((code for code, kind in labelled.items() if kind is TermKind.DRAWING), "")
        if first:
            found[first] = "labelled"
    own = normal_code(properties.get("document_number", ""))
    if own and not (is_drawing and found):
        found.setdefault(own, "labelled" if labelled.get(own) is TermKind.DOCUMENT else "said")
    text = folded(stem.replace("_", " ")).lstrip("【[( ")
    first_code = next(iter(codes(text)), None) or next(iter(codes(text[:40], labelled=True)), None)
    if first_code is not None and first_code.start == 0 and (first_code.is_strong or len(first_code.normal) >= 5):
        found[first_code.normal] = min(found.get(first_code.normal, "named"), "named")
    yield from found.items()


def _subjects(properties: dict[str, str], numbers: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    named = (normal_code(properties.get("part_number", "")), folded(properties.get("product", "")).strip())
    return tuple(dict.fromkeys(subject for subject in named if subject and subject not in {n for n, _ in numbers}))


def _seen(document: Document, *, words: bool) -> Iterator[Seen]:
    counts: Counter[tuple[str, str, bool]] = Counter()
    texts: dict[tuple[str, str, bool], str] = {}
    for item in document.mentions:
        if _is_word(item) is not words:
            continue
        key = (item.normal, str(item.kind), bool(item.label) or item.confidence == 1)
        counts[key] += 1
        texts.setdefault(key, item.text)
    for key, count in counts.items():
        code, kind, labelled = key
        yield Seen(code, kind, labelled, count, texts[key] if texts[key] != code else "")


def _is_word(item: Mention) -> bool:
    return item.kind is TermKind.DEFECT or (item.kind is TermKind.PROCESS and not any(map(str.isdigit, item.normal)))


def _pointers(document: Document, own: frozenset[str]) -> Iterator[Pointer]:
    for item in document.references:
        if item.code not in own or item.revision:
            yield Pointer(item.as_written, item.code, item.title, item.revision, str(item.kind), item.node, item.place)


def _claims(document: Document, process: str) -> Iterator[Claim]:
    instruction = document.instruction
    if instruction is not None:
        is_chart = instruction.kind is InstructionKind.QC_PROCESS_CHART
        for step in instruction.steps:
            if step.is_withdrawn:
                continue
            own_process = (step.section or step.text)[:WRITTEN_CHARS] if is_chart else process
            node = step.nodes[0] if step.nodes else ""
            for parameter in step.parameters:
                yield _claim(parameter, parameter.name, step.object, own_process, node)
            for check in step.checks:
                for parameter in check.parameters:
                    about, name = _apart(check.characteristic or parameter.name)
                    yield _claim(parameter, name, about, own_process, node)
        return
    for pair in document.nodes:
        if isinstance(pair, Pair) and len(pair.values) == 1 and pair.values[0].ucum:
            yield _claim_of_pair(pair, pair.values[0], process)


def _apart(characteristic: str) -> tuple[str, str]:
    """Take the object off a quantity's name: ボルト M6 の締付けトルク is the 締付けトルク of ボルト M6."""
    about, _, name = characteristic.rpartition("の")
    return (about.strip(), name.strip()) if len(about.strip()) > 1 and len(name.strip()) > 1 else ("", characteristic)


def _claim(parameter: Parameter, name: str, about: str, process: str, node: str) -> Claim:
    return Claim(
        name,
        about,
        process,
        parameter.value,
        parameter.lower,
        parameter.upper,
        parameter.ucum or parameter.unit,
        parameter.as_written[:WRITTEN_CHARS],
        node,
        parameter.place,
    )


def _claim_of_pair(pair: Pair, value: Value, process: str) -> Claim:
    about, name = _apart(pair.label.rsplit("/", 1)[-1])
    written = pair.value[:WRITTEN_CHARS]
    return Claim(name, about, process, value.number, value.lower, value.upper, value.ucum, written, pair.id, pair.place)


def _terms(document: Document) -> tuple[tuple[str, int, str], ...]:
    if document.terms:
        return tuple((term.normal, term.count, term.text) for term in document.terms[:TERMS])
    return tuple((word, 1, word) for word in document.keywords[:TERMS])
