"""How steps are numbered: 1. (1) ① 1-1 手順1 STEP 2 ア. and what follows what."""

import re
import unicodedata

_WORD = r"(?:作業手順|手順|ステップ|STEP|Step|step|工程|工順|作業|その|No|NO|Ｎｏ|№)"
_FIGURES = r"[0-9０-９]{1,3}(?:[-.－．‐][0-9０-９]{1,3}){0,3}"
_CIRCLED = "①-⑳❶-❿⑴-⒇㉑-㉟㊱-㊿"
# The number as displayed, then what it stands before; each form has its own way to end.
_LEADING = re.compile(
    rf"\s*(?:(?P<word>[【\[<＜〔(（]?\s*{_WORD}\s*[.．:：‐\-－]?\s*{_FIGURES}\s*[】\]>＞〕)）]?)\s*[.．:：、)）]?"
    rf"(?=[\s　]|[^\s\d０-９.．,，/-])\s*"
    rf"|(?P<closed>[(（\[［【<＜〔〈《「]\s*{_FIGURES}\s*[)）\]］】>＞〕〉》」])\s*[.．:：]?\s*"
    rf"|(?P<circled>[{_CIRCLED}])\s*[.．:：、)）]?\s*"
    rf"|(?P<dotted>{_FIGURES}\s*[.．)）、:：](?![0-9０-９]))\s*"
    rf"|(?P<path>[0-9０-９]{{1,2}}(?:[-.－．‐][0-9０-９]{{1,2}}){{1,3}})[\s　]+(?=[^\d\s])"
    rf"|(?P<bare>[0-9０-９]{{1,2}})[\s　]+(?=[一-鿿ァ-ヴぁ-んーA-ZＡ-Ｚ\"「『【])"
    r"|(?P<nth>第\s*[0-9０-９]{1,2}\s*(?:工程|手順|ステップ))\s*[.．:：]?[\s　]*"
    r"|(?P<roman>[(（]?(?:[ⅰ-ⅹⅠ-Ⅹ]|(?:i{1,3}|iv|vi{0,3}|ix)(?=[)）.．]))[)）.．]?)[\s　]*"
    r"|(?P<kanji>[(（]?[一二三四五六七八九十]{1,2}[)）、．.])[\s　]*"
    r"|(?P<kana>[(（]?[ア-コイロハニホヘト][)）.．、:：])\s*"
    r"|(?P<letter>[(（]?[a-zａ-ｚA-ZＡ-Ｚ][)）.．])\s*(?=[^\sa-zA-Z.]|(?<=[)）\s])[A-Z]{1,3}[^\sa-zA-Z.])"
    r")(?=\S)"
)
_DIGITS = re.compile(r"\d+")
_KANA = "アイウエオカキクケコサシスセソタチツテト"
_IROHA = "イロハニホヘトチリヌルヲワカヨタレソ"
_COUNTED = re.compile(r"(?:個|本|枚|回|台|秒|分|時間|名|人|箇所|か所|ヶ所|カ所|mm|cm|kg|℃|%|日|月|年|つ|点|種)")
REFERENCE = re.compile(
    rf"(?P<word>手順|ステップ|STEP|Step|step|工程|作業|その|No\.?|項番|項目|項)?\s*"
    rf"(?P<number>[(（]\s*[0-9０-９]{{1,3}}\s*[)）]|{_FIGURES}|[{_CIRCLED}])(?P<after>項|番|工程)?"
)


def split_number(text: str) -> tuple[str, str]:
    """Part a leading number, as displayed, from the words it numbers; ("", text) where there is none."""
    found = _LEADING.match(text)
    if found is None:
        return "", text
    rest = text[found.end() :]
    if found["bare"] and _COUNTED.match(rest):
        return "", text
    number = next(part for part in found.groups() if part)
    return number.strip(), rest


def _may_follow(text: str) -> bool:
    """Tell by two looks whether a second number follows a break or a circled number at all."""
    for before, second in ((_BREAK, _SECOND), (_ANY_CIRCLED, _SECOND_CIRCLED)):
        first = before.search(text)
        if first is not None and second.search(text, first.end()):
            return True
    return False


def split_inline(text: str) -> list[str]:
    """Cut words in which several steps follow one another: ①電源を切る。②カバーを外す。 or 1. …。2. …。"""
    if not _may_follow(text):
        return [text]
    for pattern in _INLINES:
        starts = [(found.start("number"), ordinal(found["number"])) for found in pattern.finditer(text)]
        run = [starts[0]] if starts else []
        for start in starts[1:]:
            if start[1] == (run[-1][1][0] + 1,):
                run.append(start)
        if len(run) < 2 or (run[0][1] != (1,) and run[0][0] != 0):
            continue
        cuts = [at for at, _ in run]
        pieces = [text[: cuts[0]], *(text[a:b] for a, b in zip(cuts, [*cuts[1:], len(text)], strict=True))]
        pieces = [piece.strip() for piece in pieces if piece.strip()]
        if all(len(piece) >= 5 for piece in pieces[-len(run) :]):
            return pieces
    return [text]


_BREAK = re.compile(r"[。\n\s]")
_SECOND = re.compile(r"[②❷⑵]|[(（]?[2２][)）.．]")
_ANY_CIRCLED = re.compile(rf"[{_CIRCLED}]")
_SECOND_CIRCLED = re.compile(r"[②❷⑵]")
_INLINES = (
    re.compile(rf"(?<![図表写真手順項目〜~・、])(?P<number>[{_CIRCLED}])(?!\s*(?:[、～~へに項]|参照))"),
    re.compile(r"(?:^|(?<=[。\n])\s*|(?<=\s))(?P<number>[(（]\d{1,2}[)）])(?!\s*(?:へ|に戻|項|参照))"),
    re.compile(r"(?:^|(?<=[。\n])\s*)(?P<number>\d{1,2}[.．)）])(?!\d)"),
)


def ordinal(number: str) -> tuple[int, ...]:
    """Say which place in its list a number means: 3.2 → (3, 2), ② → (2,), ウ. → (3,); () where it says none."""
    folded = unicodedata.normalize("NFKC", number.translate(_NEGATIVE))
    digits = tuple(int(part) for part in _DIGITS.findall(folded)[:6] if len(part) < 9)
    if digits:
        return digits
    bare = folded.strip("().、:）（ ")
    if len(bare) == 1:
        if bare in _KANA:
            return (_KANA.index(bare) + 1,)
        if bare.isascii() and bare.isalpha():
            return (ord(bare.casefold()) - 96,)
    return ()


_NEGATIVE = str.maketrans({chr(0x2776 + index): str(index + 1) for index in range(10)})


def shape(number: str) -> str:
    """Say how a number is written, digits left open: "(9)", "9.9", "手順9"."""
    folded = unicodedata.normalize("NFKC", number) if not re.search(f"[{_CIRCLED}]", number) else "①"
    return re.sub(r"\d+", "9", folded).strip()


def is_number(text: str) -> bool:
    """Tell whether a cell holds nothing but a step's number."""
    folded = unicodedata.normalize("NFKC", text).strip().translate(_HYPHENS)
    if not folded or len(folded) > 12:
        return False
    return (
        _NUMBER_ONLY.fullmatch(folded) is not None
        or text.strip() in _DASHES
        or _ONE_CIRCLED.fullmatch(text.strip()) is not None
    )


_NUMBER_ONLY = re.compile(
    rf"[(\[<【〔〈《「]?\s*(?:{_WORD}\s*[-.:]?\s*)?\d{{1,4}}(?:[-.]\d{{1,3}}){{0,3}}\s*[)\]>】〕〉》」]?[.:、]?(?:工程)?|"
    rf"[(]?[ア-コa-zA-Z][).]?|第\d+(?:工程|手順)?|\d{{1,2}}-?[a-z][).]?|[A-Z]{{1,2}}[-.]?\d{{1,3}}"
)
_ONE_CIRCLED = re.compile(rf"[{_CIRCLED}](?:[-‐－.]?(?:\d{{1,2}}|[a-z]|[{_CIRCLED}]))?")
_HYPHENS = str.maketrans("‐–−‑", "----")
_DASHES = frozenset(("-", "―", "－", "ー", "—", "–", "*", "＊", "※"))
