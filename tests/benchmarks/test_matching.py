"""The rules by which outputs are judged: blind to form, strict about what is there."""

from hypothesis import example, given
from hypothesis import strategies as st

from benchmarks.matching import Score, f1, recall, similarity, squash, stands_beside, table_rows


def test_width_spaces_breaks_and_escapes_make_no_difference():
    assert squash("ｼﾘﾝﾀﾞ １２０<br>a\\|b &lt;x>") == squash("シリンダ120\na|b<x>")


def test_a_ticked_box_is_not_an_empty_one():
    assert squash("■有") == squash("☑有") != squash("□有")


@example("A´")
@given(st.text())
def test_squashing_twice_changes_nothing_for_plain_text(text: str):
    plain = "".join(sign for sign in text if sign not in "&\\<~[")
    assert squash(squash(plain)) == squash(plain)


def test_recall_tells_what_is_missing():
    score, missed = recall(["治具", "公差", " "], squash("治 具を固定"))
    assert (score, missed) == (Score(1, 2), ["公差"])


def test_what_is_there_too_much_lowers_f1():
    score, missing, extra = f1(["a", "a", "b"], ["a", "b", "c"])
    assert (missing, extra) == (["a"], ["c"])
    assert score.value == 2 * 2 / 6


def test_scores_of_files_add_up_to_the_score_of_all():
    assert (Score(1, 2, 1) + Score(2, 2, 3)).value == 2 * 3 / 8
    assert (Score(1, 2) + Score(2, 2)).value == 3 / 4
    assert Score(0, 0).value is None


def test_reading_columns_from_the_wrong_side_is_far_from_similar():
    assert similarity("あいうえおかきくけこ", "あいうえおかきくけこ") == 1
    assert similarity("あいうえおかきくけこ", "こけくきかおえういあ") < 0.3


def test_a_value_stands_beside_its_label_across_empty_and_repeated_cells():
    rows = table_rows("| 氏名 | 氏名 | NaN | | 森戸 |\n|---|---|---|---|---|\n| 日付 | 品番 | x |")
    assert stands_beside("氏名", "森戸", rows)
    assert not stands_beside("日付", "x", rows)
