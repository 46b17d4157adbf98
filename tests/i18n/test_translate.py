"""Sentences are whole sentences in their language, whatever stands in the details."""

from genba.i18n import translate


def test_the_type_of_a_column_is_said_in_the_language_of_the_sentence() -> None:
    details = {"column": "開始", "type": "time", "count": 2}
    assert "「開始」に、時刻として読めない値が2件" in translate("table.values_left", "ja", **details)
    assert "a time of day" in translate("table.values_left", "en", **details)


def test_a_word_from_a_file_stays_as_it_is() -> None:
    assert "「type_time」" in translate("table.values_left", "ja", column="type_time", type="time", count=1)


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert translate("nowhere.nothing", "ja") == "nowhere.nothing"
