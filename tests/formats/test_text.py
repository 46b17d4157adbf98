"""Plain text: every fold with its reason, nothing lost, nothing folded twice."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.formats.text import Change, normalise, search_key
from genba.formats.variants import VARIANTS


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ("１２０", "120", "full_width"),
        ("ＡＢＣ（１）", "ABC(1)", "full_width"),
        ("ﾎﾞﾙﾄ", "ボルト", "half_width_kana"),
        ("ﾊﾟｯｷﾝ", "パッキン", "half_width_kana"),
        ("ｳﾞｨｽ", "ヴィス", "half_width_kana"),
        ("ｱﾞ", "ア゛", "half_width_kana"),
        ("㎜", "mm", "squared"),
        ("㈱", "(株)", "squared"),
        ("㎡", "m²", "squared"),
        ("Ⅳ", "IV", "squared"),
        ("№", "No.", "squared"),
        ("㋿", "令和", "squared"),
        ("㍑", "リットル", "squared"),
        ("①", "①", "circled"),
        ("a\u00a0b", "a b", "space"),
        ("長さ　幅", "長さ 幅", "space"),
        ("部\u200b品", "部品", "zero_width"),
        ("\ufeff品番", "品番", "zero_width"),
        ("か\u3099", "が", "composed"),
        ("a\r\nb", "a\nb", "newline"),
        ("a\x0bb", "a\nb", "newline"),
        ("a\x07b", "ab", "control"),
        ("2024−03", "2024-03", "minus"),
        ("１－５", "1-5", "minus"),
        ("ー5", "-5", "minus"),
        ("2024ー03", "2024-03", "minus"),
        ("−5", "-5", "minus"),
        ("A‐B", "A-B", "hyphen"),
        ("Ａー１２", "A-12", "minus"),
        ("サ−バ", "サーバ", "long_vowel"),
        ("デ―タ", "データ", "long_vowel"),
        ("サーバ－", "サーバー", "long_vowel"),
        ("ﾓ-ﾀ", "モ-タ", "half_width_kana"),
        ("10〜20", "10～20", "wave_dash"),
        ("氏　名", "氏名", "spaced_for_looks"),
        ("品 　 番", "品番", "spaced_for_looks"),
        ("作　業　者", "作業者", "spaced_for_looks"),
        ("氏　名：山田", "氏名:山田", "spaced_for_looks"),
        ("ワッシ\nャ", "ワッシャ", "line_break"),
        ("モ\nータ", "モータ", "line_break"),
    ],
)
def test_each_fold_is_made_and_recorded(before, after, rule):
    text, changes = normalise(before)
    assert text == after
    assert rule in {change.rule for change in changes}


@pytest.mark.parametrize(
    "text",
    [
        "締付けトルクは24.5N・mとする。",
        "データベース",
        "らーめん",
        "髙橋と﨑山",
        "10～20mm",
        "A-12",
        "ボルト―締付",
        "図―1参照の".replace("1", "一"),
        "日 月 火 水",
        "年 月 日",
        "良 否",
        "大 中 小",
        "品番 品名",
        "ボルト\nナット",
        "25℃",
        "",
        "plain ascii\ttext\n",
        "👨\u200d🔧",
    ],
)
def test_what_is_right_already_stays_as_it_is(text):
    assert normalise(text) == (text, ())


def test_a_list_of_single_characters_is_not_a_word_spread_out():
    assert normalise("日　月　火")[0] == "日 月 火"
    assert normalise("年　月　日")[0] == "年 月 日"


def test_lines_are_joined_only_on_request():
    assert normalise("締付\nトルク", join_lines=True)[0] == "締付トルク"
    assert normalise("max\ntorque", join_lines=True)[0] == "max\ntorque"


def test_changes_say_where_they_were_in_the_text_as_given():
    text, changes = normalise("ﾎﾞﾙﾄ　１２㎜①")
    assert text == "ボルト 12mm①"
    assert changes == (
        Change(0, "ﾎﾞﾙﾄ", "ボルト", "half_width_kana"),
        Change(4, "　", " ", "space"),
        Change(5, "１２", "12", "full_width"),
        Change(7, "㎜", "mm", "squared"),
        Change(8, "①", "①", "circled"),
    )


def test_what_only_a_second_look_can_see_is_placed_in_the_text_as_given():
    text, changes = normalise("xx：ｶ ﾅ")
    assert text == "xx:カナ"
    assert changes[-1].rule == "spaced_for_looks"
    assert changes[-1].start == 3


ODD = st.text(
    st.sampled_from("１Ａー－−―‐〜～ｱﾞﾟｶﾊ　 氏名品番サバァ㎜①\n\r\u200b\u3099か0A-年月日:：\u00a0々ャ（）Ⅳ㈱"),
    max_size=14,
)


@given(st.text(max_size=30) | ODD, st.booleans())
def test_normalising_twice_changes_nothing_more(text, join_lines):
    once, _ = normalise(text, join_lines=join_lines)
    twice, changes = normalise(once, join_lines=join_lines)
    assert twice == once
    assert all(change.before == change.after for change in changes)


@given(ODD)
def test_recorded_changes_lie_within_the_text(text):
    for change in normalise(text)[1]:
        assert 0 <= change.start <= len(text)


@given(ODD)
def test_a_search_key_does_not_depend_on_how_the_text_was_folded(text):
    assert search_key(text) == search_key(normalise(text, join_lines=True)[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("髙橋", "高橋"),
        ("﨑", "崎"),
        ("サーバー", "サーバ"),
        ("ﾎﾞﾙﾄ", "ボルト"),
        ("ぼると", "ボルト"),
        ("Ａ－１２", "a-12"),
        ("品　番", "品番"),
        ("ﾄﾙｸ ﾚﾝﾁ", "トルクレンチ"),
        ("検　査", "檢査"),
        ("㎜", "MM"),
        ("トルク・レンチ", "トルクレンチ"),
        ("①", "1"),
    ],
)
def test_different_spellings_meet_in_the_search_key(one, other):
    assert search_key(one) == search_key(other)


def test_no_variant_leads_to_another():
    assert not [char for char in VARIANTS.values() if char in VARIANTS]
    assert all(len(char) == 1 and unicodedata.category(char) == "Lo" for pair in VARIANTS.items() for char in pair)
