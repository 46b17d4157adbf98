"""A summary by the user's language model, taken only where every number and code in it stands in the document."""

import re

from genba.errors import Unavailable
from genba.formats.grounding import ungrounded
from genba.formats.markup import rendered
from genba.formats.sentences import sentences
from genba.model.document import Document
from genba.model.finding import Finding, Severity
from genba.model.marks import Mark
from genba.model.sheet import Sheet
from genba.ports.recognisers import LanguageModel

MATERIAL_CHARS = 12_000
SOURCE_CHARS = 400_000
WORTH_ASKING_CHARS = 200
_INSTRUCTION = (
    "次の資料は、ある企業の現場の文書です。何についての文書で、誰が何をするためのものか、要点と注意点を、文書と同じ言語で{chars}字以内の"
    "文章に要約してください。数値、単位、品番、図番、日付は資料のとおりに書き、資料にないことは書かないでください。要約の文章だけを答えてください。"
)
_LEFT_OUT = frozenset((Mark.HIDDEN, Mark.WITHDRAWN, Mark.FURNITURE))
_MARKUP = re.compile(r"[*_`#>]+")


def written(document: Document, model: LanguageModel, chars: int) -> tuple[str, Finding | None]:
    """Ask for a summary; gives an empty one and a finding where none came or it says what the document does not."""
    texts = _shown(document)
    title = next((item.value for item in document.properties if item.name == "title"), "")
    source = "\n".join((title, *texts))[:SOURCE_CHARS]
    if len(source) < WORTH_ASKING_CHARS:
        return "", None
    try:
        answer = model.write(_INSTRUCTION.format(chars=chars), source[:MATERIAL_CHARS])
    except Unavailable as error:
        return "", _finding("summary.model_unavailable", {"reason": error.code})
    text = _fitted(_MARKUP.sub("", answer), chars)
    if not text:
        return "", _finding("summary.not_usable", {"model": model.name, "chars": chars})
    invented = ungrounded(text, source)
    if invented:
        return "", _finding("summary.invented", {"model": model.name, "invented": len(invented)})
    return text, None


def _shown(document: Document) -> list[str]:
    """Leave out what the author has hidden or struck out: a summary would bring it to light."""
    pairs = zip(document.nodes, rendered(document), strict=True)
    return [text for node, text in pairs if isinstance(node, Sheet) or not node.marks & _LEFT_OUT]


def _fitted(answer: str, chars: int) -> str:
    """Take whole sentences as far as they fit."""
    text = ""
    for sentence in sentences(answer.strip()):
        if len(text) + len(sentence) > chars:
            break
        text += sentence if not text or text.endswith(("。", "！", "？")) else f" {sentence}"
    return " ".join(text.split())


def _finding(code: str, details: dict[str, str | int]) -> Finding:
    return Finding(code=code, severity=Severity.NOTICE, details=details)
