"""The turns of the data loop: what was rendered, learnt and deployed, each naming what it came from by content id."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A dataset made from captures; a view that can be made again from the raw store."""

    id: str  # of its manifest
    title: str
    kind: str  # lerobot, mcap, windows, parquet
    captures: tuple[str, ...]
    samples: int  # frames, rows or windows
    options: Mapping[str, str] = field(default_factory=dict)  # rate, interpolation, tolerance …
    asked_by: tuple[str, ...] = ()  # ids of models whose uncertain slices are in it
    clock_half_width_ns: int = 0  # the widest 95 % interval, halved, of any time in it
    farthest_ns: int = 0  # how far the farthest sample is from a measured one
    losses: Mapping[str, int] = field(default_factory=dict)  # entries of the captures' ledgers, by kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A figure on the frozen set with its 95 % confidence interval."""

    name: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """A detector that was trained, with the card's facts; `promoted` says that it beat the deployed one."""

    id: str  # of its ONNX file and its options
    title: str
    detector: str
    datasets: tuple[str, ...]  # trained on
    frozen: str  # the set on which it was judged: a hash of its windows
    stream: str
    channels: tuple[str, ...]
    window: int  # samples
    step: int
    rate_hz: float
    threshold: float  # of the score, at and above which a window is called abnormal
    uncertain: tuple[float, float]  # scores between which the model asks for help
    metrics: tuple[Metric, ...]
    options: Mapping[str, str] = field(default_factory=dict)
    rival: str = ""  # the deployed model it was compared with on the frozen set
    rival_metrics: tuple[Metric, ...] = ()
    promoted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A model handed to an edge folder."""

    id: str
    model: str
    machine: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A capture as the loop sees it: how much is there, how good its clocks are, what is missing."""

    id: str
    title: str
    streams: int
    samples: int
    raw_bytes: int
    stored_bytes: int
    losses: Mapping[str, int] = field(default_factory=dict)  # entries of the ledger, by kind
    clocks: int = 0
    aligned: int = 0  # clocks that have common time
    refused: tuple[tuple[str, str, Mapping[str, str | int | float]], ...] = ()  # clock, code of the reason, details
    half_width_ns: int = 0  # the widest 95 % interval of an aligned clock, halved
    asked_by: tuple[str, ...] = ()  # deployments whose uncertain slices these are


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """All that a signal store holds, in the order in which one came of the other."""

    title: str
    captures: tuple[Kept, ...] = ()
    datasets: tuple[Rendered, ...] = ()
    models: tuple[Learnt, ...] = ()
    deployments: tuple[Deployment, ...] = ()
