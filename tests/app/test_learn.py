"""From windows to a model, its card and an edge folder, and back: what is promoted, what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from jsonschema import Draft202012Validator

from genba.app.deploy import DeployRequest, deploy
from genba.app.learn import LearnRequest, learn
from genba.app.learning_sides import cut, refuse_leaks
from genba.errors import Conflict, InvalidInput, NotFound
from genba.storage.models import ModelStore
from genba.storage.windows import frozen_sets, load_dataset, load_frozen
from tests.window_datasets import WINDOW, keep, lot_values, usual

SCHEMAS = Path(__file__).resolve().parents[2] / "src" / "genba" / "schemas"
SHARE = "0.35"


@pytest.fixture(scope="module")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one dataset and the model that was learnt from it and deployed."""
    store: Path = tmp_path_factory.mktemp("learn") / "store"
    keep(store, usual())
    outcome = learn(LearnRequest(store=store, detector="sub_pca", frozen=SHARE))
    assert outcome.model.promoted and outcome.exit_status == 0
    deploy(DeployRequest(store=store, to=store.parent / "edge", machine="M1"))
    return store


def copied(store: Path, to: Path) -> Path:
    import shutil

    shutil.copytree(store, to)
    return to


def test_the_card_says_what_was_learnt_from_and_how_it_was_judged(learnt: Path) -> None:
    store = ModelStore(learnt)
    model = store.models()[0]
    sides = store.evidence(model.id).sides
    windows = load_dataset(learnt, model.datasets[0])
    assert sides.fitted + sides.held_out + sides.frozen + sides.faults + sides.purged == len(windows)
    assert (sides.frozen_faults, sides.fault_groups, sides.normal_groups) == (144, 6, 11)
    for lang, words in (("ja", "固定セット"), ("en", "frozen set")):
        card = (learnt / "models" / model.id / f"card.{lang}.md").read_text(encoding="utf-8")
        assert words in card and model.frozen in card and "&#39;" not in card
    auroc = next(one for one in model.metrics if one.name == "auroc")
    assert 0.5 < auroc.low < auroc.value < auroc.high <= 1


def test_written_files_follow_their_schemas(learnt: Path) -> None:
    model = ModelStore(learnt).models()[0].id
    (deployment,) = (learnt / "deployments").glob("*.json")
    for schema, path in (("model", learnt / "models" / model / "model.json"), ("deployment", deployment)):
        Draft202012Validator(json.loads((SCHEMAS / f"{schema}.json").read_text(encoding="utf-8"))).validate(
            json.loads(path.read_text(encoding="utf-8"))
        )


def test_the_same_input_gives_the_same_bytes(learnt: Path, tmp_path: Path) -> None:
    keep(tmp_path, usual())
    model = learn(LearnRequest(store=tmp_path, detector="sub_pca", frozen=SHARE)).model.id
    for name in ("model.onnx", "model.json", "card.ja.md", "card.en.md"):
        assert (tmp_path / "models" / model / name).read_bytes() == (learnt / "models" / model / name).read_bytes()


def test_the_edge_folder_gives_the_models_scores(learnt: Path) -> None:
    edge = learnt.parent / "edge"
    page = json.loads((edge / "deployment.json").read_text(encoding="utf-8"))
    assert (page["format"], page["machine"], page["rule"]) == ("genba deployment", "M1", "uncertain")
    session = onnxruntime.InferenceSession((edge / page["onnx"]).read_bytes(), providers=["CPUExecutionProvider"])
    normal, faulty = lot_values(77, 60), lot_values(78, 60, fault=6.0)
    scores = [session.run(["score"], {"windows": values})[0] for values in (normal, faulty)]
    assert scores[0].shape == (60,)
    assert (scores[0] >= page["threshold"]).mean() < 0.1 < 0.9 < (scores[1] >= page["threshold"]).mean()


def test_the_edge_program_runs_what_was_deployed(learnt: Path) -> None:
    edge = pytest.importorskip("genba_edge.deployment")
    runner = pytest.importorskip("genba_edge.model_runner")
    deployment = edge.load_deployment(learnt.parent / "edge")
    assert deployment.window == WINDOW
    assert runner.Model(deployment).scores(lot_values(79, 5)).shape == (5,)


def test_windows_of_the_frozen_set_are_never_learnt_from_again(learnt: Path, tmp_path: Path) -> None:
    store = copied(learnt, tmp_path / "store")
    (name,) = frozen_sets(store)
    frozen = load_frozen(store, name)
    # The same samples once more, under another capture, other lots and other times.
    again = keep(store, [(f"X{lot}", label, size) for lot, label, size in usual()], began_ns=10**18 + 1, machine="M9")
    windows = load_dataset(store, again)
    parts = cut(windows, frozen, assume_normal=False)
    used = np.concatenate([parts.fit, parts.held_out])
    assert used.max() < len(windows) - len(frozen)
    with pytest.raises(Conflict, match=r"learn\.leak"):
        refuse_leaks(windows, np.arange(len(windows)), frozen)
    learn(LearnRequest(store=store, datasets=(again,), detector="sub_pca"))
    assert frozen_sets(store) == (name,)


def test_a_model_that_is_no_better_than_the_deployed_one_is_kept_but_not_promoted(learnt: Path, tmp_path: Path) -> None:
    store = copied(learnt, tmp_path / "store")
    rival = ModelStore(store).models()[0]
    outcome = learn(LearnRequest(store=store, detector="isolation_forest"))
    assert (outcome.model.rival, outcome.model.promoted, outcome.exit_status) == (rival.id, False, 1)
    assert outcome.evidence.decision == "learn.not_better"
    assert [one.name for one in outcome.model.rival_metrics] == [one.name for one in rival.metrics]
    with pytest.raises(Conflict, match=r"deploy\.not_promoted"):
        deploy(DeployRequest(store=store, to=tmp_path / "edge", model=outcome.model.id))


def test_a_better_model_takes_the_place_of_the_deployed_one(tmp_path: Path) -> None:
    store = tmp_path / "store"
    keep(store, usual(fault=2.0))
    first = learn(LearnRequest(store=store, detector="isolation_forest", frozen=SHARE)).model
    deploy(DeployRequest(store=store, to=tmp_path / "edge"))
    second = learn(LearnRequest(store=store, detector="sub_pca")).model
    assert second.promoted and second.rival == first.id and second.frozen == first.frozen
    done = deploy(DeployRequest(store=store, to=tmp_path / "edge"))
    assert done.model.id == second.id and done.replaced
    assert json.loads((tmp_path / "edge" / "deployment.json").read_text(encoding="utf-8"))["model"] == second.id
    assert len(ModelStore(store).deployments()) == 2


def test_what_the_slices_that_came_back_bought_is_told(learnt: Path, tmp_path: Path) -> None:
    store = copied(learnt, tmp_path / "store")
    model = ModelStore(store).models()[0].id
    keep(store, [(f"S{n}", "normal", 0.0) for n in range(6)], seed=5, asked_by=model, began_ns=1_790_000_000 * 10**9)
    outcome = learn(LearnRequest(store=store, detector="sub_pca"))
    slices = outcome.evidence.slices
    assert slices is not None
    assert (slices.count, slices.asked_by) == (144, (model,))
    assert [one.name for one in slices.difference] == [one.name for one in slices.without]
    assert len(outcome.model.datasets) == 2


def test_slices_never_enter_a_frozen_set(tmp_path: Path) -> None:
    keep(tmp_path, usual())
    keep(tmp_path, [(f"S{n}", "normal", 0.0) for n in range(6)], seed=5, asked_by="m", began_ns=1_790_000_000 * 10**9)
    outcome = learn(LearnRequest(store=tmp_path, detector="pca", frozen=SHARE))
    frozen = load_frozen(tmp_path, outcome.model.frozen)
    assert set(frozen.columns["asked_by"].tolist()) == {""}


def test_too_few_faults_are_said_plainly_and_nothing_is_promoted(tmp_path: Path) -> None:
    lots = [(f"L{n:02}", "normal", 0.0) for n in range(19)] + [("L19", "bearing", 3.0)]
    keep(tmp_path, lots, per_lot=16)
    outcome = learn(LearnRequest(store=tmp_path, detector="pca", false_alarms=0.05))
    assert outcome.evidence.decision == "learn.too_few_labels"
    assert outcome.model.metrics and not outcome.model.promoted
    with pytest.raises(NotFound, match=r"deploy\.none_promoted"):
        deploy(DeployRequest(store=tmp_path, to=tmp_path / "edge"))


def test_unlabelled_windows_are_normal_only_if_somebody_says_so(tmp_path: Path) -> None:
    keep(tmp_path, [(lot, "" if label == "normal" else label, size) for lot, label, size in usual()])
    with pytest.raises(InvalidInput, match=r"learn\.too_few_normal"):
        learn(LearnRequest(store=tmp_path, frozen=SHARE))
    assert not frozen_sets(tmp_path)
    outcome = learn(LearnRequest(store=tmp_path, detector="sub_pca", frozen=SHARE, assume_normal=True))
    assert outcome.model.promoted
    card = (tmp_path / outcome.folder / "card.en.md").read_text(encoding="utf-8")
    assert "taken for normal" in card


def test_a_frozen_set_that_was_changed_is_refused(learnt: Path, tmp_path: Path) -> None:
    store = copied(learnt, tmp_path / "store")
    path = store / "frozen" / frozen_sets(store)[0] / "values.npy"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(Conflict, match=r"learn\.frozen_changed"):
        learn(LearnRequest(store=store, detector="pca"))


@pytest.mark.parametrize("name", ["windows/values.npy", "windows/windows.parquet", "windows/windows.json"])
def test_a_broken_dataset_is_refused_by_name(learnt: Path, tmp_path: Path, name: str) -> None:
    store = copied(learnt, tmp_path / "store")
    dataset = ModelStore(store).models()[0].datasets[0]
    path = store / "datasets" / dataset / name
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(InvalidInput, match=r"learn\.broken_file"):
        learn(LearnRequest(store=store, datasets=(dataset,)))


def test_a_changed_model_file_is_not_deployed(learnt: Path, tmp_path: Path) -> None:
    store = copied(learnt, tmp_path / "store")
    model = ModelStore(store).models()[0].id
    with (store / "models" / model / "model.onnx").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(InvalidInput, match=r"learn\.broken_file"):
        deploy(DeployRequest(store=store, to=tmp_path / "edge"))
    assert not (tmp_path / "edge").exists()


def test_nothing_foreign_is_overwritten_at_the_edge(learnt: Path, tmp_path: Path) -> None:
    (tmp_path / "deployment.json").write_text('{"mine": 1}', encoding="utf-8")
    with pytest.raises(Conflict, match=r"deploy\.foreign_file"):
        deploy(DeployRequest(store=learnt, to=tmp_path))
    with pytest.raises(Conflict, match=r"deploy\.inside_store"):
        deploy(DeployRequest(store=learnt, to=learnt / "models"))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"detector": "magic"}, "learn.unknown_detector"),
        ({"false_alarms": 0.7}, "learn.bad_rate"),
        ({"false_alarms": 0.001}, "learn.too_few_for_rate"),
        ({"frozen": "1.5"}, "learn.bad_share"),
        ({"frozen": "a" * 20}, "learn.no_such_frozen"),
        ({"deployed": "b" * 20}, "learn.no_such_model"),
        ({"datasets": ("c" * 20,)}, "render.no_such_dataset"),
    ],
)
def test_misuse_is_refused_with_what_to_do(learnt: Path, changes: dict[str, object], code: str) -> None:
    with pytest.raises((InvalidInput, NotFound)) as refusal:
        learn(LearnRequest(store=learnt, **changes))  # type: ignore[arg-type]
    assert refusal.value.code == code


def test_every_lot_with_a_fault_is_kept_for_judging_and_the_same_stretch_is_learnt_from_once(tmp_path: Path) -> None:
    lots = [("L00", "crack", 3.0), *usual()[1:]]
    keep(tmp_path, lots)
    first = load_dataset(tmp_path, keep(tmp_path, lots, per_lot=24, level=1.0))
    keep(tmp_path, lots[:12], per_lot=24)  # the same capture rendered once more, shorter
    outcome = learn(LearnRequest(store=tmp_path, detector="sub_pca", frozen=SHARE))
    frozen = load_frozen(tmp_path, outcome.model.frozen)
    assert "L00" in frozen.columns["lot"] and "L01" not in frozen.columns["lot"]
    sides = outcome.evidence.sides
    assert sides.copies == 11 * 24
    assert sides.fitted + sides.held_out + sides.frozen + sides.purged == len(first)


def test_with_few_lots_intervals_are_over_blocks_of_time_and_the_card_says_so(tmp_path: Path) -> None:
    lots = [(f"L{n}", "bearing" if n in (2, 5) else "normal", 3.0 if n in (2, 5) else 0.0) for n in range(8)]
    keep(tmp_path, lots, per_lot=60)
    outcome = learn(LearnRequest(store=tmp_path, detector="sub_pca", false_alarms=0.02))
    sides = outcome.evidence.sides
    assert (sides.unit, outcome.model.promoted) == ("block", True)
    assert min(sides.fault_groups, sides.normal_groups) >= 5
    assert "not for others" in (tmp_path / outcome.folder / "card.en.md").read_text(encoding="utf-8")
