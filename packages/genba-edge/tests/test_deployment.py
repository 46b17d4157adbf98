"""A deployed model comes from elsewhere: nothing of it is used before it was checked."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from genba_edge.deployment import load_deployment
from genba_edge.errors import EdgeError
from genba_edge.wording import WORDS

MODEL = b"not a graph, but these very bytes"
CARD: dict[str, Any] = {
    "format": "genba deployment",
    "version": "1.0",
    "id": "d" * 20,
    "model": "a" * 20,
    "machine": "MC-07",
    "onnx": "model.onnx",
    "sha256": hashlib.sha256(MODEL).hexdigest(),
    "stream": "spindle/vibration",
    "channels": ["x", "y"],
    "window": 256,
    "step": 128,
    "rate_hz": 6400.0,
    "threshold": 1.0,
    "uncertain": [0.8, 1.2],
    "rule": "uncertain",
}


def folder(path: Path, **changes: Any) -> Path:
    path.mkdir(exist_ok=True)
    (path / "model.onnx").write_bytes(MODEL)
    card = {name: value for name, value in (CARD | changes).items() if value is not ...}
    (path / "deployment.json").write_text(json.dumps(card), encoding="utf-8")
    return path


def test_a_deployment_is_what_its_card_says(tmp_path: Path) -> None:
    deployment = load_deployment(folder(tmp_path))
    assert deployment.onnx == MODEL
    assert (deployment.channels, deployment.window, deployment.uncertain) == (("x", "y"), 256, (0.8, 1.2))


def test_a_newer_card_of_the_same_major_version_may_say_more(tmp_path: Path) -> None:
    assert load_deployment(folder(tmp_path, version="1.7", colour="blue")).id == "d" * 20


def test_a_model_that_is_not_the_one_deployed_is_not_used(tmp_path: Path) -> None:
    (folder(tmp_path) / "model.onnx").write_bytes(MODEL + b"!")
    assert refused(tmp_path) == "deployment_hash"


@pytest.mark.parametrize(
    "name", ["../model.onnx", "/etc/passwd", "a/b.onnx", "..\\model.onnx", "c:model.onnx", "..", ""]
)
def test_a_model_outside_the_folder_is_not_read(tmp_path: Path, name: str) -> None:
    assert refused(folder(tmp_path, onnx=name)) == "deployment_field"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("window", 0), ("window", 1 << 40), ("step", 1.5), ("step", True), ("channels", []), ("channels", "x"),
        ("uncertain", [1.2, 0.8]), ("uncertain", [1]), ("threshold", None), ("rate_hz", "fast"), ("stream", ""),
        ("model", ...), ("rule", ...), ("sha256", 5), ("threshold", 10**400), ("rate_hz", -1.0),
    ],
)  # fmt: skip
def test_a_card_with_a_wrong_field_is_refused_by_name(tmp_path: Path, field: str, value: Any) -> None:
    with pytest.raises(EdgeError) as refusal:
        load_deployment(folder(tmp_path, **{field: value}))
    assert (refusal.value.code, refusal.value.details) == ("deployment_field", {"field": field})


def test_a_window_that_no_machine_has_memory_for_is_refused(tmp_path: Path) -> None:
    path = folder(tmp_path, window=1 << 22, channels=[f"x{place}" for place in range(20)])
    assert refused(path) == "deployment_field"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "deployment_broken"), ("[]", "deployment_broken"), ("[" * 100_000, "deployment_broken"),
        ('{"format": "other"}', "deployment_broken"),
        ('{"format": "genba deployment", "version": "2.0"}', "deployment_version"),
    ],
)  # fmt: skip
def test_what_is_no_card_is_refused(tmp_path: Path, text: str, code: str) -> None:
    (folder(tmp_path) / "deployment.json").write_text(text, encoding="utf-8")
    assert refused(tmp_path) == code


def test_a_folder_without_a_deployment_is_said_to_have_none(tmp_path: Path) -> None:
    assert refused(tmp_path) == "deployment_missing"


def test_a_score_is_unsure_within_the_band_and_where_it_is_no_number(tmp_path: Path) -> None:
    deployment = load_deployment(folder(tmp_path))
    assert [deployment.is_unsure(score) for score in (0.7, 0.8, 1.2, 1.3, float("nan"))] == [
        False,
        True,
        True,
        False,
        True,
    ]


def refused(path: Path) -> str:
    with pytest.raises(EdgeError) as refusal:
        load_deployment(path)
    assert refusal.value.code in WORDS
    return refusal.value.code
