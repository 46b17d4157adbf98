"""What a model's card says beyond the model itself: where its data went, how it was judged, what nobody tested."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from genba.model.loop import Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """How many windows went where, and why others went nowhere."""

    fitted: int = 0
    held_out: int = 0  # normal; the threshold is set on them
    frozen: int = 0
    frozen_faults: int = 0
    frozen_unknown: int = 0  # unlabelled: not judged on
    fault_groups: int = 0  # of the frozen set: lots, or blocks of time, with a fault
    normal_groups: int = 0
    purged: int = 0  # too near to the other side in time, of a lot of the frozen set, or with samples of it
    lost: int = 0  # touched by the loss ledger
    unlabelled: int = 0
    faults: int = 0  # outside the frozen set: nothing is learnt from them
    slices: int = 0  # fitted ones that a deployed model had asked about
    copies: int = 0  # the same stretch in several datasets: one of them was used
    unit: str = "lot"  # of the groups: a lot (a block of time where there are none), or a block within lots


@dataclass(frozen=True, slots=True, kw_only=True)
class Slices:
    """What the slices that came back bought: the same training without them, on the same frozen windows."""

    count: int
    asked_by: tuple[str, ...]
    without: tuple[Metric, ...]
    difference: tuple[Metric, ...]  # with minus without


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a card says beyond the model itself."""

    decision: str  # a code: why it was promoted or not
    sides: Sides
    machines: tuple[str, ...] = ()
    lots: int = 0
    faults: Mapping[str, int] = field(default_factory=dict)  # windows of each kind in the frozen set
    captures: tuple[str, ...] = ()
    losses: Mapping[str, int] = field(default_factory=dict)
    clock_half_width_ns: int = 0
    farthest_ns: int = 0
    difference: tuple[Metric, ...] = ()  # minus the rival
    level_alarm: tuple[Metric, ...] = ()  # what watching the level of each channel alone reaches
    slices: Slices | None = None
    largest_error: float = 0.0  # of the ONNX file's scores against numpy's
    tolerance: float = 0.0
