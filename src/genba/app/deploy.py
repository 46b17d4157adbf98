"""Hand a promoted model to an edge folder: the file first, then the page that names it, each replaced whole."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import msgspec

from genba.app.loop import write_report
from genba.errors import Conflict, InvalidInput, NotFound
from genba.model.loop import Deployment, Learnt
from genba.storage.files import ProductFolder, long_path
from genba.storage.models import ID_DIGITS, MODEL_FILE, ModelStore

FORMAT, VERSION = "genba deployment", "1.0"
RULE = "uncertain"
DEPLOYMENT_FILE = "deployment.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployRequest:
    """Which model goes where; without `model` the one that no other promoted model has beaten."""

    store: Path
    to: Path
    model: str = ""
    machine: str = ""
    lang: str = "ja"  # of the store's report


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """What was handed over, and what it took the place of."""

    deployment: Deployment
    model: Learnt
    to: str
    replaced: str  # the id of the deployment that was there before

    @property
    def exit_status(self) -> int:
        """Always 0: what cannot be deployed is refused."""
        return 0


def deploy(request: DeployRequest) -> Deployed:
    """Write model.onnx and deployment.json; an edge that reads in between sees a hash that does not fit, and waits."""
    store = ModelStore(request.store)
    model = _chosen(store, request.model)
    if not model.promoted:
        raise Conflict("deploy.not_promoted", name=model.id)
    onnx = store.onnx(model.id)
    target, root = long_path(request.to.absolute()).resolve(), long_path(request.store.absolute()).resolve()
    if target == root or root in target.parents:
        raise Conflict("deploy.inside_store")
    replaced = _there(request.to)
    deployment = Deployment(
        id=hashlib.sha256(msgspec.json.encode([model.id, request.machine])).hexdigest()[:ID_DIGITS],
        model=model.id,
        machine=request.machine,
    )
    folder = ProductFolder(request.to)
    folder.put(MODEL_FILE, onnx)
    folder.put(DEPLOYMENT_FILE, page(deployment, model, hashlib.sha256(onnx).hexdigest()))
    store.keep_deployment(deployment)
    write_report(request.store, request.lang)
    return Deployed(
        deployment=deployment,
        model=model,
        to=str(request.to),
        replaced=replaced if replaced != deployment.id else "",
    )


def page(deployment: Deployment, model: Learnt, sha256: str) -> bytes:
    """What an edge needs to know to run the model (docs/en/learning.md)."""
    data = {
        "format": FORMAT,
        "version": VERSION,
        "id": deployment.id,
        "model": model.id,
        "machine": deployment.machine,
        "onnx": MODEL_FILE,
        "sha256": sha256,
        "stream": model.stream,
        "channels": list(model.channels),
        "window": model.window,
        "step": model.step,
        "rate_hz": model.rate_hz,
        "threshold": model.threshold,
        "uncertain": list(model.uncertain),
        "rule": RULE,
    }
    return msgspec.json.format(msgspec.json.encode(data), indent=1) + b"\n"


def _chosen(store: ModelStore, name: str) -> Learnt:
    if name:
        return store.load(name)
    promoted = [model for model in store.models() if model.promoted]
    beaten = {model.rival for model in promoted}
    left = [model for model in promoted if model.id not in beaten]
    if not left:
        raise NotFound("deploy.none_promoted")
    if len(left) > 1:
        raise InvalidInput("deploy.name_model", known=", ".join(model.id for model in left))
    return left[0]


def _there(folder: Path) -> str:
    """The id of what lies in the folder; refuses to write over a file of that name that is something else."""
    path = long_path(folder / DEPLOYMENT_FILE)
    if not path.exists():
        return ""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=dict[str, object])
    except (OSError, msgspec.MsgspecError, UnicodeError, RecursionError):
        found = {}
    if found.get("format") != FORMAT:
        raise Conflict("deploy.foreign_file", file=DEPLOYMENT_FILE)
    return str(found.get("id", ""))[:ID_DIGITS]
