"""Codes are found in text; dates, sizes, quantities, telephone numbers and standards are none."""

# ruff: noqa: E501 - Japanese texts; a full-width character counts as two

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.formats.codelabels import kind_of_label, kind_of_words, label_before
from genba.formats.codes import codes, fits, folded, normal_code, normal_revision, shapes_of, standards
from genba.model.terms import TermKind

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ"
CODES = st.builds(
    lambda letters, digits, tail: f"{letters}-{digits}{tail}",
    st.text(ALPHABET, min_size=2, max_size=3),
    st.text("0123456789", min_size=3, max_size=6),
    st.sampled_from(["", "-01", "-A", "/22"]),
).filter(lambda code: not standards(code))


@given(CODES, st.sampled_from(["部品 {} を使う。", "{}", "「{}」参照", "全角は{}、次へ", "{}.pdf"]))
def test_a_code_is_found_whatever_stands_around_it(code: str, sentence: str) -> None:
    assert [item.normal for item in codes(folded(sentence.format(code)))] == [code]


@pytest.mark.parametrize(
    "text",
    [
        "2025-04-01", "2025/4/1 から", "R7.4.1", "令和7年4月1日", "20250401", "10:30", "03-1234-5678", "090-1234-5678", "〒123-4567",
        "M8×20", "M8", "φ10H7", "100×200 mm", "24.5 N·m", "5kg", "H7/g6", "A4", "Ra1.6", "HRC60", "SUS304", "S45C", "A5052", "IP67",
        "3.2.1 項", "(1)", "1/2", "98.5%", "Rev.B", "第3版", "mail@example.com", "https://example.com/A-1023", "JIS B 1180", "ISO 9001:2015",
        "100個", "1,000円", "80-90", "5S", "8D", "CO2", "UTF-8", "",
    ],
)  # fmt: skip
def test_what_looks_like_a_code_and_is_none_is_left(text: str) -> None:
    assert codes(folded(text)) == []


@pytest.mark.parametrize(
    ("text", "normal", "revision"),
    [
        ("A-1023 Rev.B", "A-1023", "B"),
        ("Ａ－１０２３　第３版", "A-1023", "3"),
        ("KB-1024_RevC", "KB-1024", "C"),
        ("WS-0012(改訂2)", "WS-0012", "2"),
        ("WS-0012 ver.1.2", "WS-0012", "1.2"),
        ("D-1023（初版）", "D-1023", "初版"),
    ],
)
def test_the_revision_behind_a_code_is_told_apart_from_it(text: str, normal: str, revision: str) -> None:
    (found,) = codes(folded(text))
    assert (found.normal, found.revision) == (normal, revision)


def test_a_label_vouches_for_what_does_not_look_like_a_code() -> None:
    for value in ("47A", "1023", "123-4567", "A5052", "BS-9845", "09-6356-870"):
        assert [item.text for item in codes(value, labelled=True)] == [value]
    for value in ("2025-04-01", "24.5", "10mm", "なし"):
        assert codes(value, labelled=True) == []


def test_two_codes_of_one_form_are_not_one() -> None:
    assert [item.text for item in codes("KB-1024/KB-1025")] == ["KB-1024", "KB-1025"]
    assert [item.text for item in codes("KB/1024/55")] == ["KB/1024/55"]


@given(st.text(max_size=60))
def test_any_text_gives_codes_that_stand_in_it(text: str) -> None:
    plain = folded(text)
    assert len(plain) == len(text)
    for item in codes(plain):
        assert plain[item.start : item.end] == item.text
        assert normal_code(item.text) == item.normal


@given(CODES)
def test_every_shape_of_a_code_fits_it(code: str) -> None:
    assert all(fits(code, shape) for shape in shapes_of(code))
    assert fits(code, "?+-9+" + shapes_of(code)[2].partition("-")[2].lstrip("9"))


def test_shapes_go_from_narrow_to_wide() -> None:
    assert shapes_of("KB-1024-A") == ("KB-9999-A", "KB-9999-?", "??-9999-?")
    assert not fits("KB-102", "KB-9999")
    assert fits("KB-102", "KB-9+")


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("品番", TermKind.PART), ("部品番号：", TermKind.PART), ("Part No.", TermKind.PART), ("図番", TermKind.DRAWING),
        ("図面番号", TermKind.DRAWING), ("文書No.", TermKind.DOCUMENT), ("設備番号", TermKind.EQUIPMENT), ("号機", TermKind.EQUIPMENT),
        ("ロットNo.", TermKind.LOT), ("工程No", TermKind.PROCESS), ("対象/品番", TermKind.PART), ("注文番号", TermKind.UNKNOWN),
        ("電話番号", TermKind.UNKNOWN), ("図面枚数", None), ("ロット数", None), ("備考", None), ("", None),
    ],
)  # fmt: skip
def test_labels_tell_kinds(label: str, kind: TermKind | None) -> None:
    assert kind_of_label(label) is kind


def test_names_of_processes_and_defects_stand_under_their_labels() -> None:
    assert kind_of_words("工程名") is TermKind.PROCESS
    assert kind_of_words("不良内容") is TermKind.DEFECT
    assert kind_of_words("不良率") is None


def test_the_label_before_a_code_in_running_text_is_found() -> None:
    assert label_before("寸法は図面 ") == (TermKind.DRAWING, "図面")
    assert label_before("品番：") == (TermKind.PART, "品番")
    assert label_before("注文番号 ") == (TermKind.UNKNOWN, "")
    assert label_before("これは ") is None


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("Rev.B", "B"),
        ("第3版", "3"),
        ("改訂02", "2"),
        ("B版", "B"),
        ("初版", "初版"),
        ("Ver1.2", "1.2"),
        ("２", "2"),
        ("", ""),
    ],
)
def test_revisions_are_compared_in_one_form(written: str, compared: str) -> None:
    assert normal_revision(written) == compared


def test_standards_are_named_with_their_year_apart() -> None:
    (found,) = standards("六角ボルトは JIS B 1180:2014 による")
    assert (found.code, found.year) == ("JIS B 1180", "2014")


@pytest.mark.parametrize("own", ["JEC054983", "MIL-0012", "JEM1234"])
def test_a_number_of_the_company_is_no_standard_because_it_begins_like_one(own: str) -> None:
    assert [item.code for item in standards(own)] == []


@pytest.mark.parametrize("named", ["ISO9001", "JIS B 0401", "DIN912", "JEM 1038"])
def test_a_standard_is_known_as_it_is_usually_written(named: str) -> None:
    assert len(standards(named)) == 1
