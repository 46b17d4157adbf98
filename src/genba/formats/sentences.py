"""Cut Japanese and English text into its sentences, each a verbatim piece of it: quotes, brackets and decimals hold."""

import re

_OPEN, _CLOSE = "「『（(【［[〔", "」』）)】］]〕"
_PAIR = dict(zip(_OPEN, _CLOSE, strict=True))
_STOPS = re.compile(rf"[{re.escape(_OPEN + _CLOSE)}。．!?！？\n.]")
# A line that ends so goes on in the next one: it was broken for its length.
_GOES_ON = re.compile(r"[、，,をがはにのでとへもや]\s*$")
_LONGEST_BRACKET = 200  # characters; a bracket that is longer open was never closed


def sentences(text: str) -> tuple[str, ...]:
    """Give the sentences without the spaces around them; line breaks end one unless it plainly goes on."""
    found: list[str] = []
    begin = 0
    for end in _ends(text):
        piece = text[begin:end].strip()
        if piece:
            found.append(piece)
        begin = end
    rest = text[begin:].strip()
    return (*found, rest) if rest else tuple(found)


def _ends(text: str) -> list[int]:
    ends = []
    closed_at = 0
    for match in _STOPS.finditer(text):
        at, char = match.start(), match[0]
        if at < closed_at:
            continue
        if char in _PAIR:
            closed_at = _closing(text, at)
        elif char == "\n":
            if not _GOES_ON.search(text[max(0, at - 3) : at]):
                ends.append(at + 1)
        elif _is_stop(text, at, char):
            ends.append(_behind(text, at + 1))
    return ends


def _closing(text: str, at: int) -> int:
    """Find where the bracket that opens here is closed; itself where it never is."""
    depth = 0
    opening, closing = text[at], _PAIR[text[at]]
    for place in range(at, min(len(text), at + _LONGEST_BRACKET)):
        if text[place] == opening:
            depth += 1
        elif text[place] == closing:
            depth -= 1
            if not depth:
                return place + 1
    return at


def _is_stop(text: str, at: int, char: str) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if char in "。！？":
        return True
    if char in "!?":
        return after in ("", " ", "\u3000", "\n", "!", "?") or not after.isascii()
    if char == "．":
        return not (before.isdigit() and after.isdigit())
    if char == "." and (after in ("", "\n") or (after == " " and text[at + 2 : at + 3].isupper())):
        word = re.search(r"\w+$", text[max(0, at - 12) : at])
        return word is not None and len(word[0]) > 2 and not word[0].isdigit()
    return False


def _behind(text: str, at: int) -> int:
    """Take what still belongs to the sentence: more marks, closing brackets."""
    while at < len(text) and text[at] in "。！？!?」』）)】":
        at += 1
    return at
