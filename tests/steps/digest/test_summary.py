"""A summary says what a document is for in its own sentences; what a model writes is checked against them."""

from collections.abc import Callable, Sequence

from hypothesis import given
from hypothesis import strategies as st

from genba.errors import Unavailable
from genba.formats.grounding import ungrounded
from genba.model.document import Document, Property, SectionSummary
from genba.model.instruction import Hazard, Instruction, InstructionKind, Step, WarningLevel
from genba.model.marks import Mark
from genba.model.nodes import Heading, Pair, Paragraph
from genba.model.source import Source
from genba.model.table import Column, Table
from genba.steps.digest import summary
from genba.steps.digest.ranking import EMBEDDED_IN_ALL, TOO_FEW
from genba.steps.digest.summary import SUMMARY_CHARS

Paper = Callable[..., Document]


class Letters:
    """Embeds by the letters of a text, and remembers what it was given."""

    name = "letters"
    dimensions = 64

    def __init__(self) -> None:
        self.given: list[str] = []

    def vectors(self, texts: Sequence[str]) -> tuple[tuple[float, ...], ...]:
        self.given += texts
        return tuple(self._vector(text) for text in texts)

    def _vector(self, text: str) -> tuple[float, ...]:
        values = [0.0] * self.dimensions
        for char in text:
            values[ord(char) % self.dimensions] += 1.0
        length = sum(value * value for value in values) ** 0.5 or 1.0
        return tuple(value / length for value in values)


class Writer:
    """A language model that answers what the test says."""

    name = "gemma-test"

    def __init__(self, answer: str | Unavailable) -> None:
        self.answer = answer
        self.asked: list[tuple[str, str]] = []

    def write(self, instruction: str, material: str, *, image: bytes = b"", media_type: str = "") -> str:
        self.asked.append((instruction, material))
        if isinstance(self.answer, Unavailable):
            raise self.answer
        return self.answer


def slots(document: Document) -> dict[str, SectionSummary]:
    return {one.slot: one for one in document.summaries if one.slot}


INSTRUCTION = (
    "# 1. 目的", "金型交換を安全に行うための標準を定める。", "# 2. 適用範囲", "本社工場の順送プレス PR-11 に適用する。",
    "# 3. 作業", "主電源を切り、操作札を掛ける。ボルスタを清掃し、金型を載せる。クランプボルトを 25 N·m で締める。",
    "回転部に手を入れてはならない。下死点を寸動で確認する。",
)  # fmt: skip


def test_purpose_and_scope_are_the_summary_and_cautions_stand_apart(paper: Paper) -> None:
    document = summary(paper(*INSTRUCTION))
    assert document.summary == "金型交換を安全に行うための標準を定める。本社工場の順送プレス PR-11 に適用する。"
    assert document.summary_by == ""
    found = slots(document)
    assert found["purpose"].nodes == ("n1",)
    assert found["scope"].text == "本社工場の順送プレス PR-11 に適用する。"
    assert found["cautions"].text == "回転部に手を入れてはならない。"
    assert found["cautions"].nodes == ("n6",)
    assert "クランプボルトを 25 N·m で締める。" in found["points"].text


def test_fields_of_a_form_fill_slots_too() -> None:
    nodes = (Pair(label="文書/目 的", value="治具の校正", id="p1"), Pair(label="適用範囲", value="計測室", id="p2"))
    source = Source(path="a.xlsx", sha256="", size_bytes=0, kind="xlsx")
    found = slots(summary(Document(source=source, nodes=nodes)))
    assert {name: (one.text, one.nodes) for name, one in found.items()} == {
        "purpose": ("治具の校正", ("p1",)),
        "scope": ("計測室", ("p2",)),
    }


def test_key_points_and_warnings_of_steps_come_first(paper: Paper) -> None:
    steps = (
        Step(number="1", text="締める", key_points=("対角に締めること",), nodes=("n0",)),
        Step(number="2", text="拭く", warnings=(Hazard(level=WarningLevel.WARNING, text="火気厳禁"),)),
    )
    instruction = Instruction(kind=InstructionKind.WORK_INSTRUCTION, steps=steps)
    found = slots(summary(paper("ボルトを締めて油を拭く作業です。", instruction=instruction)))
    assert (found["points"].text, found["points"].nodes) == ("対角に締めること", ("n0",))
    assert found["cautions"].text == "火気厳禁"


def test_hidden_and_withdrawn_text_is_not_quoted() -> None:
    nodes = (
        Paragraph(text="単価は社外秘の表による、という文。", marks=frozenset({Mark.HIDDEN})),
        Paragraph(text="この手順は取り消されたものである。", marks=frozenset({Mark.WITHDRAWN})),
        Paragraph(text="主軸の潤滑油を年に一度交換する。"),
    )
    source = Source(path="a.docx", sha256="", size_bytes=0, kind="docx")
    document = summary(Document(source=source, nodes=nodes))
    assert document.summary == "主軸の潤滑油を年に一度交換する。"
    assert [one.text for one in document.summaries] == ["主軸の潤滑油を年に一度交換する。"]


PROSE = tuple(
    f"{subject}の{thing}が{effect}ことが分かった。"
    for subject in ("主軸", "砥石", "洗浄液")
    for thing in ("温度", "振動", "寿命")
    for effect in ("品質に効く", "費用に効く")
)


def test_sentences_near_the_middle_of_all_are_chosen_and_no_two_alike(paper: Paper) -> None:
    embedder = Letters()
    odd = "昼食は食堂でとることにしている。"
    document = summary(paper(odd, *PROSE), embedder=embedder)
    points = slots(document)["points"]
    assert odd not in points.text
    assert len(set(points.nodes)) == 3
    assert len(embedder.given) == len(set(embedder.given)) > 0


def test_a_long_document_costs_no_more_embedding_than_a_short_one(paper: Paper) -> None:
    embedder = Letters()
    words = ("温度", "圧力", "流量", "速度", "荷重", "変位", "電流", "電圧", "時間", "回転")
    said = "の試験では、値を確かめたところ、前の値と変わらないという結果を得ている。"
    lines = [line for part in range(20) for line in (f"# 第{part}部", *(f"{word}の{part}回目{said}" for word in words))]
    document = summary(paper(*lines), embedder=embedder)
    assert len(embedder.given) <= EMBEDDED_IN_ALL
    assert len([one for one in document.summaries if one.section]) == 20


def test_forms_and_short_texts_cost_no_embedding(paper: Paper) -> None:
    embedder = Letters()
    summary(paper(*PROSE[:TOO_FEW]), embedder=embedder)
    fields = tuple(Pair(label=f"項目{at}", value="値") for at in range(20))
    document = paper(*PROSE[:3])
    summary(Document(source=document.source, nodes=(*fields, *document.nodes)), embedder=embedder)
    assert embedder.given == []


def test_long_sections_are_summed_up_by_their_own_sentences(paper: Paper) -> None:
    measured = ("温度", "圧力", "流量", "速度", "荷重", "変位", "電流", "電圧", "時間", "回転")
    lines = [f"{word}の試験では、値を3回確かめたところ、前の値と変わらないという結果を得ている。" for word in measured]
    document = summary(paper("# 結果", *lines, "# 短い節", "ここは短い。すぐ終わる。"), embedder=Letters())
    of_sections = [one for one in document.summaries if one.section]
    assert [one.section for one in of_sections] == ["n0"]
    assert all(line in lines for line in of_sections[0].text.replace("。", "。\n").split())
    assert set(of_sections[0].nodes) < {f"n{at}" for at in range(1, 11)}


def test_a_form_or_a_table_is_summed_up_by_what_it_is_about() -> None:
    properties = (
        Property(name="title", value="検査成績書"),
        Property(name="part_number", value="KG-1"),
        Property(name="lot", value="F1"),
    )
    nodes = (
        Pair(label="品番", value="KG-1"),
        Pair(label="ロット", value="F1"),
        Paragraph(text="異常時は作業を止める。"),
    )
    names = ("測定項目", "測定値/1回目", "列4", "_hidden")
    table = Table(name="表", columns=tuple(Column(name=name) for name in names), batches=(), rows=4)
    source = Source(path="a.xlsx", sha256="", size_bytes=0, kind="xlsx")
    found = summary(Document(source=source, nodes=nodes, properties=properties, tables=(table,))).summary
    assert found == "検査成績書（品番 KG-1、ロット F1）。表: 測定項目、測定値/1回目。"


def test_an_inventory_is_not_cut_within_a_number() -> None:
    columns = tuple(Column(name=f"測定値{at * 1111}") for at in range(1, 60))
    table = Table(name="表", columns=columns, batches=(), rows=4)
    source = Source(path="a.csv", sha256="", size_bytes=0, kind="csv")
    properties = (Property(name="title", value="成績"),)
    found = summary(Document(source=source, tables=(table,), properties=properties)).summary
    assert len(found) <= SUMMARY_CHARS
    assert ungrounded(found, " ".join(column.name for column in columns)) == ()


LINES = st.lists(
    st.text(alphabet="締付けトルクは25.5N第3版。、「」（）1２三 \nKG-10を確認する目的", max_size=60)
    | st.sampled_from(("# 目的", "# 適用範囲", "# 注意事項")),
    max_size=12,
)


@given(lines=LINES, embedded=st.booleans())
def test_no_summary_has_a_number_or_a_sentence_that_the_document_lacks(
    lines: list[str], embedded: bool, paper: Paper
) -> None:
    original = paper(*lines)
    document = summary(original, embedder=Letters() if embedded else None)
    source = "\n".join(node.text for node in original.nodes if isinstance(node, Heading | Paragraph))
    assert len(document.summary) <= SUMMARY_CHARS
    squashed = "".join(source.split())
    for text in (document.summary, *(one.text for one in document.summaries)):
        for sentence in text.replace("。", "。\n").split():
            assert sentence in squashed
    for one in document.summaries:
        quoted = "\n".join(node.text for node in original.nodes if node.id in one.nodes)  # type: ignore[union-attr]
        assert ungrounded(one.text, quoted.replace("\n", "")) == () or ungrounded(one.text, quoted) == ()


LONG = ("# 1. 目的", *(f"締付けトルクを 25 N·m とし、工程 {at} の手順を示すことを目的とする。" for at in range(20, 30)))


def test_a_models_summary_is_marked_with_its_name(paper: Paper) -> None:
    model = Writer("**締付けトルクは２５ N·m とする。**\n工程20から29の手順書。")
    document = summary(paper(*LONG), language_model=model)
    assert document.summary == "締付けトルクは２５ N·m とする。工程20から29の手順書。"
    assert document.summary_by == "gemma-test"
    assert document.findings == ()
    instruction, material = model.asked[0]
    assert "200" in instruction
    assert "25 N·m" in material
    assert slots(document)["purpose"].by == ""


def test_a_models_summary_with_an_invented_number_is_not_used(paper: Paper) -> None:
    document = summary(paper(*LONG), language_model=Writer("締付けトルクは 99 N·m、品番 KG-1 である。"))
    assert document.summary.startswith("締付けトルクを 25 N·m とし、")
    assert document.summary_by == ""
    assert [(one.code, one.details["invented"]) for one in document.findings] == [("summary.invented", 2)]


def test_without_an_answer_the_documents_own_sentences_stay(paper: Paper) -> None:
    refused = Unavailable("language_model.refused", status=503)
    document = summary(paper(*LONG), language_model=Writer(refused))
    assert document.summary.startswith("締付けトルクを 25 N·m とし、")
    assert [one.code for one in document.findings] == ["summary.model_unavailable"]
    endless = summary(paper(*LONG), language_model=Writer("長" * 500 + "。"))
    assert [one.code for one in endless.findings] == ["summary.not_usable"]


def test_a_document_of_few_words_is_not_sent(paper: Paper) -> None:
    model = Writer("要約")
    assert summary(paper("短い文書である。"), language_model=model).summary_by == ""
    assert model.asked == []


def test_what_is_hidden_is_neither_sent_nor_vouched_for(paper: Paper) -> None:
    document = paper(*LONG)
    secret = Paragraph(text="原価は 4821 円である。", marks=frozenset({Mark.HIDDEN}))
    model = Writer("原価は 4821 円である。")
    found = summary(Document(source=document.source, nodes=(*document.nodes, secret)), language_model=model)
    assert "4821" not in model.asked[0][1]
    assert found.summary_by == ""
