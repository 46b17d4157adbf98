"""What holds between documents is found on numbering schemes drawn at random, and nothing is linked wrongly."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from genba.model.gist import Claim, Gist, Pointer, Seen
from genba.model.place import NOWHERE
from genba.model.relations import Kinship, Resolution
from genba.model.terms import TermKind
from genba.model.vocabulary import CodePattern, Vocabulary
from genba.steps.collection import relate, sketch
from genba.steps.collection.families import families
from genba.steps.collection.learning import Learnt
from genba.steps.collection.sketching import likeness
from tests.steps.collection.company import make_company

TEXT = "".join(f"手順{n} 部品{n * 7}を治具に置き、ボルト{n}本を{n + 3}N·mで締め付ける。\n" for n in range(30))


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_numbers_of_parts_and_drawings_and_references_are_found_whatever_the_scheme(seed: int) -> None:
    company = make_company(seed)
    relations = relate(company.gists())
    kinds = ("part", "drawing")
    found = {(item.kind, item.code, document) for item in relations.codes for document in item.documents}
    found = {item for item in found if item[0] in kinds}
    wanted = {item for item in company.codes if item[0] in kinds}
    assert 2 * len(found & wanted) / (len(found) + len(wanted)) >= 0.95, (found - wanted, wanted - found)
    targets = {(link.document, link.code, link.revision): link.target for link in relations.links}
    for (document, code, revision), target in company.references.items():
        assert targets.get((document, code.upper(), revision), "") == (target or "")


def test_the_same_documents_give_the_same_relations() -> None:
    first, second = make_company(5), make_company(5)
    second.documents.reverse()
    assert relate(first.gists()) == relate(second.gists())


def gist(path: str, **more: object) -> Gist:
    made = {"id": path, "path": path, "kind": "docx", "sha256": path, "size_chars": 900, "sketch": sketch(TEXT), **more}
    return Gist(**made)  # type: ignore[arg-type]


def members(*gists: Gist) -> list[list[tuple[str, Kinship]]]:
    return [[(item.path, item.kinship) for item in family.members] for family in families(gists)]


def test_editions_are_ordered_by_revision_and_the_newest_is_current() -> None:
    first = gist("手順書/圧入手順書_初版.docx", revision="初版")
    second = gist("手順書/圧入手順書_第2版.docx", revision="2")
    tenth = gist("手順書/圧入手順書_第10版.docx", revision="10")
    assert members(first, tenth, second) == [
        [
            (tenth.path, Kinship.CURRENT),
            (second.path, Kinship.REVISION),
            (first.path, Kinship.REVISION),
        ]
    ]


def test_the_original_stands_for_its_copies_and_other_formats() -> None:
    original = gist(
        "a/検査基準書.docx", sha256="same", revision="B", numbers=(("QS-1", "labelled"),), title="検査基準書"
    )
    copy = gist("a/検査基準書 - コピー.docx", sha256="same", revision="B", title="検査基準書")
    printed = gist("a/検査基準書.pdf", kind="pdf", revision="B", numbers=(("QS-1", "labelled"),), title="検査基準書")
    assert members(copy, original, printed) == [
        [
            (original.path, Kinship.CURRENT),
            (printed.path, Kinship.RENDITION),
            (copy.path, Kinship.COPY),
        ]
    ]


def test_what_nothing_tells_apart_in_time_is_left_to_people_and_stays_in_the_chunks() -> None:
    one = gist("a/組立手順書.docx", title="組立手順書")
    other = gist("a/組立手順書_修正.docx", title="組立手順書", sketch=sketch(TEXT.replace("治具", "受け台", 3)))
    assert 0.6 < likeness(one.sketch, other.sketch) < 0.98
    ((current, undecided),) = members(one, other)
    assert (current[1], undecided[1]) == (Kinship.CURRENT, Kinship.UNDECIDED)
    assert relate([one, other]).superseded() == {}


def test_records_of_different_days_never_replace_each_other() -> None:
    days = [gist(f"日報/日報_2025-04-{day:02d}.xlsx", is_record=True, date=f"2025-04-{day:02d}") for day in range(1, 9)]
    forms = [gist(f"記録/点検_{n}.xlsx", is_record=True, numbers=(("F-QC-1", "labelled"),)) for n in range(5)]
    assert members(*days, *forms) == []


def test_documents_made_from_one_template_for_different_parts_are_not_one() -> None:
    made = [gist(f"{n}/作業標準書.docx", subjects=(f"KB-{n}",), title="作業標準書") for n in range(4)]
    assert members(*made) == []


def test_one_number_on_a_drawing_and_on_a_rule_makes_no_family() -> None:
    drawing = gist("A-1023.dxf", kind="dxf", is_drawing=True, numbers=(("A-1023", "labelled"),), title="軸")
    rule = gist(
        "A-1023_検査基準書.docx", numbers=(("A-1023", "named"),), title="検査基準書", sketch=sketch("別の文章 です")
    )
    assert members(drawing, rule) == []


def pointer(code: str = "", *, title: str = "", revision: str = "", kind: str = "document") -> Pointer:
    return Pointer(f"「{title or code}」参照", code, title, revision, kind, "", NOWHERE)


def resolved(pointed: Pointer, *others: Gist) -> tuple[Resolution, str] | None:
    source = gist("z/元.docx", pointers=(pointed,), sketch=(1,))
    links = relate([*others, source]).links
    return (links[0].resolution, links[0].target) if links else None


def test_a_drawing_is_meant_where_a_drawing_is_named_and_no_paper_about_its_part() -> None:
    drawing = gist("図面/A-1023_軸.pdf", is_drawing=True, numbers=(("A-1023", "labelled"),), sketch=(2,))
    report = gist("記録/A-1023_検査成績書.pdf", numbers=(("A-1023", "named"),), is_record=True, sketch=(3,))
    asked = pointer("A-1023", kind="drawing")
    assert resolved(asked, drawing, report) == (Resolution.RESOLVED, drawing.id)
    assert resolved(asked, report) == (Resolution.MISSING, "")


def test_a_revision_that_is_not_there_is_not_replaced_by_another() -> None:
    old = gist("A-1_Rev1.docx", numbers=(("WS-1", "labelled"),), revision="1", title="圧入")
    new = gist("A-1_Rev2.docx", numbers=(("WS-1", "labelled"),), revision="2", title="圧入")
    assert resolved(pointer("WS-1"), old, new) == (Resolution.RESOLVED, new.id)
    assert resolved(pointer("WS-1", revision="1"), old, new) == (Resolution.RESOLVED, old.id)
    assert resolved(pointer("WS-1", revision="3"), old, new) == (Resolution.OTHER_REVISION, "")


def test_a_revision_written_into_the_number_is_found_and_none_is_made_up() -> None:
    filed = gist("a.docx", numbers=(("A-1023", "labelled"),), revision="B", sketch=(2,))
    assert resolved(pointer("A-1023-B"), filed) == (Resolution.RESOLVED, filed.id)
    assert resolved(pointer("A-1023-C"), filed) == (Resolution.MISSING, "")
    whole = gist("b.docx", numbers=(("A-1023-B", "labelled"),), sketch=(2,))
    assert resolved(pointer("A-1023", revision="B"), whole) == (Resolution.RESOLVED, whole.id)


def test_two_that_answer_alike_are_told_and_none_is_taken() -> None:
    one = gist("a/x.docx", numbers=(("WS-1", "labelled"),), title="旋削", sketch=(2,))
    two = gist("b/y.docx", numbers=(("WS-1", "labelled"),), title="研削", sketch=(3,))
    assert resolved(pointer("WS-1"), one, two) == (Resolution.AMBIGUOUS, "")


def test_titles_lead_to_documents_and_standards_out_of_the_house() -> None:
    rule = gist("基準/部品検査基準書.docx", titles=("部品検査基準書",), sketch=(2,))
    assert resolved(pointer(title="部品検査基準書"), rule) == (Resolution.RESOLVED, rule.id)
    assert resolved(pointer(title="受入時に部品検査基準書"), rule) == (Resolution.RESOLVED, rule.id)
    assert resolved(pointer(title="製品検査基準書"), rule) == (Resolution.MISSING, "")
    assert resolved(pointer("JIS B 1180"), rule) == (Resolution.EXTERNAL, "")


def test_an_enclosure_is_looked_for_beside_its_document_only() -> None:
    beside, elsewhere = gist("z/別紙2_寸法表.xlsx", sketch=(2,)), gist("y/別紙2.xlsx", sketch=(3,))
    tenth = gist("z/別紙20.xlsx", sketch=(4,))
    assert resolved(pointer(title="別紙2"), beside, elsewhere, tenth) == (Resolution.RESOLVED, beside.id)
    assert resolved(pointer(title="別紙2"), elsewhere) is None


def claim(
    value: float | None, *, name: str = "締付トルク", about: str = "ボルト", unit: str = "N.m", **more: object
) -> Claim:
    made = Claim(name, about, "組立", value, None, None, unit, f"{value} {unit}", "n", NOWHERE)
    return made._replace(**more)  # type: ignore[arg-type]


def contradicting(*pairs: tuple[str, tuple[Claim, ...]], **more: object) -> list[set[str]]:
    made = [gist(path, subjects=("KB-1",), claims=claims, sketch=(hash(path) % 97,), **more) for path, claims in pairs]
    return [{said.path for said in item.statements} for item in relate(made).contradictions]


def test_different_values_for_the_same_part_and_process_are_reported_with_both_places() -> None:
    assert contradicting(("a", (claim(25),)), ("b", (claim(20),)), ("c", (claim(25),))) == [{"a", "b", "c"}]
    assert contradicting(("a", (claim(25),)), ("b", (claim(25),))) == []


def test_what_does_not_exclude_each_other_is_no_contradiction() -> None:
    within = claim(None, lower=20.0, upper=30.0)
    assert contradicting(("a", (claim(25),)), ("b", (within,))) == []
    assert contradicting(("a", (claim(35),)), ("b", (within,))) == [{"a", "b"}]
    assert contradicting(("a", (claim(25),)), ("b", (claim(25000, unit="N.mm"),))) == []
    assert contradicting(("a", (claim(25),)), ("b", (claim(20, about="ナット"),))) == []
    assert contradicting(("a", (claim(25),)), ("b", (claim(20, process="塗装"),))) == []
    assert contradicting(("a", (claim(25), claim(30))), ("b", (claim(20),))) == []
    assert contradicting(("a", (claim(25),)), ("b", (claim(20),)), is_record=True) == []


def test_a_chart_that_names_no_object_is_compared_where_there_is_only_one() -> None:
    chart = claim(20, about="")
    assert contradicting(("a", (claim(25),)), ("b", (chart,))) == [{"a", "b"}]
    assert contradicting(("a", (claim(25), claim(10, about="ナット"))), ("b", (chart,))) == []
    assert contradicting(("a", (claim(25, about=""),)), ("b", (chart,))) == [{"a", "b"}]


def test_an_old_edition_does_not_contradict_the_current_one() -> None:
    old = gist("手順書_第1版.docx", revision="1", subjects=("KB-1",), claims=(claim(20),))
    new = gist("手順書_第2版.docx", revision="2", subjects=("KB-1",), claims=(claim(25),))
    assert relate([old, new]).contradictions == ()


def seen(code: str, kind: TermKind = TermKind.UNKNOWN) -> Seen:
    return Seen(code, str(kind), kind is not TermKind.UNKNOWN, 1)


LABELLED = tuple(seen(f"KB-{1000 + 7 * n}", TermKind.PART) for n in range(6))


def test_a_shape_learnt_from_labels_tells_the_kind_elsewhere_and_no_other_shape_does() -> None:
    learnt = Learnt([gist("a", codes=LABELLED)], Vocabulary())
    kind, confidence = learnt.kind_of("KB-9999") or ("", 0.0)
    assert kind == "part"
    assert 0.7 < confidence < 1
    assert learnt.kind_of("WS-9999") is None  # letters that never stood under a label
    assert learnt.kind_of("KB-99999") is None


def test_letters_that_keep_changing_are_no_part_of_the_shape() -> None:
    codes = tuple(
        seen(f"{a}{b}-{1000 + n}", TermKind.PART) for n, (a, b) in enumerate(zip("ABCDEFGH", "QRSTUVWX", strict=True))
    )
    assert Learnt([gist("a", codes=codes)], Vocabulary()).kind_of("ZZ-1234") is not None


def test_a_shape_that_names_two_kinds_tells_nothing() -> None:
    others = tuple(seen(f"KB-{2000 + 7 * n}", TermKind.DRAWING) for n in range(6))
    assert Learnt([gist("a", codes=(*LABELLED, *others))], Vocabulary()).kind_of("KB-9999") is None


def test_what_the_user_said_goes_before_what_was_learnt() -> None:
    said = CodePattern(kind=TermKind.DRAWING, shape="WS-9+", is_confirmed=True)
    refused = CodePattern(kind=TermKind.PART, shape="KB-9999")
    learnt = Learnt([gist("a", codes=LABELLED)], Vocabulary(patterns=(said,), refused=(refused,)))
    assert learnt.kind_of("WS-77") == ("drawing", 1.0)
    assert learnt.kind_of("KB-9999") is None
    assert [item.shape for item in learnt.patterns()] == []


def test_many_alike_documents_cost_little_more_than_few() -> None:
    many = [gist(f"点検/点検{n:05d}.txt", kind="txt") for n in range(3_000)]
    assert families(many) == ()


def test_a_term_that_every_document_has_sets_none_apart() -> None:
    first = gist("a", terms=(("圧入", 3, "圧入"), ("工場", 9, "工場")), sketch=(1,))
    second = gist("b", terms=(("塗装", 2, "塗装"), ("工場", 9, "工場")), sketch=(2,))
    assert relate([first, second]).distinctive == {"a": ("圧入",), "b": ("塗装",)}
    assert relate([replace(first)]).distinctive == {}
