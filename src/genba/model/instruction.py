"""What a work instruction, inspection standard or QC process chart tells people to do, step by step.

The fields follow JIS Z 8002 (作業標準) and the triad 手順・急所・理由 of TWI, which Japanese factories use.
"""

from dataclasses import dataclass
from enum import StrEnum

from genba.model.place import NOWHERE, Place


class InstructionKind(StrEnum):
    """Which of the three kinds of document it is."""

    WORK_INSTRUCTION = "work_instruction"  # 作業手順書, 作業標準書
    INSPECTION_STANDARD = "inspection_standard"  # 検査基準書
    QC_PROCESS_CHART = "qc_process_chart"  # QC工程表


class WarningLevel(StrEnum):
    """Levels of ISO 3864-2 / JIS Z 9101 as Japanese documents word them."""

    DANGER = "danger"  # 危険
    WARNING = "warning"  # 警告
    CAUTION = "caution"  # 注意


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A quantity that a step sets or a check asks for; `as_written` keeps the document's own words."""

    as_written: str
    name: str = ""
    value: float | None = None
    tolerance: str = ""  # as written: "±0.5", "+0.1/-0.2", "H7"
    lower: float | None = None
    upper: float | None = None
    unit: str = ""
    ucum: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """How a result is judged; `characteristic` is what is looked at (外観, 締付けトルク)."""

    characteristic: str = ""
    method: str = ""
    criterion: str = ""
    instrument: str = ""
    frequency: str = ""
    parameters: tuple[Parameter, ...] = ()
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """A warning with its level."""

    level: WarningLevel
    text: str
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part or material that is used."""

    number: str = ""
    name: str = ""
    quantity: float | None = None
    unit: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """Where the work goes on under a condition (NG の場合は手順5へ戻る)."""

    condition: str
    target: str  # the number of a step, or what to do


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do; `number` is as displayed, `text` the whole wording, the other fields what it says in parts."""

    number: str
    text: str
    action: str = ""  # the verb in its dictionary form: 締め付ける
    object: str = ""  # what it is done to
    key_points: tuple[str, ...] = ()  # 急所
    reasons: tuple[str, ...] = ()  # 理由
    parameters: tuple[Parameter, ...] = ()
    checks: tuple[Check, ...] = ()
    warnings: tuple[Hazard, ...] = ()
    tools: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    figures: tuple[str, ...] = ()  # ids of figures
    branches: tuple[Branch, ...] = ()
    time_s: float | None = None
    is_withdrawn: bool = False
    section: str = ""  # the heading it stands under
    nodes: tuple[str, ...] = ()  # ids of the nodes it was made from
    place: Place = NOWHERE
    confidence: float = 1.0  # how sure it is that this is a step and that its parts are its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """The whole document as something to be done."""

    kind: InstructionKind
    steps: tuple[Step, ...]
    warnings: tuple[Hazard, ...] = ()  # that hold for the whole document
    tools: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    protective_equipment: tuple[str, ...] = ()  # 保護具
    qualifications: tuple[str, ...] = ()  # 必要資格
    confidence: float = 1.0  # how sure it is that the document is of this kind
