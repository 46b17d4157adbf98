import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.formats.byteranges import Span, Unsatisfiable, content_range, read_content_range, wanted

ETAG = '"abc"'


def asked(header: str, *, size: int = 1000, if_range: str = "") -> Span | None:
    return wanted(header, if_range, size_bytes=size, etag=ETAG)


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("bytes=0-99", Span(0, 100)),
        ("bytes=900-", Span(900, 100)),
        ("bytes=900-5000", Span(900, 100)),
        ("bytes=-10", Span(990, 10)),
        ("bytes=-5000", Span(0, 1000)),
        ("BYTES=999-999", Span(999, 1)),
    ],
)
def test_a_single_range_is_honoured(header: str, span: Span) -> None:
    assert asked(header) == span


@pytest.mark.parametrize(
    "header", ["", "bytes=0-1,5-9", "bytes=9-5", "lines=0-9", "bytes=", "bytes=-", "bytes=a-b", "bytes=0-" + "9" * 30]
)
def test_several_ranges_and_nonsense_ask_for_the_whole_file(header: str) -> None:
    assert asked(header) is None


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=5000-6000", "bytes=-0"])
def test_a_range_behind_the_end_cannot_be_satisfied(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        asked(header)


def test_no_range_of_an_empty_file_can_be_satisfied() -> None:
    for header in ("bytes=0-", "bytes=-5"):
        with pytest.raises(Unsatisfiable):
            asked(header, size=0)


def test_a_range_of_another_version_asks_for_the_whole_file() -> None:
    assert asked("bytes=0-9", if_range=ETAG) == Span(0, 10)
    assert asked("bytes=0-9", if_range='"other"') is None
    assert asked("bytes=0-9", if_range='W/"abc"') is None
    assert asked("bytes=0-9", if_range="Sun, 22 Nov 2026 07:00:00 GMT") is None
    assert asked("bytes=5000-", if_range='"other"') is None


@given(st.text(max_size=40) | st.from_regex(r"bytes=[0-9]{0,20}-[0-9]{0,20}", fullmatch=True), st.integers(0, 10**12))
def test_whatever_is_asked_stays_within_the_file(header: str, size: int) -> None:
    try:
        span = asked(header, size=size)
    except Unsatisfiable:
        return
    if span is not None:
        assert span.start >= 0
        assert span.length > 0
        assert span.start + span.length <= size
        assert read_content_range(content_range(span, size)) == (span, size)


@given(st.text(max_size=60))
def test_a_content_range_that_cannot_be_read_is_none(text: str) -> None:
    found = read_content_range(text)
    assert found is None or found[0].start + found[0].length <= found[1]


def test_a_refused_range_tells_the_size() -> None:
    assert content_range(None, 7) == "bytes */7"
