"""Captions and alternative texts."""

import pytest

from genba.formats.captions import alternative_text, is_figure_caption, is_table_caption


@pytest.mark.parametrize("text", ["図1 外観", "図 3-1　治具", "写真2：欠陥", "Fig. 4 Setup", "【図5】配置", "図１"])
def test_lines_that_name_a_figure_are_captions(text: str):
    assert is_figure_caption(text)


@pytest.mark.parametrize("text", ["図1に示す", "図2のとおり締める", "図面番号 A-1", "図3 参照。", "図" + "1" * 200])
def test_sentences_about_figures_are_not(text: str):
    assert not is_figure_caption(text)


def test_tables_have_captions_of_their_own():
    assert is_table_caption("表1 部品一覧") and is_table_caption("別表2") and not is_table_caption("表1は部品を示す")
    assert not is_figure_caption("表1 部品一覧")


def test_a_file_name_describes_nothing():
    assert alternative_text(" image.jpg ") == "" and alternative_text(None) == ""
    assert alternative_text("治具の写真") == "治具の写真"
