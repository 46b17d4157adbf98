"""Learn a detector from windows: fit, set the threshold, prove the ONNX file, judge on the frozen set, decide."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genba.app.exchange.uses import HeldUse, check_use
from genba.app.learning_sides import Cut, cut, frozen_for, told, truth_of
from genba.app.loop import write_report
from genba.errors import InvalidInput, NotFound, Unavailable
from genba.learning import detectors, graph
from genba.learning.calibration import Calibration, calibrate
from genba.learning.evaluation import CHANCE, PRIMARY, Compared, Truth, compared, measured
from genba.learning.windows import Windows, joined
from genba.model.evidence import Evidence, Slices
from genba.model.loop import Learnt, Metric, Rendered
from genba.storage import windows as stored
from genba.storage.models import ModelStore, identity
from genba.storage.rendered import RenderedStore
from genba.writers import model_card

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Index = NDArray[np.int64]

SEED = 1  # of bootstrap draws and of the forest
# Scores are near 1 at the threshold; float32 has seven digits.
TOLERANCE = 1e-4
THRESHOLD = 1.0
FALSE_ALARMS = 0.01
_NEEDED = ("numpy", "scipy", "onnx", "onnxruntime", "sklearn")


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnRequest:
    """What to learn from and how; empty means: whatever the store leaves no doubt about."""

    store: Path
    datasets: tuple[str, ...] = ()
    detector: str = "pca"
    frozen: str = ""  # an id, or the share of windows to freeze where there is no set yet
    deployed: str = ""  # the model to beat
    false_alarms: float = FALSE_ALARMS  # of normal windows
    assume_normal: bool = False  # windows without a label are normal
    lang: str = "ja"  # of the store's report


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnOutcome:
    """The model and what its card says."""

    model: Learnt
    evidence: Evidence
    folder: str

    @property
    def exit_status(self) -> int:
        """0 when it was promoted, 1 when it was kept only."""
        return 0 if self.model.promoted else 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Task:
    """All that training and judging go by."""

    request: LearnRequest
    windows: Windows
    frozen: Windows
    parts: Cut
    known: Index  # the frozen windows that are judged on
    truth: Truth


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Trained:
    """A detector whose file is proven, with its scores of the frozen windows that are judged on."""

    detector: detectors.Detector
    calibration: Calibration
    onnx: bytes
    scores: Floats
    largest_error: float


def learn(request: LearnRequest) -> LearnOutcome:
    """Learn one model and keep it with its card; it is promoted only by the rule."""
    check_extra()
    if not 0 < request.false_alarms < 0.5:
        raise InvalidInput("learn.bad_rate", value=request.false_alarms)
    if request.detector not in detectors.DETECTORS:
        raise InvalidInput("learn.unknown_detector", name=request.detector, known=", ".join(detectors.DETECTORS))
    check_use(request.store, HeldUse(action="learn", now=datetime.now(UTC), training=True))
    rendered = _datasets(request)
    windows = joined(tuple(stored.load_dataset(request.store, one.id) for one in rendered))
    store = ModelStore(request.store)
    name, frozen = frozen_for(request.store, windows, request.frozen)
    parts = cut(windows, frozen, assume_normal=request.assume_normal)
    known, truth = truth_of(frozen, assume_normal=request.assume_normal)
    task = _Task(request=request, windows=windows, frozen=frozen, parts=parts, known=known, truth=truth)
    rival = _rival(store, windows, request.deployed)
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):  # sums in one order, whatever the machine
        trained = _trained(task, parts.fit)
        evidence, metrics, against = _judged(task, trained, store, rival)
    evidence = replace(evidence, **_origin(rendered), machines=_named(windows, "machine"), lots=_lots(windows))
    options = {
        "detector": request.detector,
        "false_alarms": f"{request.false_alarms:g}",
        "assume_normal": str(request.assume_normal).lower(),
        "seed": str(SEED),
        "fitted": str(trained.detector.fitted),
        "datasets": " ".join(one.id for one in rendered),
        "frozen": name,
    }
    shape = windows.shape
    model = Learnt(
        id=identity(trained.onnx, {**options, "rival": rival.id if rival else ""}),
        title=f"{shape.stream} · {request.detector}",
        detector=request.detector,
        datasets=tuple(one.id for one in rendered),
        frozen=name,
        stream=shape.stream,
        channels=shape.channels,
        window=shape.window,
        step=shape.step,
        rate_hz=shape.rate_hz,
        threshold=THRESHOLD,
        uncertain=trained.calibration.uncertain,
        metrics=metrics,
        options=options,
        rival=rival.id if rival else "",
        rival_metrics=against,
        promoted=evidence.decision == "learn.promoted",
    )
    cards = {f"card.{lang}.md": model_card.encode(model, evidence, lang) for lang in ("ja", "en")}
    stored.keep_frozen(request.store, frozen)  # what is there already stays
    store.keep(model, trained.onnx, evidence, cards)
    write_report(request.store, request.lang)
    return LearnOutcome(model=model, evidence=evidence, folder=f"models/{model.id}")


def check_extra() -> None:
    """Name the extra that learning needs where it is not installed."""
    if not all(find_spec(name) for name in _NEEDED):
        raise Unavailable("learn.extra_missing", extra="learn")


def _datasets(request: LearnRequest) -> tuple[Rendered, ...]:
    store = RenderedStore(request.store)
    if request.datasets:
        return tuple(store.load(name) for name in dict.fromkeys(request.datasets))
    found = tuple(one for one in store.datasets() if one.kind == "windows")
    if not found:
        raise NotFound("learn.no_windows")
    shapes = [stored.load_dataset(request.store, one.id).shape for one in found]
    if not all(shapes[0].fits(shape) for shape in shapes[1:]):
        raise InvalidInput("learn.name_datasets", known=", ".join(one.id for one in found))
    return found


def _rival(store: ModelStore, windows: Windows, asked: str) -> Learnt | None:
    """The deployed model to beat: the one asked for, or the one that no later deployed model has taken the place of."""
    if asked:
        found = store.load(asked)
        if not _fits(found, windows):
            raise InvalidInput("learn.rival_differs", name=asked)
        return found
    deployed = {one.model for one in store.deployments()}
    models = [one for one in store.models() if one.id in deployed and _fits(one, windows)]
    beaten = {one.rival for one in models}
    left = [one for one in models if one.id not in beaten]
    if len(left) > 1:
        raise InvalidInput("learn.name_rival", known=", ".join(one.id for one in left))
    return left[0] if left else None


def _fits(model: Learnt, windows: Windows) -> bool:
    shape = windows.shape
    mine = (model.stream, model.channels, model.window, round(model.rate_hz, 6))
    return mine == (shape.stream, shape.channels, shape.window, round(shape.rate_hz, 6))


def _trained(task: _Task, fit: Index) -> _Trained:
    import numpy as np

    detector = detectors.fit(task.request.detector, task.windows, fit)
    calibration = calibrate(detector.score(task.windows.blocks(task.parts.held_out)), task.request.false_alarms)
    facts = {"detector": task.request.detector, "genba": "anomaly score; abnormal at 1 and above"}
    shape = task.windows.shape
    onnx = detector.drawn(calibration, window=shape.window, channels=len(shape.channels), facts=facts)
    scores = [np.zeros(0)]
    error = 0.0
    for block in task.frozen.blocks(task.known):
        told_scores = graph.run(onnx, block).astype(np.float64)
        wanted = calibration.apply(detector.score(iter((block,))))
        off = np.abs(told_scores - wanted) / np.maximum(1.0, np.abs(wanted))
        error = max(error, float(np.where(np.isfinite(off), off, np.inf).max(initial=0.0)))
        scores.append(told_scores)
    if error > TOLERANCE:
        raise InvalidInput("learn.onnx_differs", error=f"{error:.1g}", tolerance=f"{TOLERANCE:g}")
    return _Trained(
        detector=detector, calibration=calibration, onnx=onnx, scores=np.concatenate(scores), largest_error=error
    )


def _judged(
    task: _Task, trained: _Trained, store: ModelStore, rival: Learnt | None
) -> tuple[Evidence, tuple[Metric, ...], tuple[Metric, ...]]:
    """The evidence, the model's figures and the rival's."""
    import numpy as np

    truth = task.truth
    sides = told(task.parts.sides, task.frozen, truth)
    evidence = Evidence(
        decision="learn.too_few_labels",
        sides=sides,
        faults=dict(sorted(Counter(task.frozen.columns["label"][task.known][truth.fault].tolist()).items())),
        largest_error=_rounded(trained.largest_error),
        tolerance=TOLERANCE,
    )
    if not truth.fault.any() or truth.fault.all():
        return evidence, (), ()
    metrics = measured(trained.scores, THRESHOLD, truth, seed=SEED)
    level = _level_alarm(task)
    evidence = replace(evidence, level_alarm=measured(level, THRESHOLD, truth, seed=SEED)[:4])
    if sides.slices:
        evidence = replace(evidence, slices=_bought(task, trained))
    if rival is None:
        decision = _decided(truth, next(one for one in metrics if one.name == "auroc").low > CHANCE)
        return replace(evidence, decision=decision), metrics, ()
    data = store.onnx(rival.id)
    theirs = np.concatenate([graph.run(data, block) for block in task.frozen.blocks(task.known)]).astype(np.float64)
    both = compared(theirs, trained.scores, (rival.threshold, THRESHOLD), truth, seed=SEED)
    decision = _decided(truth, _gain(both) > 0)
    against = measured(theirs, rival.threshold, truth, seed=SEED)
    return replace(evidence, decision=decision, difference=both.difference), metrics, against


def _gain(both: Compared) -> float:
    return next(one.low for one in both.difference if one.name == PRIMARY)


def _decided(truth: Truth, is_better: bool) -> str:
    if not truth.is_enough:
        return "learn.too_few_labels"
    return "learn.promoted" if is_better else "learn.not_better"


def _bought(task: _Task, trained: _Trained) -> Slices | None:
    """Train once more without the slices and compare the two on the same frozen windows."""
    parts, asked_by = task.parts, task.windows.columns["asked_by"]
    fit = parts.fit[~parts.slices[parts.fit]]
    if len(fit) < detectors.LEAST:
        return None
    without = _trained(task, fit)
    both = compared(without.scores, trained.scores, (THRESHOLD, THRESHOLD), task.truth, seed=SEED)
    asked = sorted(set(asked_by[parts.fit].tolist()) - {""})
    return Slices(count=parts.sides.slices, asked_by=tuple(asked), without=both.first, difference=both.difference)


def _level_alarm(task: _Task) -> Floats:
    """What anybody would try first: how far the level (RMS) of the farthest channel is from its mean."""
    import numpy as np

    def levels(of: Windows, rows: Index) -> Any:
        blocks = [np.sqrt((block.astype(np.float64) ** 2).mean(axis=1)) for block in of.blocks(rows)]
        return np.concatenate(blocks) if blocks else np.zeros((0, len(of.shape.channels)))

    normal = levels(task.windows, task.parts.fit)
    mean, spread = normal.mean(axis=0), np.maximum(normal.std(axis=0), 1e-12)
    calibration = calibrate(
        np.abs((levels(task.windows, task.parts.held_out) - mean) / spread).max(axis=1), task.request.false_alarms
    )
    return np.asarray(calibration.apply(np.abs((levels(task.frozen, task.known) - mean) / spread).max(axis=1)))


def _rounded(value: float) -> float:
    return float(f"{value:.1g}")


def _origin(rendered: tuple[Rendered, ...]) -> dict[str, Any]:
    losses: Counter[str] = Counter()
    for one in rendered:
        losses.update(one.losses)
    return {
        "captures": tuple(sorted({capture for one in rendered for capture in one.captures})),
        "losses": dict(sorted(losses.items())),
        "clock_half_width_ns": max(one.clock_half_width_ns for one in rendered),
        "farthest_ns": max(one.farthest_ns for one in rendered),
    }


def _named(windows: Windows, column: str) -> tuple[str, ...]:
    return tuple(sorted(set(windows.columns[column].tolist()) - {""}))


def _lots(windows: Windows) -> int:
    pairs = zip(windows.columns["machine"].tolist(), windows.columns["lot"].tolist(), strict=True)
    return len({pair for pair in pairs if pair[1]})
