"""What a document leaves behind says which quantity of which thing it states."""

from genba.app.gisting import gist_of
from genba.model.document import Document
from genba.model.instruction import Check, Instruction, InstructionKind, Parameter, Step
from genba.model.source import Source


def stated(characteristic: str) -> tuple[str, str]:
    parameter = Parameter(as_written="22.0±1.0 N・m", name=characteristic, value=22.0, unit="N・m", ucum="N.m")
    step = Step(
        number="1", text=characteristic, checks=(Check(characteristic=characteristic, parameters=(parameter,)),)
    )
    source = Source(path="a.docx", sha256="0" * 64, size_bytes=1, kind="docx")
    instruction = Instruction(kind=InstructionKind.INSPECTION_STANDARD, steps=(step,))
    claim = gist_of(Document(source=source, instruction=instruction), "").claims[0]
    return claim.about, claim.name


def test_the_quantity_of_a_thing_is_told_from_the_thing() -> None:
    assert stated("ボルト M6 の締付けトルク") == ("ボルト M6", "締付けトルク")


def test_a_quantity_without_a_thing_stays_whole() -> None:
    assert stated("締付けトルク") == ("", "締付けトルク")
    assert stated("のびの量") != ("", "")
