"""Tells a text layer that means what the page shows from mojibake: fonts whose codes nobody translated."""

import unicodedata
from collections import Counter
from collections.abc import Sequence

from genba.formats.pagelayout.glyphs import LETTERS, Glyph

SHARE = 0.2  # of the characters of a page
LEAST = 8  # characters on which a judgement can rest

# What CP932 text becomes when its bytes are read as Windows-1252.
LATIN_JUNK = set(
    "‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ¡¢£¤¥¦§¨©ª«¬®¯°±²³´µ¶·¸¹º»¼½¾¿ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ"
)
BROAD = set("mwMWQ@%&—–…‰Œ½¼¾°±×÷§¶※ ")


def doubtful_share(glyphs: Sequence[Glyph]) -> float:
    """Give the share of a page's characters that cannot be what is shown; 0 for pages with hardly any."""
    if len(glyphs) < LEAST:
        return sum(g.style.garbled for g in glyphs) / len(glyphs) if glyphs else 0.0
    plain = sum(glyph.style.garbled for glyph in glyphs)
    judged = [glyph for glyph in glyphs if not glyph.style.garbled]
    return min(1.0, (plain + max((test(judged) for test in TESTS), default=0)) / len(glyphs))


def is_garbled(glyphs: Sequence[Glyph]) -> bool:
    """Say whether the page's text must not be used."""
    return doubtful_share(glyphs) >= SHARE


def square_latin(glyphs: Sequence[Glyph]) -> int:
    """Half-width letters that take up a full square each: glyph numbers of a Japanese font taken for codes."""
    mapped = {g.style.font for g in glyphs if g.text > "\u3000" and LETTERS.match(g.text)}  # these tell kana and kanji
    latin = [g for g in glyphs if " " < g.text < "\u0250" and g.style.font not in mapped and g.text not in BROAD]
    square = sum([is_square(g) for g in latin])
    return square if square > 0.5 * len(latin) else 0


def is_square(glyph: Glyph) -> bool:
    """As wide as the font is high, as kanji and kana are."""
    return 0.92 * glyph.size < max(glyph.x1 - glyph.x0, 0.01) < 1.2 * glyph.size


def latin_junk(glyphs: Sequence[Glyph]) -> int:
    """Signs and accented letters in a density that no European language has."""
    junk = sum(glyph.text in LATIN_JUNK for glyph in glyphs)
    return junk if junk > 0.3 * len(glyphs) else 0


def mixed_scripts(glyphs: Sequence[Glyph]) -> int:
    """Letters of three and more far scripts side by side."""
    far: Counter[str] = Counter()
    for glyph in glyphs:
        code = ord(glyph.text[0])
        if 0x250 <= code < 0x2000 or 0x2C00 <= code < 0x2E00 or 0xA000 <= code < 0xAC00:
            far[unicodedata.name(glyph.text[0], "UNKNOWN").split(" ", 1)[0]] += 1
    return sum(far.values()) if len(far) >= 3 and sum(far.values()) > 0.15 * len(glyphs) else 0


def rare_kanji(glyphs: Sequence[Glyph]) -> int:
    """Kanji that Japanese fonts of the office hardly hold, without any kana among them."""
    kanji = [g.text for g in glyphs if 0x3400 <= ord(g.text[0]) < 0xA000 or ord(g.text[0]) >= 0x20000]
    if any(0x3041 <= ord(glyph.text[0]) < 0x30FF for glyph in glyphs) or len(kanji) < 20:
        return 0
    rare = sum(not can_encode(text) for text in kanji)
    return rare if rare > 0.5 * len(kanji) else 0


def can_encode(text: str) -> bool:
    """Say whether CP932 holds the character."""
    try:
        text.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


TESTS = (square_latin, latin_junk, mixed_scripts, rare_kanji)
