"""Words that a user gives come in as given; what he decided on is kept, what is unclear is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.errors import InvalidInput
from genba.formats.vocabulary import read_table, together
from genba.formats.vocabulary_skos import read_skos
from genba.model.relations import KnownWord, Relations
from genba.model.terms import TermKind
from genba.model.vocabulary import NO_VOCABULARY, CodePattern, Concept, Vocabulary
from genba.writers import vocabulary_csv

PART = CodePattern(kind=TermKind.PART, shape="KB-9999", examples=("KB-1024", "KB-1025"), count=12)
LEARNT = Relations(patterns=(PART,), words=(KnownWord(kind="defect", word="バリ", count=3),))


def answered(answer: str) -> Vocabulary:
    text = vocabulary_csv.encode(LEARNT, NO_VOCABULARY).decode("utf-8-sig")
    lines = text.split("\r\n")
    return read_table(
        "\r\n".join([lines[0], *(line + answer for line in lines[1:] if line)]).encode("utf-8-sig"), "v.csv"
    )


def test_the_table_that_genba_wrote_comes_back_as_it_was_answered() -> None:
    assert answered("") == NO_VOCABULARY
    yes = answered("はい")
    assert [(item.shape, item.is_confirmed, item.count) for item in yes.patterns] == [("KB-9999", True, 12)]
    assert yes.concepts == (Concept(name="バリ", kind=TermKind.DEFECT),)
    no = answered("いいえ")
    assert [(item.shape, item.is_confirmed) for item in no.refused] == [("KB-9999", False)]
    assert no.refused_words == ("バリ",)


def test_answers_stand_in_the_next_table_again() -> None:
    given_back = answered("はい")
    again = vocabulary_csv.encode(Relations(), given_back)
    assert read_table(again, "v.csv") == given_back


def test_excel_opens_the_table_with_its_letters_right_and_runs_nothing() -> None:
    wild = Relations(words=(KnownWord(kind="defect", word="=HYPERLINK(1)", count=1),))
    data = vocabulary_csv.encode(wild, NO_VOCABULARY)
    assert data.startswith(b"\xef\xbb\xbf")
    assert "'=HYPERLINK" in data.decode("utf-8-sig")


@pytest.mark.parametrize(("answer", "code"), [("たぶん", "vocabulary.unknown_answer")])
def test_an_answer_that_is_none_is_told_with_its_line(answer: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        answered(answer)
    assert (caught.value.code, caught.value.details["line"]) == (code, 2)


def test_a_list_of_words_with_ids_folds_what_has_one_id() -> None:
    data = "用語,ID,同義語\r\n締付トルク,T-1,トルク,締付力\r\nﾄﾙｸ,T-1\r\nバリ,\r\n".encode("cp932")
    concepts = read_table(data, "語.csv").concepts
    assert concepts[0] == Concept(name="締付トルク", id="T-1", others=("トルク", "締付力", "ﾄﾙｸ"))
    assert concepts[1] == Concept(name="バリ")


def test_ids_of_iec_cdd_and_eclass_are_taken_as_given() -> None:
    data = "定格トルク,0112/2///61987#ABA123#001\n質量,0173-1#02-AAB713#005\n".encode()
    assert [concept.id for concept in read_table(data, "ids.csv").concepts] == [
        "0112/2///61987#ABA123#001",
        "0173-1#02-AAB713#005",
    ]


def test_of_two_answers_the_later_one_holds() -> None:
    merged = together([answered("はい"), answered("いいえ")])
    assert merged.patterns == ()
    assert [item.shape for item in merged.refused] == ["KB-9999"]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_our_words(data: bytes) -> None:
    try:
        read_table(data, "v.csv")
    except InvalidInput as error:
        assert error.code.split(".")[0] in ("vocabulary", "text")


TURTLE = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<urn:t:1> a skos:Concept ; skos:prefLabel "torque"@en , "締付トルク"@ja ; skos:altLabel "締付力"@ja .
<urn:t:2> skos:prefLabel "バリ" .
"""


def test_skos_gives_the_japanese_name_first_and_the_others_behind(needs: object) -> None:
    needs("python:rdflib", "pip install 'genba[language]'")  # type: ignore[operator]
    first, second = read_skos(TURTLE.encode(), "語彙.ttl").concepts
    assert first == Concept(name="締付トルク", id="urn:t:1", others=("torque", "締付力"))
    assert second == Concept(name="バリ", id="urn:t:2")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"not turtle", "a.ttl"),
        (b'{"@context": "https://example.com/c.jsonld", "@id": "urn:a"}', "a.jsonld"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a/>', "a.rdf"),
    ],
)
def test_what_is_broken_or_would_have_to_be_fetched_is_refused(data: bytes, name: str, needs: object) -> None:
    needs("python:rdflib", "pip install 'genba[language]'")  # type: ignore[operator]
    with pytest.raises(InvalidInput, match=r"vocabulary\.(?:broken|defined_elsewhere)"):
        read_skos(data, name)


@pytest.mark.parametrize(
    "context",
    [
        '"\\u0068ttp://example.org/c"',
        '"HTTP://example.org/c"',
        '"/etc/hostname"',
        '"beside.jsonld"',
        '[["]"], "//example.org/c"]',
        '{"@version": 1.1, "@import": "http://example.org/c"}',
        '{"k": {"@id": "http://example.org/k", "@context": "c"}}',
    ],
)
def test_a_context_that_lies_elsewhere_is_never_opened(context: str, needs: object) -> None:
    needs("python:rdflib", "pip install 'genba[language]'")  # type: ignore[operator]
    data = f'{{"@context": {context}, "@id": "http://example.org/1", "http://example.org/p": "語"}}'
    with pytest.raises(InvalidInput) as caught:
        read_skos(data.encode(), "words.jsonld")
    assert caught.value.code == "vocabulary.defined_elsewhere"


def test_a_count_of_ten_thousand_digits_is_no_count() -> None:
    head = "区分,種類,形または語,例,件数,確認（はい・いいえ）\n"
    read = read_table(f"{head}番号の形,品番,A-##,A-1,{'9' * 10_000},はい\n".encode(), "v.csv")
    assert [pattern.count for pattern in read.patterns] == [0]


def test_many_words_of_one_id_are_one_concept_with_each_name_once() -> None:
    read = read_table("".join(f"語{n % 5000},X-1,同{n}\n" for n in range(10_000)).encode(), "words.csv")
    assert len(read.concepts) == 1
    assert len(read.concepts[0].others) == len(set(read.concepts[0].others)) == 14_999


@pytest.mark.parametrize("word", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", "＠x", "'=1"])
def test_a_word_that_is_a_formula_is_shown_as_text_and_comes_back_as_it_was(word: str) -> None:
    given = Vocabulary(concepts=(Concept(name=word, kind=TermKind.DEFECT),))
    written = vocabulary_csv.encode(Relations(), given)
    assert f",'{word}," in written.decode("utf-8-sig")
    assert read_table(written, "vocabulary.csv") == given
