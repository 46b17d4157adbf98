"""Numbers, verbs, warnings, labels and sections as instructions word them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.model.instruction import WarningLevel
from genba.steps.instructions.fields import split_fields
from genba.steps.instructions.hazards import hazards_of, opening_level, split_hazards
from genba.steps.instructions.items import branches_of, names_of, part_of, seconds_of
from genba.steps.instructions.numbering import ordinal, split_inline, split_number
from genba.steps.instructions.verbs import action_of, is_imperative
from genba.steps.instructions.wording import Column, column_like, column_of
from genba.steps.instructions.zones import Zone, zone_of


@pytest.mark.parametrize(
    ("text", "number", "order"),
    [
        ("1. 部品を取る", "1.", (1,)),
        ("(2)部品を取る", "(2)", (2,)),
        ("③部品を取る", "③", (3,)),
        ("1-2　部品を取る", "1-2", (1, 2)),
        ("手順1 素材を取る", "手順1", (1,)),
        ("STEP 4：切る", "STEP 4", (4,)),
        ("手順-5 部品を取る", "手順-5", (5,)),
        ("【手順2】切る", "【手順2】", (2,)),
        ("ウ．切る", "ウ．", (3,)),
        ("[3] 切る", "[3]", (3,)),
        ("b) 切る", "b)", (2,)),
        ("3　背面の端子を締める", "3", (3,)),
    ],
)
def test_a_leading_number_is_parted_as_displayed(text: str, number: str, order: tuple[int, ...]) -> None:
    found, rest = split_number(text)
    assert (found, ordinal(found)) == (number, order)
    assert rest.endswith(("取る", "切る", "締める"))


@pytest.mark.parametrize("text", ["2個取る", "10 mm 切る", "1.5mm切る", "2回に分ける", "M6 ボルトを取る", "第1章 目的"])
def test_quantities_and_chapters_are_no_step_numbers(text: str) -> None:
    assert split_number(text) == ("", text)


def test_steps_in_one_line_are_cut_where_their_numbers_rise() -> None:
    assert split_inline("①電源を切る。②カバーを外す。") == ["①電源を切る。", "②カバーを外す。"]
    assert split_inline("図①と図②を参照する") == ["図①と図②を参照する"]
    assert split_inline("①〜②を繰り返す") == ["①〜②を繰り返す"]


@given(st.text(max_size=60))
def test_cutting_a_line_into_steps_loses_no_letter(text: str) -> None:
    assert "".join("".join(split_inline(text)).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "action", "target"),
    [
        ("部品棚から減速機ハウジングを取り出す。", "取り出す", "減速機ハウジング"),
        ("Oリングにグリスを塗布する。", "塗布する", "グリス"),
        ("ボルトを締付けてください", "締め付ける", "ボルト"),
        ("ワークをセットし、起動ボタンを押す。", "押す", "起動ボタン"),
        ("外観確認", "確認する", "外観"),
        ("ボルトの締付け", "締め付ける", "ボルト"),
        ("保護具を着用すること", "着用する", "保護具"),
        ("手を入れないこと", "入れない", "手"),
        ("ワークを炉内で乾燥させる", "乾燥させる", "ワーク"),
        ("プラグを緩めて廃油を抜く", "抜く", "廃油"),
        ("スイッチを押す(図3参照)", "押す", "スイッチ"),
        ("エアブローして置き台に置く", "置く", ""),
    ],
)
def test_the_last_verb_is_given_in_its_dictionary_form_with_its_object(text: str, action: str, target: str) -> None:
    assert action_of(text) == (action, target)
    assert is_imperative(text)


@pytest.mark.parametrize("text", ["目的", "アクチュエーターの品番", "株式会社霧ヶ原精工", "主電源OFF"])
def test_names_and_titles_tell_nobody_to_do_anything(text: str) -> None:
    assert not is_imperative(text)


@pytest.mark.parametrize(
    ("text", "level", "words"),
    [
        ("危険:感電する", WarningLevel.DANGER, "感電する"),
        ("【警告】手を入れない", WarningLevel.WARNING, "手を入れない"),
        ("⚠ 注意：高温", WarningLevel.CAUTION, "高温"),
        ("⚠警告　挟まれる", WarningLevel.WARNING, "挟まれる"),
        ("△！危険　感電のおそれ", WarningLevel.DANGER, "感電のおそれ"),
        ("注意！ 目に入れない", WarningLevel.CAUTION, "目に入れない"),
        ("＜警告＞ 触れない", WarningLevel.WARNING, "触れない"),
    ],
)
def test_a_warning_opens_with_its_level(text: str, level: WarningLevel, words: str) -> None:
    assert opening_level(text) == (level, words)


@pytest.mark.parametrize("text", ["注意して締める", "注意点を確認する", "危険物を運ぶ", "注意深く置く"])
def test_words_of_caution_within_a_sentence_are_no_level(text: str) -> None:
    assert opening_level(text) is None


def test_warnings_of_several_lines_keep_their_levels() -> None:
    found = hazards_of("警告:感電する\n注意:高温\n触れないこと")
    assert [(item.level, item.text) for item in found] == [
        (WarningLevel.WARNING, "感電する"),
        (WarningLevel.CAUTION, "高温\n触れないこと"),
    ]


def test_a_warning_inside_a_steps_words_is_parted_from_them() -> None:
    words, (hazard,) = split_hazards("刃物を外す。【注意】刃先に触れない")
    assert (words, hazard.level, hazard.text) == ("刃物を外す。", WarningLevel.CAUTION, "刃先に触れない")


def test_fields_are_parted_even_where_nothing_stands_between_them() -> None:
    lead, fields = split_fields("ボルトを締める。急所:対角に 理由:片締めを防ぐため使用工具:トルクレンチ")
    assert lead == "ボルトを締める。"
    assert [(item.column, item.value.strip()) for item in fields] == [
        (Column.KEY_POINT, "対角に"),
        (Column.REASON, "片締めを防ぐため"),
        (Column.TOOL, "トルクレンチ"),
    ]


@pytest.mark.parametrize(
    ("label", "column"),
    [
        ("No.", Column.NUMBER),
        ("作 業 内 容", Column.ACTION),
        ("急所（カン・コツ）", Column.KEY_POINT),
        ("管理項目/規格", Column.CRITERION),
        ("測定具", Column.INSTRUMENT),
        ("治工具", Column.TOOL),
        ("抜取", Column.FREQUENCY),
        ("時間[分]", Column.TIME),
        ("図・写真", Column.FIGURE),
        ("異常時の処置", Column.BRANCH),
    ],
)
def test_columns_are_told_by_their_names(label: str, column: Column) -> None:
    assert column_of(label) is column


def test_unknown_names_are_told_by_the_words_in_them_only_where_columns_stand() -> None:
    assert column_of("ここがポイント") is None
    assert column_like("ここがポイント") is Column.KEY_POINT
    assert column_like("作業者") is not Column.ACTION


@pytest.mark.parametrize(
    ("heading", "zone"),
    [
        ("3. 作業手順", Zone.PROCEDURE),
        ("作業の流れ", Zone.PROCEDURE),
        ("使用部品及び工具", Zone.PARTS),
        ("治具の取付け", Zone.WORK),
        ("安全上の注意", Zone.HAZARDS),
        ("異常時の処置", Zone.ABNORMAL),
        ("適用範囲", Zone.APART),
        ("準備するもの", Zone.TOOLS),
        ("改訂履歴", Zone.APART),
        ("締付け", Zone.WORK),
        ("対象物の固定", Zone.WORK),
    ],
)
def test_sections_are_told_by_whole_headings(heading: str, zone: Zone) -> None:
    assert zone_of(heading) is zone


def test_branches_name_the_step_to_go_to_or_what_to_do() -> None:
    (back,) = branches_of("NGの場合は手順5へ戻る。")
    assert (back.condition, back.target) == ("NG", "5")
    (told,) = branches_of("油温が45℃を超えた場合は運転を止める。")
    assert told.target == "運転を止める"


def test_lists_parts_and_times_are_read() -> None:
    assert names_of("保護めがね、安全靴・手袋") == ("保護めがね", "安全靴", "手袋")
    part = part_of("ボルト M6×20（KG-1234）8本")
    assert part is not None
    assert (part.number, part.name, part.quantity, part.unit) == ("KG-1234", "ボルト M6×20", 8.0, "本")
    assert [seconds_of("30秒"), seconds_of("1分30秒"), seconds_of("1.5", "分"), seconds_of("多め")] == [
        30,
        90,
        90,
        None,
    ]
