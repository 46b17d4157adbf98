"""Numbers of steps within a line are found without looking at it again and again."""

from genba.steps.instructions.numbering import split_inline


def test_steps_that_follow_one_another_on_a_line_are_taken_apart() -> None:
    assert [part.strip() for part in split_inline("①電源を切る。②カバーを外す。")] == [
        "①電源を切る。",
        "②カバーを外す。",
    ]


def test_a_line_of_a_million_words_without_numbers_is_looked_at_once() -> None:
    text = "確認する。 " * 300_000
    assert split_inline(text) == [text]
