"""A short summary, and what the document says of its purpose, scope, main points and cautions, in its own sentences.

With a language model that the user has configured, the summary is the model's, marked with its name and checked.
"""

from dataclasses import replace

from genba.model.document import Document, SectionSummary
from genba.model.finding import Finding
from genba.ports.recognisers import Embedder, LanguageModel
from genba.steps.digest.inventory import inventory
from genba.steps.digest.passages import Passage, Section, is_form, sections
from genba.steps.digest.prose import written
from genba.steps.digest.ranking import Ranking, ranking_by
from genba.steps.digest.slots import CAUTIONS, POINTS, PURPOSE, SCOPE, Slot, joined, slots

SUMMARY_CHARS = 200
POINTS_TAKEN = 3
LONG_SECTION_CHARS = 400
LONG_SECTION_SENTENCES = 5
SECTION_SENTENCES = 2
SECTIONS_SUMMED_UP = 30


def summary(
    document: Document,
    *,
    chars: int = SUMMARY_CHARS,
    embedder: Embedder | None = None,
    language_model: LanguageModel | None = None,
) -> Document:
    """Sum a document up, as a whole, by slots, and in its long sections."""
    found = sections(document)
    form = is_form(document)
    rank = ranking_by(document.terms, None if form else embedder)
    filled = slots(document, found)
    points = _points(document, found, filled, form=form, rank=rank)
    if points:
        filled[POINTS] = Slot(POINTS, tuple(points))
    text = _whole(document, filled, found, form=form, chars=chars)
    by, findings = "", document.findings
    if language_model is not None:
        answer, finding = written(document, language_model, chars)
        text, by = (answer, language_model.name) if answer else (text, "")
        findings = _with(findings, finding)
    return replace(
        document,
        summary=text,
        summary_by=by,
        summaries=(*_of_slots(filled), *_of_sections(found, rank)),
        findings=findings,
    )


def _with(findings: tuple[Finding, ...], finding: Finding | None) -> tuple[Finding, ...]:
    return findings if finding is None else (*findings, finding)


def _points(
    document: Document, found: list[Section], filled: dict[str, Slot], *, form: bool, rank: Ranking
) -> list[Passage]:
    """Take the key points that the steps name; else the best sentences that no other slot has taken."""
    if document.instruction is not None:
        named = {point: step.nodes for step in document.instruction.steps for point in step.key_points}
        if named:
            return [
                Passage(point, nodes[0] if nodes else "", at)
                for at, (point, nodes) in enumerate(list(named.items())[:POINTS_TAKEN])
            ]
    if form:
        return []
    taken = {passage.text for slot in filled.values() for passage in slot.passages}
    left = [passage for section in found for passage in section.passages if passage.text not in taken]
    return rank(left, POINTS_TAKEN)


def _whole(document: Document, filled: dict[str, Slot], found: list[Section], *, form: bool, chars: int) -> str:
    """Purpose and scope; else the main points of a text; else what the form, or the instruction, is and holds."""
    told = [passage for name in (PURPOSE, SCOPE) if name in filled for passage in filled[name].passages]
    if not told and not form and document.instruction is None:
        first = [passage for section in found for passage in section.passages if passage.is_said()][:1]
        points = filled[POINTS].passages if POINTS in filled else ()
        told = sorted({passage.order: passage for passage in (*first, *points)}.values(), key=lambda one: one.order)
    text = ""
    for passage in told:
        longer = joined((Passage(text, "", 0), passage)) if text else joined((passage,))
        if len(longer) > chars:
            break
        text = longer
    return text or inventory(document, chars)


def _of_slots(filled: dict[str, Slot]) -> list[SectionSummary]:
    ordered = (filled[name] for name in (PURPOSE, SCOPE, POINTS, CAUTIONS) if name in filled)
    return [SectionSummary(text=joined(slot.passages), slot=slot.name, nodes=slot.nodes) for slot in ordered]


def _of_sections(found: list[Section], rank: Ranking) -> list[SectionSummary]:
    """Sum up sections that are long enough to need it, by sentences of their own."""
    made: list[SectionSummary] = []
    for section in found:
        is_long = section.chars() >= LONG_SECTION_CHARS and len(section.passages) >= LONG_SECTION_SENTENCES
        if not is_long or not section.node or len(made) == SECTIONS_SUMMED_UP:
            continue
        chosen = rank(section.passages, SECTION_SENTENCES)
        if chosen:
            nodes = tuple(dict.fromkeys(passage.node for passage in chosen if passage.node))
            made.append(SectionSummary(text=joined(chosen), section=section.node, nodes=nodes))
    return made
