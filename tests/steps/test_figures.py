"""What is said of figures: their callouts, the steps they show, and what a configured model writes."""

from dataclasses import dataclass, field, replace

import pytest

from genba.errors import Unavailable
from genba.formats.captions import said_of
from genba.model.document import Document
from genba.model.image import Image
from genba.model.instruction import Instruction, InstructionKind, Step
from genba.model.nodes import Figure, Paragraph, Role
from genba.model.place import Place
from genba.model.source import Source
from genba.steps.figures import describe
from genba.steps.identity import assign

PNG = b"\x89PNG\r\n\x1a\n"


@dataclass
class Model:
    """Answers what it is told to answer, and keeps what it was asked."""

    answer: str
    name: str = "model-for-tests"
    asked: list[tuple[str, bytes]] = field(default_factory=list)

    def write(self, instruction: str, material: str, *, image: bytes = b"", media_type: str = "") -> str:
        self.asked.append((material, image))
        if not self.answer:
            raise Unavailable("language_model.no_answer")
        return self.answer


@pytest.fixture
def document() -> Document:
    figure = Figure(image="a.png", caption="図1 締付け順序", place=Place(sheet="手順", range="F3:H9"))
    found = assign(
        Document(
            source=Source(path="a.xlsx", sha256="0" * 64, size_bytes=1, kind="xlsx"),
            nodes=(
                Paragraph(text="対角に締める", role=Role.TEXT_BOX, place=Place(sheet="手順", range="G4")),
                Paragraph(text="別の箱", role=Role.TEXT_BOX, place=Place(sheet="手順", range="A1")),
                figure,
            ),
            images=(Image(name="a.png", media_type="image/png", data=PNG),),
        )
    )
    step = Step(number="3", text="ボルトを 24.5 N·m で締め付ける。", figures=(found.nodes[2].id,))
    return replace(found, instruction=Instruction(kind=InstructionKind.WORK_INSTRUCTION, steps=(step,)))


def figure_of(document: Document) -> Figure:
    return next(node for node in document.nodes if isinstance(node, Figure))


def test_a_figure_knows_the_texts_laid_over_it_and_the_steps_that_show_it(document: Document) -> None:
    figure = figure_of(describe(document))
    assert figure.callouts == ("対角に締める",)
    assert figure.steps == ("3",)
    assert said_of(figure) == "図1 締付け順序。図中の文字: 対角に締める。手順 3"


def test_a_text_in_the_picture_on_a_page_is_a_callout_and_one_beside_it_is_not() -> None:
    place = Place(page=2, box=(100.0, 100.0, 200.0, 200.0))
    inside = Paragraph(text="A部", role=Role.TEXT_BOX, place=replace(place, box=(120.0, 120.0, 140.0, 130.0)))
    beside = Paragraph(text="注記", role=Role.TEXT_BOX, place=replace(place, box=(220.0, 120.0, 260.0, 130.0)))
    other = Paragraph(text="別の頁", role=Role.TEXT_BOX, place=replace(inside.place, page=3))
    source = Source(path="a.pptx", sha256="0" * 64, size_bytes=1, kind="pptx")
    found = describe(assign(Document(source=source, nodes=(Figure(place=place), inside, beside, other))))
    assert figure_of(found).callouts == ("A部",)


def test_what_a_model_writes_is_kept_with_its_name_when_every_number_is_in_the_document(document: Document) -> None:
    model = Model("ボルトを対角に 24.5 N·m で締め付ける順序を示します。")
    found = describe(document, language_model=model)
    assert figure_of(found).about == model.answer
    assert figure_of(found).about_by == "model-for-tests"
    assert model.asked[0][1] == PNG
    assert "24.5" in model.asked[0][0]
    assert model.answer in said_of(figure_of(found))


def test_a_number_that_the_document_does_not_have_is_refused_and_told(document: Document) -> None:
    found = describe(document, language_model=Model("ボルトを 25 N·m で締め付けます。"))
    assert not figure_of(found).about
    assert [finding.code for finding in found.findings] == ["figure.model_refused"]


def test_a_model_that_does_not_answer_costs_only_its_own_words(document: Document) -> None:
    found = describe(document, language_model=Model(""))
    assert figure_of(found).callouts == ("対角に締める",)
    assert [finding.code for finding in found.findings] == ["figure.model_unavailable"]


def test_ids_and_everything_but_figures_stay(document: Document) -> None:
    found = describe(document)
    assert [node.id for node in found.nodes] == [node.id for node in document.nodes]
    assert found.nodes[:2] == document.nodes[:2]
