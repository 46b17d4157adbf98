"""capture.json and timebase.json, format 1.0: written from the model and read back with no field unknown."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from genba.errors import InvalidInput
from genba.model.clock import Timebase
from genba.model.signals import Capture

CAPTURE = "genba-capture/1.0"
TIMEBASE = "genba-timebase/1.0"
STORE = "genba-signals/1.0"
LARGEST_JSON_BYTES = 1 << 30
_T = TypeVar("_T")


def encode(value: Capture | Timebase, name: str) -> bytes:
    """Write a model object with its format first."""
    data = {"format": name, **msgspec.to_builtins(value)}
    refusals = data.get("refusals", ())
    for model in (*data.get("models", ()), *(model for refusal in refusals for model in refusal["candidates"])):
        # JSON has no infinity: evidence of that kind is none.
        model["evidence"] = {key: item for key, item in model["evidence"].items() if math.isfinite(item)}
    for refusal in refusals:
        refusal["details"] = {key: _said(item) for key, item in refusal["details"].items()}
    return msgspec.json.format(msgspec.json.encode(data), indent=1) + b"\n"


def _said(value: str | int | float) -> str | int | float:
    """Keep a sentence's places filled where a figure of it is none."""
    return "–" if isinstance(value, float) and not math.isfinite(value) else value


def encode_store() -> bytes:
    """Write what stands at the top of a store."""
    return msgspec.json.format(msgspec.json.encode({"format": STORE}), indent=1) + b"\n"


def read(path: Path, name: str, shape: type[_T]) -> _T:
    """Read a file of ours; raises InvalidInput where it is newer, damaged or has fields that the format lacks."""
    try:
        if path.stat().st_size > LARGEST_JSON_BYTES:
            raise InvalidInput("store.broken_file", path=path.name, reason="too large")
        data: dict[str, Any] = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
        _refuse_newer(data.pop("format", ""), name, path.name)
        _refuse_unknown(data, shape, path.name)
        return msgspec.convert(data, shape)
    except (OSError, msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise InvalidInput("store.broken_file", path=path.name, reason=type(error).__name__) from None


def read_store(path: Path) -> None:
    """Look at what stands at the top of a store; raises InvalidInput where it is not one of ours."""
    try:
        data: dict[str, Any] = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise InvalidInput("store.broken_file", path=path.name, reason=type(error).__name__) from None
    _refuse_newer(data.get("format", ""), STORE, path.name)


def _refuse_newer(found: object, known: str, path: str) -> None:
    kind, _, version = known.partition("/")
    if not isinstance(found, str) or not found.startswith(f"{kind}/"):
        raise InvalidInput("store.broken_file", path=path, reason="format")
    if found.partition("/")[2] != version:
        raise InvalidInput("store.newer_format", path=path, found=found[:40], known=known)


def _refuse_unknown(data: dict[str, Any], shape: type[Any], path: str) -> None:
    if not data.keys() <= shape.__dataclass_fields__.keys():
        raise InvalidInput("store.broken_file", path=path, reason="unknown field")
