"""Says of each figure what the document says of it: its callouts and steps; in prose where a model is configured."""

from collections.abc import Iterator
from dataclasses import replace

from genba.errors import Unavailable
from genba.formats.captions import said_of
from genba.formats.grounding import ungrounded
from genba.formats.markup import markdown, rendered
from genba.formats.ranges import parse_area
from genba.model.document import Document, Rendered
from genba.model.finding import Finding, Severity
from genba.model.image import Image
from genba.model.instruction import Step
from genba.model.nodes import Figure, Paragraph, Role
from genba.model.place import Place
from genba.ports.recognisers import LanguageModel

CALLOUT_CHARS = 80  # what is longer explains something by itself
WRITTEN_CHARS = 400
SHOWN_TYPES = frozenset({"image/png", "image/jpeg", "image/webp"})
SHOWN_BYTES = 8 << 20
NEAR_PT = 6.0
INSTRUCTION = (
    "次の図を、製造現場の人が検索で見つけられるように、日本語の1〜2文で説明してください。"
    "渡した資料と図に書かれていることだけを使い、数値や番号を新しく書かないでください。"
)


def describe(document: Document, *, language_model: LanguageModel | None = None) -> Document:
    """Add to each figure its callouts and steps, and what a model writes about it, if every number is in the source."""
    if not any(isinstance(node, Figure) for node in document.nodes):
        return document
    boxes = [node for node in document.nodes if isinstance(node, Paragraph) and node.role is Role.TEXT_BOX]
    steps = tuple(_steps_by_figure(document.instruction.steps if document.instruction else ()))
    images = {image.id: image for image in document.images}
    nodes, texts, findings = list(document.nodes), list(rendered(document)), []
    for position, node in enumerate(document.nodes):
        if not isinstance(node, Figure):
            continue
        figure = replace(node, callouts=tuple(_callouts(node, boxes)), steps=tuple(_numbers(node, steps)))
        if language_model is not None and figure.image in images:
            figure, finding = _written(figure, images[figure.image], document, language_model)
            findings += [finding] if finding else []
        if figure != node:
            nodes[position] = figure
            texts[position] = markdown(figure)
    kept = Rendered(nodes=tuple(nodes), texts=tuple(texts))
    return replace(document, nodes=kept.nodes, rendered=kept, findings=(*document.findings, *findings))


def _steps_by_figure(steps: tuple[Step, ...]) -> Iterator[tuple[str, str, str]]:
    for step in steps:
        for figure in step.figures:
            yield figure, step.number, step.text


def _numbers(figure: Figure, steps: tuple[tuple[str, str, str], ...]) -> list[str]:
    return list(dict.fromkeys(number for identity, number, _ in steps if identity == figure.id and number))


def _callouts(figure: Figure, boxes: list[Paragraph]) -> Iterator[str]:
    for box in boxes:
        if box.text and len(box.text) <= CALLOUT_CHARS and _lies_on(box.place, figure.place):
            yield box.text


def _lies_on(box: Place, figure: Place) -> bool:
    """On a sheet: the cells meet; on a page: the middle of the text lies in the picture or at its edge."""
    if box.sheet and box.sheet == figure.sheet and box.range and figure.range:
        mine, other = parse_area(box.range), parse_area(figure.range)
        return mine is not None and other is not None and mine.meets(other)
    if box.page and box.page == figure.page and box.box and figure.box:
        across, down = (box.box[0] + box.box[2]) / 2, (box.box[1] + box.box[3]) / 2
        left, top, right, bottom = figure.box
        return left - NEAR_PT <= across <= right + NEAR_PT and top - NEAR_PT <= down <= bottom + NEAR_PT
    return False


def _written(
    figure: Figure, image: Image, document: Document, language_model: LanguageModel
) -> tuple[Figure, Finding | None]:
    """Ask the model; what is not in the document's own words is refused, and the figure stays as it was."""
    steps = document.instruction.steps if document.instruction else ()
    near = [step.text for step in steps if figure.id in step.figures]
    material = "\n".join(filter(None, (said_of(figure), *near)))
    is_shown = image.media_type in SHOWN_TYPES and len(image.data) <= SHOWN_BYTES
    if not material and not is_shown:
        return figure, None
    try:
        about = language_model.write(
            INSTRUCTION,
            material,
            image=image.data if is_shown else b"",
            media_type=image.media_type if is_shown else "",
        ).strip()
    except Unavailable as error:
        return figure, Finding(code="figure.model_unavailable", place=figure.place, details={"reason": error.code})
    invented = ungrounded(about, material)
    if not about or invented or len(about) > WRITTEN_CHARS:
        return figure, Finding(
            code="figure.model_refused",
            severity=Severity.NOTICE,
            place=figure.place,
            details={"model": language_model.name, "invented": len(invented)},
        )
    return replace(figure, about=about, about_by=language_model.name), None
