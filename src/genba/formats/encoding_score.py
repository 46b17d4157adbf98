"""How Japanese a reading of bytes is: the judgement by which encodings are told apart."""

from __future__ import annotations

import re
from collections import Counter

from genba.formats.encoding_tables import FREQUENT_KANJI, IBM_KANJI, NEC_SPECIAL

CLEAR = 0.3
"""Below this average per character that is not ASCII, a reading is no more than a guess."""

_HALF_WIDTH = re.compile(r"[\uff61-\uff9f]+")
_SOUND = re.compile("(?:(?:[ｶ-ﾄﾊ-ﾎｳ]ﾞ|[ﾊ-ﾎ]ﾟ|[ｱ-ﾝｦ])[ｧ-ｯ]?ｰ?)+")
_FULL_SYMBOLS = frozenset("°±µ×÷²³¹·½¼¾…‥“”‘’•–—′″※→←↑↓⇒⇔●○◎◇◆□■△▲▽▼★☆♪〒§¶†‡Ωφμ≦≧≠≒∞℃Å♂♀▶▷✓✔☑☐☒")
_LATIN = re.compile(r"(?<=[A-Za-z])[\u00c0-\u024f]|[\u00c0-\u024f](?=[A-Za-z])")


def rate(text: str, encoding: str) -> float:
    """The average worth of the characters that are not ASCII, from about −5 (broken) to above 1 (plain Japanese)."""
    counts = Counter(text)
    total, number = 0.0, 0
    for char, count in counts.items():
        if char >= "\x80":
            number += count
            total += _worth(char, encoding) * count
    if not number:
        return 0.0
    total += _half_width(text, 0.95 if encoding == "euc-jp" else 0.62)  # EUC-JP marks each with a byte 8E
    if encoding == "utf-8":
        total += 1.2 * len(_LATIN.findall(text))
        if "\ufffd" not in text and any(char > "\u07ff" for char in counts):
            return total / number + 0.6  # three bytes in a row are hardly ever UTF-8 by chance
    return total / number


def _worth(char: str, encoding: str) -> float:
    if "\u3041" <= char <= "\u30ff":
        return 1.0
    if "\u4e00" <= char <= "\u9fff" or char in IBM_KANJI:
        return 1.0 if char in FREQUENT_KANJI else 0.5 if char in IBM_KANJI else _rare_kanji(char)
    if char in _FULL_SYMBOLS or char in NEC_SPECIAL:
        return 1.0
    if "\uff61" <= char <= "\uff9f":
        return 0.0  # judged in runs
    if "\u3000" <= char <= "\u303f" or "\uff01" <= char <= "\uff5e" or "\uffe0" <= char <= "\uffe5":
        return 0.9
    if char == "\ufffd":
        return -5.0
    if char < "\xa0" or "\ue000" <= char <= "\uf8ff":
        return -3.0
    if "\u00a0" <= char <= "\u024f":
        return -0.2
    if encoding == "utf-8":
        return 0.5 if char > "\u07ff" else 0.2
    return 0.1 if "\u2000" <= char <= "\u33ff" else -0.2


def _rare_kanji(char: str) -> float:
    """Level 1 of JIS is possible, level 2 unlikely, what JIS lacks is not Japanese."""
    try:
        code = char.encode("euc_jp")
    except UnicodeEncodeError:
        return 0.0
    if len(code) == 3:
        return -0.6
    return 0.35 if code[0] < 0xD0 else -0.4


def _half_width(text: str, worth: float) -> float:
    """Half-width kana are worth what they make: words with voiced marks in their places, or noise."""
    total = 0.0
    for run in _HALF_WIDTH.finditer(text):
        kana = run[0]
        words = sum(len(word[0]) for word in _SOUND.finditer(kana))
        marks = sum(1 for char in kana if char <= "\uff65")
        if words >= 2:
            total += worth * words - 1.0 * (len(kana) - words - marks)
            total += 0.1 * marks if marks * 4 <= words else -0.6 * marks
        else:
            total += 0.35 if words else -0.5 * len(kana)
    return total


def wide(sample: bytes) -> tuple[str, float] | None:
    """UTF-16 without a byte order mark: every other byte comes from the few that Japanese and ASCII have there."""
    length = len(sample) - len(sample) % 2
    if length < 4:
        return None
    body = sample[: min(length, 8192)]
    best: tuple[float, str] | None = None
    for encoding, high in (("utf-16-le", body[1::2]), ("utf-16-be", body[::2])):
        low = body[::2] if encoding == "utf-16-le" else body[1::2]
        if low.count(0) * 20 > len(low):
            continue
        share = _wide_share(high, low)
        if share is not None and (best is None or share > best[0]):
            best = (share, encoding)
    return (best[1], round(best[0], 2)) if best else None


def _wide_share(high: bytes, low: bytes) -> float | None:
    """The share of plausible units, or None where it is too low or there is neither kana nor ASCII to vouch for it."""
    counts = Counter(high)
    kana, ascii_ = counts[0x30], counts[0x00]
    kanji = sum(count for byte, count in counts.items() if 0x4E <= byte <= 0x9F)
    other = counts[0xFF] + sum(counts[byte] for byte in (0x20, 0x21, 0x22, 0x24, 0x25, 0x26, 0x32, 0x33))
    total = len(high)
    plausible = (kana + ascii_ + kanji + other) / total
    vouched = (kana + ascii_) / total
    # Digits such as 10203040 have 30 in every other byte too: kana need low bytes that digits do not have.
    if not ascii_ and (total < 8 or sum(1 for byte in low if byte in b"0123456789 ,.\r\n-") * 2 > total):
        return None
    if (
        plausible < 0.95
        or vouched < 0.2
        or any(not above and below < 0x09 for above, below in zip(high, low, strict=True))
    ):
        return None
    return plausible
