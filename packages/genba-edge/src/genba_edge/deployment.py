"""A model as it was handed to this machine: what it looks at, and from which score on it asks for help.

The folder comes from elsewhere, so nothing of it is trusted before its form and the model's hash are checked.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from genba_edge.errors import EdgeError

FORMAT, MAJOR = "genba deployment", "1"
CARD_BYTES, MODEL_BYTES = 1 << 20, 1 << 30
WINDOW = 1 << 22  # samples
WINDOW_VALUES = 1 << 26  # of all channels together: 256 MiB

T = TypeVar("T")


@dataclass(frozen=True)
class Deployment:
    """What `genba deploy` wrote; `onnx` is the model itself, already checked against its hash."""

    id: str
    model: str
    machine: str
    stream: str
    channels: tuple[str, ...]
    window: int
    step: int
    rate_hz: float
    threshold: float
    uncertain: tuple[float, float]
    rule: str
    onnx: bytes

    def is_unsure(self, score: float) -> bool:
        """Whether the score lies where the model asks for help; a score that is no number does."""
        return not score < self.uncertain[0] and not score > self.uncertain[1]


def load_deployment(folder: str | Path) -> Deployment:
    """Read and check a folder with deployment.json and the model beside it."""
    folder = Path(folder)
    card = _card(folder / "deployment.json")
    name = _text(card, "onnx")
    if name != Path(name).name or name in ("", ".", "..") or "\\" in name or ":" in name:
        raise EdgeError("deployment_field", field="onnx")
    low, high = _numbers(card, "uncertain", 2)
    window, step = _whole(card, "window"), _whole(card, "step")
    channels = card.get("channels")
    if not isinstance(channels, list) or not channels or not all(isinstance(one, str) and one for one in channels):
        raise EdgeError("deployment_field", field="channels")
    if window * len(channels) > WINDOW_VALUES:
        raise EdgeError("deployment_field", field="channels")
    if _number(card, "rate_hz") < 0:
        raise EdgeError("deployment_field", field="rate_hz")
    if not low <= high:
        raise EdgeError("deployment_field", field="uncertain")
    return Deployment(
        id=_text(card, "id"),
        model=_text(card, "model"),
        machine=_text(card, "machine", may_be_empty=True),
        stream=_text(card, "stream"),
        channels=tuple(channels),
        window=window,
        step=step,
        rate_hz=_number(card, "rate_hz"),
        threshold=_number(card, "threshold"),
        uncertain=(low, high),
        rule=_text(card, "rule"),
        onnx=_model(folder / name, _text(card, "sha256")),
    )


def _card(path: Path) -> Mapping[str, Any]:
    try:
        if path.stat().st_size > CARD_BYTES:
            raise EdgeError("deployment_broken", reason="size")
        card = json.loads(path.read_bytes())
    except OSError as error:
        raise EdgeError("deployment_missing", name=path.name, reason=error.strerror) from error
    except (ValueError, RecursionError) as error:
        raise EdgeError("deployment_broken", reason="json") from error
    if not isinstance(card, dict) or card.get("format") != FORMAT:
        raise EdgeError("deployment_broken", reason="format")
    version = card.get("version")
    if not isinstance(version, str) or version.partition(".")[0] != MAJOR:
        raise EdgeError("deployment_version", version=str(version)[:20])
    return card


def _model(path: Path, sha256: str) -> bytes:
    try:
        if path.stat().st_size > MODEL_BYTES:
            raise EdgeError("deployment_broken", reason="size")
        raw = path.read_bytes()
    except OSError as error:
        raise EdgeError("deployment_missing", name=path.name, reason=error.strerror) from error
    if hashlib.sha256(raw).hexdigest() != sha256:
        raise EdgeError("deployment_hash", name=path.name)
    return raw


def _text(card: Mapping[str, Any], field: str, *, may_be_empty: bool = False) -> str:
    value = card.get(field, "" if may_be_empty else None)
    if not isinstance(value, str) or not (value or may_be_empty):
        raise EdgeError("deployment_field", field=field)
    return value


def _whole(card: Mapping[str, Any], field: str) -> int:
    value = card.get(field)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= WINDOW:
        raise EdgeError("deployment_field", field=field)
    return value


def _number(card: Mapping[str, Any], field: str) -> float:
    return _finite(card.get(field), field)


def _numbers(card: Mapping[str, Any], field: str, count: int) -> tuple[float, ...]:
    values = card.get(field)
    if not isinstance(values, list) or len(values) != count:
        raise EdgeError("deployment_field", field=field)
    return tuple(_finite(value, field) for value in values)


def _finite(value: object, field: str) -> float:
    try:
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
    except OverflowError:  # a whole number beyond all floats
        pass
    raise EdgeError("deployment_field", field=field)
