"""Bars are judged as they are told, and the pages hold what was measured."""

import pytest

from benchmarks.matching import Score
from benchmarks.pagewriting import BEGIN, END, replaced, section
from benchmarks.results import BARS, Measure, as_data, markdown, missed, shown
from benchmarks.tally import Tally


def test_a_share_below_its_bar_is_missed_and_a_cost_above_it():
    cells = Measure(bar="excel.cells", value=0.9989, data="generated")
    length = Measure(bar="excel.ratio", value=1.51, data="generated")
    good = Measure(bar="excel.ratio", value=1.5, data="generated")
    told_only = Measure(bar="excel.charts", value=0.1, data="generated")
    assert missed([cells, length, good, told_only]) == [cells, length]


def test_what_is_almost_complete_is_not_shown_as_complete():
    assert shown(0.99999, "") == "0.9999"
    assert shown(1, "") == "1.000"


def test_every_bar_has_a_name_in_both_languages():
    for key, bar in BARS.items():
        assert bar.en and bar.ja, key


def test_the_table_names_the_peers_that_took_part_and_what_was_not_reached():
    measure = Measure(bar="excel.comments", value=0.5, data="generated, seed 3", peers={"kreuzberg": 0.0}, count=82)
    table = markdown([measure], "en")
    assert "| kreuzberg |" in table and "docling" not in table
    assert "**no**" in table and "generated, seed 3 (n=82)" in table
    assert "生成, seed 3" in markdown([measure], "ja")


def test_a_page_keeps_what_stands_around_the_measured_part():
    measures = [Measure(bar="excel.comments", value=0.5, data="generated")]
    about = {"date": "2026-11-21", "machine": "m", "load": 0.1, "versions": {"genba": "0.1.0"}, "command": "c"}
    text = section(as_data(measures, about), "en")
    page = replaced(f"before\n{BEGIN}\nold\n{END}\nafter\n", text)
    assert page.startswith("before\n") and page.endswith("\nafter\n") and "old" not in page
    assert "Not reached: Excel: comments." in page
    assert replaced(page, text) == page


def test_a_table_of_its_own_leaves_the_others_alone():
    begin, end = "<!-- measured meaning: begin -->", "<!-- measured meaning: end -->"
    page = f"{BEGIN}\nold\n{END}\n{begin}\nolder\n{end}\n"
    assert replaced(page, "new\n", "meaning") == f"{BEGIN}\nold\n{END}\n{begin}\nnew\n{end}\n"


def test_a_page_without_marks_is_not_overwritten():
    with pytest.raises(SystemExit):
        replaced("nothing to replace", "text")


def test_files_are_added_up_before_they_are_divided():
    tally = Tally("generated")
    tally.add("excel.cells", "genba", Score(1, 1), "a.xlsx")
    tally.add("excel.cells", "genba", Score(1, 3), "b.xlsx", ["治具", "公差"])
    tally.add("excel.cells", "kreuzberg", Score(0, 4))
    measure = tally.measures()[0]
    assert (measure.value, measure.peers, measure.count) == (0.5, {"kreuzberg": 0.0}, 4)
    assert measure.misses == ["b.xlsx: 治具", "b.xlsx: 公差"]
