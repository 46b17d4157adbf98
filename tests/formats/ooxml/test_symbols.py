# ruff: noqa: E501 - raw XML is easier to read when it is not wrapped
"""Symbol fonts and formulas as plain Unicode."""

from lxml import etree

from genba.formats.ooxml.math import M, linear, lowered, raised
from genba.formats.ooxml.symbols import SYMBOL, WINGDINGS, bullet_sign, from_symbols, symbol_font


def test_letters_of_symbol_fonts_become_what_the_page_shows():
    assert from_symbols("m\uf06d\uf0b1\uf0b0W", SYMBOL) == "μμ±°Ω"
    assert from_symbols("\uf0fe\uf0a8\uf0fc", WINGDINGS) == "☑☐✓"
    assert symbol_font("MS Gothic") is None and symbol_font("WINGDINGS") is WINGDINGS


def test_bullets_without_a_known_sign_are_dots():
    assert (bullet_sign("\uf0b7", "Symbol"), bullet_sign("\ue000", "Foo"), bullet_sign("※", None)) == ("•", "•", "※")


def test_only_digits_and_signs_are_raised_and_lowered():
    assert (raised("-3"), raised("例1"), lowered("2")) == ("⁻³", "例1", "₂")


def formula(inside: str) -> str:
    return linear(etree.fromstring(f'<m:oMath xmlns:m="{M[1:-1]}">{inside}</m:oMath>'))


def run(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


def test_formulas_are_written_in_one_line():
    assert formula(f"<m:f><m:num>{run('a+b')}</m:num><m:den>{run('2')}</m:den></m:f>") == "(a+b)/2"
    assert formula(f"<m:rad><m:deg/><m:e>{run('x')}</m:e></m:rad>") == "√(x)"
    nary = f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>{run("i=1")}</m:sub><m:sup>{run("n")}</m:sup><m:e>{run("x")}</m:e></m:nary>'
    assert formula(nary) == "∑_(i=1)^n x"
    assert formula(f"<m:d><m:e>{run('a')}</m:e></m:d>") == "(a)"
