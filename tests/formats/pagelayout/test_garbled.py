"""What tells mojibake from text."""

import pytest

from genba.formats.pagelayout.garbled import is_garbled
from genba.formats.pagelayout.glyphs import Glyph, Style


def glyphs(text, *, width=0.5, font="F"):
    style = Style(font)
    return [
        Glyph(char, i * 10.0, 0, i * 10.0 + 10 * width, 10, 10, style) for i, char in enumerate(text.replace(" ", ""))
    ]


@pytest.mark.parametrize(
    "text",
    [
        "締付けトルクは規定値の範囲内であることを確認し、記録する。",
        "The value must be within 12.0 ± 0.5 N·m; see sheet “QC-12”.",
        "Évaluation générale des procédés à l’usine: pièces usinées, contrôlées.",
        "检查基准书与作业指导书的规定范围内进行记录和确认工作。",
        "ﾎﾞﾙﾄ締付 ﾄﾙｸﾚﾝﾁ 使用",
    ],
)
def test_text_of_many_kinds_is_text(text):
    assert not is_garbled(glyphs(text))


def test_cp932_read_as_latin_is_garbled():
    assert is_garbled(
        glyphs("締付けトルクは規定値の範囲内".encode("cp932").decode("cp1252", "replace").replace("\ufffd", "¿"))
    )


def test_glyph_numbers_taken_for_codes_are_garbled():
    assert is_garbled(glyphs("".join(chr(0x250 + (i * 137) % 0x1A00) for i in range(60))))


def test_half_width_letters_as_wide_as_kanji_are_garbled_unless_their_font_has_kana_too():
    assert is_garbled(glyphs("QvTzxRpLkJhGfDsA", width=1.0))
    assert not is_garbled(glyphs("全角幅の英字ABCDEFGHIJKLMN", width=1.0))


def test_kanji_that_no_japanese_office_writes_are_garbled():
    assert is_garbled(glyphs("".join(chr(0x3400 + i * 53) for i in range(40)), width=1.0))
