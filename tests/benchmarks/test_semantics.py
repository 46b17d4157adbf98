"""Numbers, references and summaries are judged by what the files say."""

import random

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.generators.numbering import distractors, draw_house
from benchmarks.product import Output
from benchmarks.semantics import folded, invented, score_company
from benchmarks.tally import Tally


def company(*references: dict[str, object]) -> dict[str, object]:
    file = {"file": "a.docx", "codes": [["part", "KG-1"], ["drawing", "A-1"]], "references": list(references)}
    return {"files": [file, {"file": "b.pdf", "codes": [], "references": []}], "current": {"A-1": "b.pdf"}}


OUTPUTS = {"a.docx": Output("", document={"id": "a"}), "b.pdf": Output("", document={"id": "b"})}
REFERENCE = {"code": "A-1", "revision": "B", "title": "", "as_written": "図面 A-1 Rev.B 参照", "target": "b.pdf"}


def measured(truth: dict[str, object], **relations: object) -> dict[str, float]:
    tally = Tally("")
    score_company(tally, "c", truth, OUTPUTS, dict(relations))
    return {measure.bar.removeprefix("semantics."): measure.value for measure in tally.measures()}


def link(**fields: object) -> dict[str, object]:
    return {"document": "a", "as_written": "図面 A-1", "code": "A-1", "resolution": "resolved", "target": "b", **fields}


def test_a_number_of_the_wrong_kind_is_missing_and_too_much():
    codes = [{"kind": "part", "code": "KG-1", "documents": ["a"]}, {"kind": "part", "code": "A-1", "documents": ["a"]}]
    assert measured(company(), codes=codes)["numbers"] == 0.5


def test_full_width_numbers_are_the_same_numbers():
    codes = [
        {"kind": "part", "code": "ＫＧ－１", "documents": ["a"]},
        {"kind": "drawing", "code": "a-1", "documents": ["a"]},
    ]
    assert measured(company(), codes=codes)["numbers"] == 1


def test_a_reference_counts_where_it_leads_to_the_right_file():
    assert measured(company(REFERENCE), links=[link(revision="B")])["references"] == 1
    assert measured(company(REFERENCE), links=[link(revision="B", target="a")])["references"] == 0


def test_a_link_to_what_is_not_there_is_wrong():
    dangling = {**REFERENCE, "code": "A-9", "target": ""}
    scores = measured(company(dangling), links=[link(code="A-9")])
    assert scores["links"] == 0
    assert "links" not in measured(company(dangling), links=[link(code="A-9", target="", resolution="missing")])


def test_a_number_in_a_list_may_point_at_its_own_file_only():
    assert measured(company(), links=[link()])["links"] == 1
    assert measured(company(), links=[link(target="a")])["links"] == 0


def test_a_summary_may_only_hold_numbers_of_its_file():
    document = {
        "summary": "トルクは24.5N・m、1,200個。",
        "sections": [{"nodes": [{"text": "締付けトルク ２４．５ N・m、1200個"}]}],
    }
    assert not list(invented(Output("", document=document)))
    document["summary"] = "トルクは25N・m。"
    assert list(invented(Output("", document=document)))


def test_hashes_and_positions_are_no_source_of_numbers():
    document = {"summary": "25個", "sections": [{"nodes": [{"id": "25", "text": "個数", "origin": {"page": 25}}]}]}
    assert list(invented(Output("", document=document)))


def test_spellings_of_a_term_are_one():
    assert folded("締付けトルク") == folded("締付トルク") == folded("締付けﾄﾙｸ")
    assert folded("切込み量") != folded("切粉量")


@given(st.integers(0, 10_000))
def test_no_two_kinds_of_a_company_share_their_letters(seed: int):
    house = draw_house(random.Random(seed))
    assert not set(house.part.prefixes) & set(house.drawing.prefixes)
    assert all(distractors(random.Random(seed)))
