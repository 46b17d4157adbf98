"""Codes stay whole and sizes are no words: both are taken out of a text before it is cut into words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from genba.model.terms import Mention

MENTIONS_LOOKED_FOR = 400
BREAK = "、"  # stands for what was taken out: no word goes across it

_NUMBER = r"[0-9０-９][0-9０-９,.．]*"
_CODE = (
    r"(?<![A-Za-z0-9.-])(?:[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+|[0-9]{1,4}[A-Z]{1,4}(?:-[A-Z0-9]+)+"
    r"|[A-Z]{2,6}[0-9]{2,6}[A-Z]{0,3}|[A-Z][0-9]{3,6}[A-Z]{0,3}|[A-Z][0-9]{2}[A-Z]{1,2})(?![A-Za-z0-9×]|-[A-Za-z0-9])"
)
_TAKEN_OUT = (
    r"https?://\S+|www\.\S+|[\w.+-]+@[\w.-]+",
    rf"[MＭφΦ⌀RＲCＣ]\s?{_NUMBER}(?:\s*[×xX*]\s*(?:P?{_NUMBER}|[A-Z][0-9.]+))+",
    _CODE,
    # 3D測定, 5S活動 and 4M変更 are words
    rf"(?![0-9０-９][DSMＤＳＭ][一-鿿ァ-ヴ])[±+]?{_NUMBER}\s?(?:[A-Za-zμµΩ°℃%％‰Å][A-Za-z0-9·・/²³⁻%℃.]*|[㎀-㏟℃％]+)",
)
_IS_CODE = re.compile(_CODE)


@dataclass(frozen=True, slots=True)
class Codes:
    """Finds the codes of one document's texts, those that stand in its mentions included."""

    pattern: re.Pattern[str]
    mentioned: frozenset[str]

    def taken_out(self, text: str) -> tuple[str, list[str]]:
        """Give the text with a break for every code, size, quantity and address, and the codes."""
        if text.isascii() and not any(char.isdigit() for char in text) and "-" not in text and "@" not in text:
            return text, []
        found: list[str] = []

        def take(match: re.Match[str]) -> str:
            whole = match[0]
            if whole in self.mentioned or _IS_CODE.fullmatch(whole):
                found.append(whole)
            return BREAK

        return self.pattern.sub(take, text), found


def codes_of(mentions: Sequence[Mention]) -> Codes:
    """Prepare for one document: what other steps have recognised as codes is not cut, whatever it looks like."""
    texts = dict.fromkeys(mention.text for mention in mentions if len(mention.text) > 1)
    odd = [text for text in texts if not _IS_CODE.fullmatch(text)][:MENTIONS_LOOKED_FOR]
    first = [_whole(text) for text in sorted(odd, key=lambda text: (-len(text), text))]
    return Codes(re.compile("|".join((*first, *_TAKEN_OUT))), frozenset(texts))


def _whole(text: str) -> str:
    before = r"(?<![A-Za-z0-9])" if text[0].isalnum() and text[0].isascii() else ""
    after = r"(?![A-Za-z0-9])" if text[-1].isalnum() and text[-1].isascii() else ""
    return f"{before}{re.escape(text)}{after}"
