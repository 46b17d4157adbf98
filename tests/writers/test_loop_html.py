"""The page of a signal store."""

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from genba.i18n import LANGUAGES
from genba.model.loop import Deployment, Kept, Learnt, Loop, Metric, Rendered
from genba.writers.loop_html import encode
from genba.writers.loop_html.page import advice
from genba.writers.loop_html.picture import HEIGHT, WIDTH, draw

METRIC = Metric(name="auroc", value=0.91, low=0.88, high=0.94)
FIRST = Kept(
    id="c1",
    title="1日目",
    streams=7,
    samples=1000,
    raw_bytes=4000,
    stored_bytes=900,
    losses={"drop": 2},
    clocks=3,
    aligned=3,
    half_width_ns=41_000,
)
BACK = Kept(id="c2", title="迷った区間", streams=7, samples=10, raw_bytes=40, stored_bytes=30, asked_by=("e1",))
DATASET = Rendered(id="d1", title="振動", kind="windows", captures=("c1",), samples=90)
SECOND = Rendered(id="d2", title="振動 2", kind="windows", captures=("c1", "c2"), samples=99)
MODEL = Learnt(
    id="m1",
    title="最初",
    detector="pca",
    datasets=("d1",),
    frozen="f1",
    stream="spindle",
    channels=("x",),
    window=1024,
    step=512,
    rate_hz=6000,
    threshold=3.0,
    uncertain=(2.0, 4.0),
    metrics=(METRIC,),
    promoted=True,
)
NEXT = replace(MODEL, id="m2", title="次", datasets=("d1", "d2"), promoted=False, rival="m1", rival_metrics=(METRIC,))
WHOLE = Loop(
    title="セル",
    captures=(FIRST, BACK),
    datasets=(DATASET, SECOND),
    models=(MODEL, NEXT),
    deployments=(Deployment(id="e1", model="m1", machine="GR-02"),),
)


def test_the_answer_of_a_machine_begins_the_next_turn_below() -> None:
    boxes = {box.id: box for box in draw(WHOLE).boxes}
    assert [boxes[name].y for name in ("c1", "d1", "m1", "e1")] == [boxes["c1"].y] * 4
    assert [boxes[name].y for name in ("c2", "d2", "m2")] == [boxes["c2"].y] * 3
    assert boxes["c2"].y > boxes["c1"].y
    assert boxes["c2"].came_back and not boxes["c1"].came_back


def test_every_step_of_the_loop_is_an_arrow_and_the_answer_is_told_apart() -> None:
    arrows = draw(WHOLE).arrows
    assert len(arrows) == 3 + 3 + 1 + 1
    assert sum(arrow.came_back for arrow in arrows) == 1


@given(st.lists(st.lists(st.integers(0, 30), max_size=5), max_size=30))
def test_boxes_never_lie_on_each_other_whatever_came_of_what(origins: list[list[int]]) -> None:
    captures = tuple(replace(FIRST, id=f"c{number}") for number in range(12))
    datasets = tuple(
        replace(DATASET, id=f"d{number}", captures=tuple(f"c{origin}" for origin in found))
        for number, found in enumerate(origins)
    )
    boxes = draw(Loop(title="", captures=captures, datasets=datasets)).boxes
    spots = {(box.x, box.y) for box in boxes}
    assert len(spots) == len(boxes)
    assert all((x - 8) % WIDTH >= 0 and y % (HEIGHT + 26) == 8 for x, y in spots)


def test_more_boxes_than_fit_are_counted() -> None:
    many = Loop(title="", captures=tuple(replace(FIRST, id=f"c{number}") for number in range(60)))
    assert draw(many).left_out == 12


def test_the_page_shows_figures_with_intervals_and_what_is_lost_in_both_languages() -> None:
    for lang in LANGUAGES:
        page = encode(WHOLE, lang).decode("utf-8")
        assert "0.910" in page and "0.880" in page and "GR-02" in page and "41 µs" in page
        assert not re.search(r"(?<![\w.])loop\.\w", page), "a message without a sentence"


def test_titles_from_outside_are_escaped() -> None:
    evil = replace(WHOLE, title="<script>", captures=(replace(FIRST, title="</svg><script>alert(1)</script>"),))
    assert b"<script>" not in encode(evil, "ja")


def test_an_empty_store_says_how_to_begin() -> None:
    empty = Loop(title="空")
    assert [code for code, _ in advice(empty)] == ["loop.do_capture"]
    assert "genba capture" in encode(empty, "ja").decode("utf-8")


def test_slices_that_came_back_are_asked_for_before_anything_is_learnt_anew() -> None:
    waiting = replace(WHOLE, datasets=(DATASET,), models=(MODEL,))
    assert [code for code, _ in advice(waiting)] == ["loop.do_use_slices"]


def test_a_refused_clock_comes_first() -> None:
    refused = replace(FIRST, refused=(("camera", "loop.do_capture", {}),))
    assert next(advice(replace(WHOLE, captures=(refused,))))[0] == "loop.do_refused"


def test_a_finished_turn_asks_for_nothing() -> None:
    done = replace(WHOLE, captures=(FIRST,), datasets=(DATASET,), models=(MODEL,))
    assert list(advice(done)) == []
