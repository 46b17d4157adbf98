"""Models and deployments in a store: written whole, read with suspicion, never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from genba.errors import InvalidInput, NotFound
from genba.model.evidence import Evidence
from genba.model.loop import Deployment, Learnt
from genba.storage.files import ProductFolder, long_path

MODEL_FORMAT = "genba-model/1.0"
DEPLOYMENT_FORMAT = "genba-deployment/1.0"
ID_DIGITS = 20
MODEL_FILE = "model.onnx"


class ModelFile(msgspec.Struct, forbid_unknown_fields=True):
    """model.json: the model, the hash of its file, and the evidence."""

    format: str
    model: Learnt
    onnx: str  # SHA-256 of model.onnx
    evidence: Evidence


class DeploymentFile(msgspec.Struct, forbid_unknown_fields=True):
    """deployments/<id>.json."""

    format: str
    deployment: Deployment


def identity(onnx: bytes, options: Mapping[str, Any]) -> str:
    """Name a model by its file and its options."""
    digest = hashlib.sha256(onnx)
    digest.update(msgspec.json.encode(dict(options), order="sorted"))
    return digest.hexdigest()[:ID_DIGITS]


class ModelStore:
    """The folders models/ and deployments/ of a store."""

    def __init__(self, root: Path) -> None:
        """Nothing is made before something is kept."""
        self.root = root

    def models(self) -> tuple[Learnt, ...]:
        """All models, by id."""
        return tuple(self._read(name).model for name in self._names("models", "model.json"))

    def load(self, name: str) -> Learnt:
        """One model."""
        return self._found(name).model

    def evidence(self, name: str) -> Evidence:
        """What its card says."""
        return self._found(name).evidence

    def onnx(self, name: str) -> bytes:
        """A model's file, if it is the one that was kept."""
        kept = self._found(name)
        path = long_path(self.root / "models" / name / MODEL_FILE)
        try:
            data = path.read_bytes()
        except OSError:
            data = b""
        if hashlib.sha256(data).hexdigest() != kept.onnx:
            raise InvalidInput("learn.broken_file", path=f"{name}/{MODEL_FILE}", reason="SHA-256")
        return data

    def keep(self, model: Learnt, onnx: bytes, evidence: Evidence, cards: Mapping[str, bytes]) -> None:
        """Write a model's folder, model.json last: without it there is no model."""
        folder = ProductFolder(self.root / "models" / model.id)
        folder.put(MODEL_FILE, onnx)
        for name, card in cards.items():
            folder.put(name, card)
        file = ModelFile(format=MODEL_FORMAT, model=model, onnx=hashlib.sha256(onnx).hexdigest(), evidence=evidence)
        folder.put("model.json", _written(file))

    def deployments(self) -> tuple[Deployment, ...]:
        """All deployments, by id."""
        folder = long_path(self.root / "deployments")
        if not folder.is_dir():
            return ()
        found = []
        for path in sorted(folder.glob("*.json")):
            try:
                file = msgspec.json.decode(path.read_bytes(), type=DeploymentFile)
            except (OSError, msgspec.MsgspecError, UnicodeError, RecursionError) as error:
                raise _broken(f"deployments/{path.name}", error) from None
            if file.deployment.id != path.stem:
                raise InvalidInput("learn.broken_file", path=f"deployments/{path.name}", reason="id")
            found.append(file.deployment)
        return tuple(found)

    def keep_deployment(self, deployment: Deployment) -> None:
        """Write that a model was handed over."""
        file = DeploymentFile(format=DEPLOYMENT_FORMAT, deployment=deployment)
        ProductFolder(self.root / "deployments").put(f"{deployment.id}.json", _written(file))

    def _found(self, name: str) -> ModelFile:
        names = self._names("models", "model.json")
        if name not in names:
            raise NotFound("learn.no_such_model", name=name, known=", ".join(names) or "–")
        return self._read(name)

    def _names(self, folder: str, file: str) -> tuple[str, ...]:
        path = long_path(self.root / folder)
        if not path.is_dir():
            return ()
        return tuple(sorted(one.name for one in path.iterdir() if (one / file).is_file()))

    def _read(self, name: str) -> ModelFile:
        path = long_path(self.root / "models" / name / "model.json")
        try:
            found = msgspec.json.decode(path.read_bytes(), type=ModelFile)
        except (OSError, msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise _broken(f"models/{name}/model.json", error) from None
        if found.model.id != name or not found.format.startswith("genba-model/1."):
            raise InvalidInput("learn.broken_file", path=f"models/{name}/model.json", reason="id, format")
        return found


def _written(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=1) + b"\n"


def _broken(path: str, error: Exception) -> InvalidInput:
    return InvalidInput("learn.broken_file", path=path, reason=type(error).__name__)
