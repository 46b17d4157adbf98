"""Tests of genba.web.metrics."""

import re

import pytest

from genba.web.metrics import MOST_SERIES, Counter, Gauge, Histogram, text

SAMPLE = re.compile(r'^[a-z_]+(\{[a-z_]+="(\\.|[^"\\])*"(,[a-z_]+="(\\.|[^"\\])*")*\})? [0-9.e+-]+$')


def test_a_counter_counts_each_set_of_labels() -> None:
    counter = Counter("genba_things_total", "Things.", ("kind",))
    counter.add("a")
    counter.add("a", by=2)
    counter.add("b")
    assert list(counter.lines()) == ['genba_things_total{kind="a"} 3', 'genba_things_total{kind="b"} 1']


def test_a_histogram_cumulates_its_buckets() -> None:
    histogram = Histogram("genba_seconds", "Time.", (), bounds=(0.1, 1.0))
    for seconds in (0.05, 0.1, 0.5, 7.0):
        histogram.add(seconds)
    assert list(histogram.lines()) == [
        'genba_seconds_bucket{le="0.1"} 2',
        'genba_seconds_bucket{le="1"} 3',
        'genba_seconds_bucket{le="+Inf"} 4',
        "genba_seconds_sum 7.65",
        "genba_seconds_count 4",
    ]


def test_labels_cannot_break_the_format() -> None:
    counter = Counter("genba_things_total", "Things.", ("kind",))
    counter.add('a"} 1\nforged{x="\\')
    page = text([counter])
    samples = [line for line in page.splitlines() if not line.startswith("#")]
    assert len(samples) == 1
    assert SAMPLE.match(samples[0])


def test_the_number_of_series_is_bounded_and_nothing_is_lost() -> None:
    counter = Counter("genba_things_total", "Things.", ("kind",))
    for number in range(MOST_SERIES + 100):
        counter.add(str(number))
    lines = list(counter.lines())
    assert len(lines) == MOST_SERIES + 1
    assert 'genba_things_total{kind="other"} 100' in lines


def test_a_gauge_that_cannot_be_read_leaves_the_others_standing() -> None:
    def broken() -> dict[tuple[str, ...], float]:
        raise OSError("away")

    page = text([Gauge("genba_away", "Away.", (), broken), Gauge("genba_here", "Here.", (), lambda: {(): 1.5})])
    assert page == "# HELP genba_here Here.\n# TYPE genba_here gauge\ngenba_here 1.5\n"


@pytest.mark.parametrize(("value", "shown"), [(3.0, "3"), (0.25, "0.25"), (1e20, "100000000000000000000")])
def test_numbers_are_written_plainly(value: float, shown: str) -> None:
    assert list(Gauge("genba_x", "X.", (), lambda: {(): value}).lines()) == [f"genba_x {shown}"]
