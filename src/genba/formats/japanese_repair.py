"""Mends what a recogniser of characters takes for one another in Japanese: 査/查, ロ/口, ト/卜, ー/一, O/0.

What stands beside a character decides, and the dictionary where there is one; whatever neither supports stays as read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from genba.formats.japanese_repair_table import VARIANTS
from genba.ports.recognisers import Tokeniser

PASSES = 6
LONGEST_CHARS = 400  # of a line that is mended
CHINESE_SHARE = 0.5  # of the kanji of a line without kana: the line is Chinese


@dataclass(frozen=True, slots=True)
class Repair:
    """One character, or a few, that were read as others."""

    rule: str
    before: str
    after: str
    at: int


# Kanji, hiragana and signs beside the katakana they look like.
TO_KATAKANA = dict(zip("口卜力工二八夕一へりべぺ-－‐–—―─−", "ロトカエニハターヘリベペーーーーーーーー", strict=True))
TO_KANJI = {"ロ": "口", "ト": "卜", "カ": "力", "エ": "工", "ニ": "二", "ハ": "八", "タ": "夕", "ー": "一"}
LINES = frozenset("-－‐–—―─−")
HYPHENS = frozenset("-－‐–−")  # what may stand between katakana rightly
HIRAGANA = frozenset("へりべぺ")
COUNTED = frozenset("所月国年条村町店字")  # 3カ所
NEVER_FIRST = frozenset("ーァィゥェォッャュョヮ")
SMALL = dict(zip("アイウエオツヤユヨ", "ァィゥェォッャュョ", strict=True))
# Words that are told without a dictionary.
COMPOUNDS = frozenset(
    "加工 工程 工場 工具 工事 工作 工業 工数 工員 工法 工学 工夫 人工 施工 着工 竣工 木工 大工 "
    "商工 工順 工番 手工 工務 起工 入力 出力 圧力 動力 能力 張力 応力 推力 電力 重力 引力 握力 "
    "馬力 努力 協力 浮力 弾力 威力 主力 人力 省力 外力 内力 力学 力率 力行 分力 荷力 風力 水力 "
    "火力 強力 有力 体力 視力 磁力 入口 出口 口径 窓口 開口 口金 戸口 口元 火口 吸口 給口 裏口 "
    "二次 二重 二本 二個 二枚 二台 二名 二回 二人 二級 二種 二相 二段 二列 二面 二軸 十二 八角 "
    "八本 八個 八時 十八 夕方 夕刻 七夕 一覧 一部 一般 一式 一次 一定 一時 一致 一括 一方 一回 "
    "一個 一級 一名 一本 一枚 一台 一度 一番 一種 一体 一貫 一律 一切 一層 統一 同一 唯一 均一 "
    "単一 第一 万一 十一 一人 一日 一月 一年 一段 一列 一面 一軸 一環 一例 一旦 一任 一端".split()
)
_SUSPECT = re.compile(
    f"[{''.join(map(re.escape, (*TO_KATAKANA, *TO_KANJI, *VARIANTS)))}ァ-ヴ·•‧曰〇]|[0-9][OolI]|[OolI][0-9.]"
)
_GAP = re.compile(r"(?<=[ぁ-ゖァ-ヺー々\u4e00-\u9fff])[ \u3000](?=[ぁ-ゖァ-ヺー々\u4e00-\u9fff])")
_KANJI = re.compile(r"[\u4e00-\u9fff]+")
_RUN = re.compile(r"[ァ-ヴー]{4,12}")


def mend(text: str, tokeniser: Tokeniser | None = None) -> tuple[str, tuple[Repair, ...]]:
    """Mend one line; the same for a mended line is the line itself, and its length never changes."""
    if len(text) > LONGEST_CHARS or not _SUSPECT.search(text):
        return text, ()
    words = _Words(tokeniser)
    mended = text
    repairs: list[Repair] = []
    for _ in range(PASSES):
        found = [*_repairs(mended, words)]
        if not found:
            return mended, tuple(repairs)
        for repair in found:
            mended = mended[: repair.at] + repair.after + mended[repair.at + len(repair.before) :]
        repairs += found
    return text, ()  # repairs that undo each other rest on nothing


def close_gaps(text: str, tokeniser: Tokeniser | None) -> str:
    """Take out blanks that part a word of the dictionary: 手 順 書 was set wide, 外径 全長 are two words."""
    if tokeniser is None or len(text) > LONGEST_CHARS or not (gaps := [*_GAP.finditer(text)]):
        return text
    joined, places, end = "", [], 0
    for gap in gaps:
        joined += text[end : gap.start()]
        places.append(len(joined))
        end = gap.end()
    joined += text[end:]
    inside: set[int] = set()
    for token in tokeniser.tokens(joined):
        if token.is_known:
            inside.update(range(token.begin + (token.pos[0] != "接尾辞"), token.begin + len(token.surface)))
    closed, end = "", 0
    for gap, place in zip(gaps, places, strict=True):
        closed += text[end : gap.start()] + ("" if place in inside else gap.group())
        end = gap.end()
    return closed + text[end:]


class _Words:
    """What the dictionary says, or without one what a short list says."""

    def __init__(self, tokeniser: Tokeniser | None) -> None:
        self._tokeniser = tokeniser
        self.has_dictionary = tokeniser is not None

    def has(self, word: str) -> bool:
        """Tell whether this very word is known."""
        return self._tokeniser.is_word(word) if self._tokeniser is not None else word in COMPOUNDS

    def strangeness(self, text: str) -> int:
        """Count what the dictionary makes of a text: unknown words weigh more than many short ones."""
        if self._tokeniser is None:
            return 0
        return sum(1 if token.is_known else 4 for token in self._tokeniser.tokens(text))

    def knows(self, text: str) -> bool:
        """Tell whether the dictionary has every word of a text."""
        return self._tokeniser is not None and all(token.is_known for token in self._tokeniser.tokens(text))


def _repairs(text: str, words: _Words) -> Iterator[Repair]:
    """Find what is to be mended in one pass; no two repairs touch the same character."""
    chinese = _is_chinese(text, words)
    for at, char in enumerate(text):
        after, rule = char, ""
        if char in VARIANTS:
            after, rule = (char if chinese else VARIANTS[char]), "variant"
        elif char in TO_KATAKANA and _is_katakana_here(text, at, words):
            after, rule = TO_KATAKANA[char], "katakana"
        elif char in TO_KANJI and _is_kanji_here(text, at, words):
            after, rule = TO_KANJI[char], "kanji"
        elif char == "ヘ" and _is_particle(text, at):
            after, rule = "へ", "hiragana"
        elif char in "Oo〇lI" and _is_digit_here(text, at):
            after, rule = ("1" if char in "lI" else "0"), "digit"
        elif char == "ー" and _between(text, at, _is_code) and any(map(str.isdigit, text[at - 1] + text[at + 1])):
            after, rule = "-", "hyphen"
        elif char in "·•‧" and _between(text, at, _is_japanese):
            after, rule = "・", "dot"
        elif char == "曰" and at and text[at - 1].isdigit():
            after, rule = "日", "kanji"
        if after != char:
            yield Repair(rule, char, after, at)
            return  # the next one is judged beside this one as mended
    if words.has_dictionary:
        yield from _small_kana(text, words)


def _is_chinese(text: str, words: _Words) -> bool:
    """A line without kana, most of whose kanji have Chinese forms, is left as it is unless its words are Japanese."""
    kanji = [char for char in text if _is_kanji(char)]
    variants = {char for char in kanji if char in VARIANTS}
    if len(variants) < 2 or len(variants) < CHINESE_SHARE * len(kanji) or any(map(_is_kana, text)):
        return False
    japanese = "".join(VARIANTS.get(char, char) for char in text)
    return not all(words.has(run) for run in _KANJI.findall(japanese))


def _is_katakana_here(text: str, at: int, words: _Words) -> bool:
    """Decide by the neighbours on both sides, by small kana that cannot begin a word, and by the dictionary."""
    char, before, after = text[at], _at(text, at - 1), _at(text, at + 1)
    left, right = _is_katakana(before), _is_katakana(after)
    if not left and not right:
        return False
    if char == "卜":  # divination is no word of factories
        return True
    if char in LINES or char == "一":
        return left and (right or char == "一") and _is_long_vowel(text, at, right, words)
    if right and after in NEVER_FIRST and not (after == "ー" and char in HIRAGANA):
        return True
    if char in HIRAGANA and not (left and right):
        return False
    if _is_kanji(before) or (char != "夕" and _is_kanji(after) and after not in TO_KATAKANA):
        return False
    if not words.has_dictionary:
        return left and right and char not in "力工へ"  # スラスト力ベクトル
    start, end = _run(text, at)
    return _is_better(text, at, start, end, words)


def _is_long_vowel(text: str, at: int, right: bool, words: _Words) -> bool:
    """モ一タ, モータ一: a stroke after katakana that only as ー makes a known word."""
    start, end = _run(text, at)
    if not words.has_dictionary:
        return right and text[at] not in HYPHENS and text[at - 1] != "ー"
    mended = f"{text[start:at]}ー{text[at + 1 : end]}"
    if not right and _is_kanji(_at(text, at + 1)) and words.has("一" + text[at + 1]):
        return False
    return words.has(mended) or (words.knows(mended) and not words.knows(text[start:end]))


def _is_better(text: str, at: int, start: int, end: int, words: _Words) -> bool:
    """Compare both readings of a word, with what follows where that may be the rest of it."""
    read, mended = text[start:end], text[start:at] + TO_KATAKANA[text[at]] + text[at + 1 : end]
    if words.has(mended):
        return len(mended) > 2 or words.strangeness(read) > 2
    rest = text[end : end + 2]
    surer = 0 if at - start > 0 and at + 1 < end else 1  # within a word, or at its edge
    return words.knows(mended) and words.strangeness(read + rest) > words.strangeness(mended + rest) + surer


def _run(text: str, at: int) -> tuple[int, int]:
    """The katakana around a character."""
    start, end = at, at + 1
    while start > 0 and _is_katakana(text[start - 1]):
        start -= 1
    while end < len(text) and _is_katakana(text[end]):
        end += 1
    return start, end


def _is_kanji_here(text: str, at: int, words: _Words) -> bool:
    """A single katakana between kanji, where only the kanji makes a word with them."""
    char, before, after = text[at], _at(text, at - 1), _at(text, at + 1)
    kanji = TO_KANJI[char]
    if _is_katakana(before):
        return char == "ー" and not _is_katakana(after) and _is_first(text, at, words)
    if _is_katakana(after) or not (_is_kanji(before) or _is_kanji(after)) or (char == "カ" and after in COUNTED):
        return False
    if char in "トニハ" and not words.has_dictionary and not (_is_kanji(before) and _is_kanji(after)):
        return False
    sides = []
    if _is_kanji(before) and before not in TO_KATAKANA:
        sides.append((before + kanji, before + char))
    if _is_kanji(after) and after not in TO_KATAKANA:
        sides.append((kanji + after, char + after))
    return any(words.has(word) and not (words.has_dictionary and words.has(read)) for word, read in sides)


def _is_first(text: str, at: int, words: _Words) -> bool:
    """スイッチー覧: one, at the beginning of the next word."""
    start, _ = _run(text, at)
    alone, long = text[start:at], text[start : at + 1]
    known = words.has_dictionary and words.has(alone) and not words.has(long)
    return known and "一" + _at(text, at + 1) in COMPOUNDS


def _is_particle(text: str, at: int) -> bool:
    """へ after kanji or hiragana, with no katakana beside it."""
    before, after = _at(text, at - 1), _at(text, at + 1)
    return (_is_kanji(before) or _is_hiragana(before)) and not _is_katakana(after) and _is_japanese(after)


def _is_digit_here(text: str, at: int) -> bool:
    """Between digits, or as the lone digit before a decimal point."""
    before, after = _at(text, at - 1), _at(text, at + 1)
    if _is_digit(before) and (_is_digit(after) or (after == "." and _is_digit(_at(text, at + 2)))):
        return True
    lone = not before or not (before.isalnum() or before in ".-_/")
    return lone and after == "." and _is_digit(_at(text, at + 2))


def _small_kana(text: str, words: _Words) -> Iterator[Repair]:
    """チエツク → チェック: a word that only small kana make known."""
    for run in _RUN.finditer(text):
        word = run.group()
        places = [at for at, char in enumerate(word) if char in SMALL and at][:4]
        if not places or words.has(word) or words.strangeness(word) < 4:
            continue
        known = [variant for variant in _toggled(word, tuple(places)) if words.has(variant)]
        if known:
            yield Repair("small_kana", word, known[-1], run.start())
            return


@lru_cache(maxsize=1024)
def _toggled(word: str, places: tuple[int, ...]) -> tuple[str, ...]:
    found: list[str] = []
    for mask in range(1, 1 << len(places)):
        chars = list(word)
        for bit, at in enumerate(places):
            if mask >> bit & 1:
                chars[at] = SMALL[chars[at]]
        found.append("".join(chars))
    return tuple(found)


def _at(text: str, at: int) -> str:
    return text[at] if 0 <= at < len(text) else ""


def _between(text: str, at: int, kind: object) -> bool:
    before, after = _at(text, at - 1), _at(text, at + 1)
    return bool(before and after and callable(kind) and kind(before) and kind(after))


def _is_katakana(char: str) -> bool:
    return "ァ" <= char <= "ヺ" or char == "ー"


def _is_hiragana(char: str) -> bool:
    return "ぁ" <= char <= "ゖ"


def _is_kana(char: str) -> bool:
    return _is_katakana(char) or _is_hiragana(char)


def _is_kanji(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff" or char == "々"


def _is_japanese(char: str) -> bool:
    return _is_kana(char) or _is_kanji(char)


def _is_digit(char: str) -> bool:
    return "0" <= char <= "9"


def _is_code(char: str) -> bool:
    return char.isascii() and char.isalnum()
