"""Keywords are words that people search by: whole, folded, named for what they are, and never people."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.model.cells import Cell
from genba.model.document import Document, Property
from genba.model.marks import Mark
from genba.model.nodes import Grid, Pair, Paragraph
from genba.model.source import Source
from genba.model.terms import Mention, Term, TermKind
from genba.model.vocabulary import Concept, Vocabulary
from genba.recognisers.sudachi import SudachiTokeniser
from genba.steps.digest import keywords
from genba.steps.digest.keywords import CODES_AMONG_KEYWORDS, KEYWORDS, TERMS

Paper = Callable[..., Document]


@pytest.fixture(params=["letters", "tokens"])
def cutter(request: pytest.FixtureRequest) -> SudachiTokeniser | None:
    """Both ways of finding words: without and with the extra."""
    found: SudachiTokeniser | None = request.getfixturevalue("tokeniser") if request.param == "tokens" else None
    return found


def by_text(document: Document) -> dict[str, Term]:
    return {term.text: term for term in document.terms}


def test_keywords_are_whole_words_without_particles_and_verbs(paper: Paper, cutter: SudachiTokeniser | None) -> None:
    text = "目的及び適用範囲。ボルトの締付けトルクを確認する。面粗さ不良、寸法外れ、見積りの依頼。"
    chosen = keywords(paper(text, "部品を取り付ける。新年明けまして。"), count=30, tokeniser=cutter).keywords
    assert {"締付けトルク", "面粗さ不良", "寸法外れ", "見積り", "適用範囲", "ボルト"} <= set(chosen)
    assert not {"目的及", "適用範囲及", "取り付", "取り付け", "新年明", "締付", "寸法外", "確認", "目的"} & set(chosen)


def test_words_joined_of_many_kinds_stay_whole(paper: Paper, tokeniser: SudachiTokeniser) -> None:
    text = "Oリングと減速機ハウジングの荒加工。5軸加工機、第二工場、バリ取り作業、受電(じゅでん)設備。"
    found = by_text(keywords(paper(text, "霧ヶ原精工で肉厚が増す。"), tokeniser=tokeniser))
    assert {"Oリング", "減速機ハウジング", "荒加工", "5軸加工機", "第二工場"} <= set(found)
    assert {"バリ取り作業", "受電設備", "霧ヶ原精工", "肉厚"} <= set(found)


def test_counters_verbs_and_empty_nouns_are_no_terms(paper: Paper, tokeniser: SudachiTokeniser) -> None:
    text = "測定は3回目で12件。第3金曜日のこと。油を補給する。確実に行うため。設備Noと令和7年度。刃物を用い作業する。"
    found = by_text(keywords(paper(text), tokeniser=tokeniser))
    assert not {"回目", "回", "件", "こと", "補給", "確実", "ため", "設備No", "年度", "用い作業", "金曜日"} & set(found)


def test_spellings_are_counted_together_and_the_usual_one_is_shown(paper: Paper, tokeniser: SudachiTokeniser) -> None:
    document = paper(
        "締付けトルクを守る。",
        "締付けトルクを測る。",
        "締め付けﾄﾙｸを書く。",
        "サーボモータの音。",
        "サーボモーターの熱。",
    )
    found = by_text(keywords(document, tokeniser=tokeniser))
    assert found["締付けトルク"].count == 3
    assert found["サーボモータ"].count == 2
    assert "締め付けﾄﾙｸ" not in found


def test_pieces_of_longer_words_count_only_where_two_share_them(paper: Paper, tokeniser: SudachiTokeniser) -> None:
    one = by_text(keywords(paper("減速機ハウジングを洗う。", "減速機ハウジングを拭く。"), tokeniser=tokeniser))
    two = by_text(keywords(paper("減速機ハウジングを洗う。", "減速機カバーを拭く。"), tokeniser=tokeniser))
    assert "減速機" not in one
    assert "減速機" in two


def test_codes_stay_whole_and_sizes_and_quantities_are_no_terms(paper: Paper, cutter: SudachiTokeniser | None) -> None:
    text = "品番 KG-1023-47A をボルト M8×20 で 25±2N·m に締める。材質は SUS304、φ25H7。mail@example.jp へ。"
    found = by_text(keywords(paper(text), tokeniser=cutter))
    assert {"KG-1023-47A", "SUS304"} <= set(found)
    assert not any(word in term for term in found for word in ("47A", "M8", "25", "mail") if term != "KG-1023-47A")
    assert found["KG-1023-47A"].kind is TermKind.UNKNOWN


def test_codes_do_not_crowd_words_out(paper: Paper, cutter: SudachiTokeniser | None) -> None:
    lines = (" ".join(f"KG-{number}" for number in range(100, 130)), "減速機ハウジングの荒加工")
    chosen = keywords(paper(*lines), tokeniser=cutter).keywords
    assert sum("-" in word for word in chosen) == CODES_AMONG_KEYWORDS
    assert "減速機ハウジング" in chosen


def test_what_other_steps_found_tells_the_kind(paper: Paper, cutter: SudachiTokeniser | None) -> None:
    mentions = (
        Mention(text="2140-01-55", normal="2140-01-55", kind=TermKind.PART),
        Mention(text="A-1023", normal="A-1023", kind=TermKind.DRAWING),
        Mention(text="X-9", normal="X-9"),
    )
    document = paper("2140-01-55 は図面 A-1023 と X-9 による。MC-05 で削る。", mentions=mentions,
                     properties=(Property(name="equipment", value="MC-05"),))  # fmt: skip
    kinds = {term.text: term.kind for term in keywords(document, tokeniser=cutter).terms}
    assert kinds["2140-01-55"] is TermKind.PART
    assert kinds["A-1023"] is TermKind.DRAWING
    assert kinds["X-9"] is TermKind.UNKNOWN
    assert kinds["MC-05"] is TermKind.EQUIPMENT


def test_endings_tell_defects_processes_and_machines(paper: Paper, tokeniser: SudachiTokeniser) -> None:
    text = "面粗さ不良と鋳巣、打痕。浸炭焼入れと洗浄工程。円筒研削盤と三次元測定機。開発の契機と経営基盤。非常停止。"
    kinds = {term.text: term.kind for term in keywords(paper(text), tokeniser=tokeniser).terms}
    assert kinds["面粗さ不良"] is kinds["打痕"] is TermKind.DEFECT
    assert kinds["洗浄工程"] is TermKind.PROCESS
    assert kinds["円筒研削盤"] is kinds["三次元測定機"] is TermKind.EQUIPMENT
    assert {kinds[word] for word in ("契機", "経営基盤", "非常停止") if word in kinds} <= {TermKind.TERM}


VOCABULARY = Vocabulary(
    concepts=(
        Concept(name="締付けトルク", id="urn:kg:torque", others=("ﾄﾙｸ", "トルク", "締付力")),
        Concept(name="バリの返り", id="0112/2///61987#ABA001", kind=TermKind.DEFECT),
        Concept(name="まだ無い語", id="urn:kg:none"),
    )
)


def test_the_users_vocabulary_folds_synonyms_and_gives_concepts(paper: Paper, cutter: SudachiTokeniser | None) -> None:
    document = paper("トルクを測る。", "ﾄﾙｸと締付力を記す。", "部品にバリの返りが残る。")
    found = {term.normal: term for term in keywords(document, tokeniser=cutter, vocabulary=VOCABULARY).terms}
    assert (found["締付けトルク"].concept, found["締付けトルク"].count) == ("urn:kg:torque", 3)
    assert found["締付けトルク"].text in ("トルク", "ﾄﾙｸ", "締付力")
    assert found["バリの返り"].concept == "0112/2///61987#ABA001"
    assert found["バリの返り"].kind is TermKind.DEFECT
    assert "まだ無い語" not in found


def test_counters_after_numbers_and_names_of_people_are_no_keywords(cutter: SudachiTokeniser | None) -> None:
    nodes = (
        Paragraph(text="測定は3回目で12件の不良。1回目は良。"),
        Pair(label="作成", value="小野木 大輔"),
        Paragraph(text="出席：佐久良 健一、髙瀬川 翔太"),
        Paragraph(text="小野木 大輔が佐久良 健一に説明"),
    )
    source = Source(path="a.docx", sha256="", size_bytes=0, kind="docx")
    chosen = " ".join(keywords(Document(source=source, nodes=nodes), tokeniser=cutter).keywords)
    assert not any(word in chosen for word in ("回目", "件", "小野木", "大輔", "佐久良", "健一"))


def test_people_that_no_label_tells_of_are_known_by_their_names(paper: Paper, tokeniser: SudachiTokeniser) -> None:
    found = by_text(keywords(paper("千種 里奈に連絡する。田中太郎が主軸を直した。鈴木課長の机。"), tokeniser=tokeniser))
    assert not {"千種", "里奈", "田中太郎", "田中", "鈴木", "鈴木課長"} & set(found)
    assert "主軸" in found


def test_names_in_a_column_of_people_are_no_keywords(cutter: SudachiTokeniser | None) -> None:
    cells = (
        Cell(0, 0, "設備", "設備"),
        Cell(0, 1, "担当者", "担当者"),
        Cell(1, 0, "研削盤", "研削盤"),
        Cell(1, 1, "羽鳥田", "羽鳥田"),
    )
    source = Source(path="a.xlsx", sha256="", size_bytes=0, kind="xlsx")
    document = Document(source=source, nodes=(Grid(cells=cells, rows=2, columns=2, header_rows=1),))
    assert "羽鳥田" not in keywords(document, tokeniser=cutter).keywords


def test_hidden_text_gives_no_keywords(cutter: SudachiTokeniser | None) -> None:
    source = Source(path="a.docx", sha256="", size_bytes=0, kind="docx")
    hidden = Paragraph(text="社外秘単価", marks=frozenset({Mark.HIDDEN}))
    assert keywords(Document(source=source, nodes=(hidden,)), tokeniser=cutter).keywords == ()


@given(
    texts=st.lists(st.text(max_size=60) | st.text(alphabet="締付けトルクの検査、KG-1 23。", max_size=40), max_size=6)
)
def test_any_text_gives_few_short_keywords_and_falling_weights(
    texts: list[str], paper: Paper, tokeniser: SudachiTokeniser
) -> None:
    for cutter in (None, tokeniser):
        document = keywords(paper(*texts), tokeniser=cutter, vocabulary=VOCABULARY)
        assert len(document.keywords) <= KEYWORDS
        assert len({word.casefold() for word in document.keywords}) == len(document.keywords)
        assert all(2 <= len(word) <= 24 for word in document.keywords)
        weights = [term.weight for term in document.terms]
        assert len(weights) <= TERMS
        assert weights == sorted(weights, reverse=True)
        assert all(0 < weight <= 1 for weight in weights)
        assert not weights or weights[0] == 1
        assert document == keywords(paper(*texts), tokeniser=cutter, vocabulary=VOCABULARY)


CODES = st.from_regex(r"[A-Z]{1,3}-[0-9]{2,4}(-[0-9]{1,2}[A-Z]?)?", fullmatch=True)


@given(codes=st.lists(CODES, min_size=1, max_size=4, unique=True))
def test_no_scheme_of_numbers_is_ever_cut(codes: list[str], paper: Paper, tokeniser: SudachiTokeniser) -> None:
    document = paper(*(f"部品{code}を検査し、{code}の台帳に書く。" for code in codes))
    found = by_text(keywords(document, tokeniser=tokeniser))
    assert {text for text in found if any(char.isdigit() for char in text)} == set(codes)
