import io
import json
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from genba.storage.files import ProductFolder
from genba.writers.signals import lerobot_stats as stats
from genba.writers.signals.lerobot import LONGEST_S, Episode, Feature, LeRobotWriter

STATE = Feature(key="observation.state", dtype="float32", shape=(6,), names=tuple("abcdef"))
TIME = Feature(key="genba.time_ns", dtype="int64", shape=(1,))


def rows(count: int, seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {
        "observation.state": rng.normal(size=(count, 6)).astype(np.float32),
        "genba.time_ns": 1_700_000_000_000_000_000 + np.arange(count) * 33_333_333,
    }


def dataset(folder: Path, *, fps: Fraction = Fraction(30)) -> LeRobotWriter:
    writer = LeRobotWriter(ProductFolder(folder).stream, [STATE, TIME], fps=fps, robot="MC-07")
    for number, (count, task) in enumerate([(40, "pick"), (25, "place"), (60, "pick")]):
        writer.add(Episode(length=count, task=task, values=rows(count, number), about={"lot": f"L{number}"}))
    writer.close()
    return writer


def test_frames_tasks_and_episodes_refer_to_each_other(tmp_path: Path) -> None:
    dataset(tmp_path)
    info = json.loads((tmp_path / "meta/info.json").read_text())
    frames = pq.read_table(tmp_path / "data/chunk-000/file-000.parquet", use_threads=False)
    episodes = pq.read_table(tmp_path / "meta/episodes/chunk-000/file-000.parquet", use_threads=False).to_pylist()
    tasks = pq.read_table(tmp_path / "meta/tasks.parquet", use_threads=False).to_pylist()
    assert info["codebase_version"] == "v3.0" and info["fps"] == 30 and info["robot_type"] == "MC-07"
    assert (info["total_frames"], info["total_episodes"], info["total_tasks"]) == (125, 3, 2)
    assert [row["__index_level_0__"] for row in tasks] == ["pick", "place"]
    assert frames["index"].to_pylist() == list(range(125))
    assert [(e["dataset_from_index"], e["dataset_to_index"]) for e in episodes] == [(0, 40), (40, 65), (65, 125)]
    assert frames["task_index"].to_pylist() == [0] * 40 + [1] * 25 + [0] * 60
    assert frames["frame_index"].to_pylist() == [*range(40), *range(25), *range(60)]
    assert [e["genba/lot"] for e in episodes] == ["L0", "L1", "L2"]
    assert set(info["features"]) == set(frames.column_names)


def test_vectors_are_fixed_lists_described_for_hugging_face_datasets(tmp_path: Path) -> None:
    dataset(tmp_path)
    schema = pq.read_schema(tmp_path / "data/chunk-000/file-000.parquet")
    described = json.loads(schema.metadata[b"huggingface"])["info"]["features"]
    assert str(schema.field("observation.state").type) == "fixed_size_list<element: float>[6]"
    assert described["observation.state"]["length"] == 6
    assert list(described) == schema.names
    frames = pq.read_table(tmp_path / "data/chunk-000/file-000.parquet", use_threads=False)
    assert np.array_equal(
        np.array(frames["observation.state"].to_pylist()[:40], np.float32), rows(40)["observation.state"]
    )


@given(st.fractions(min_value=Fraction(1, 10), max_value=1000, max_denominator=1001))
@settings(max_examples=25)
def test_times_are_those_of_the_rate_within_what_loaders_bear(rate: Fraction) -> None:
    files: dict[str, bytes] = {}

    @contextmanager
    def keep(path: str):  # type: ignore[no-untyped-def]
        stream = io.BytesIO()
        yield stream
        files[path] = stream.getvalue()

    count = int(LONGEST_S * rate) if rate < 5 else 200
    writer = LeRobotWriter(keep, [STATE, TIME], fps=rate)
    writer.add(Episode(length=max(count, 1), task="t", values=rows(max(count, 1))))
    writer.close()
    table = pq.read_table(io.BytesIO(files["data/chunk-000/file-000.parquet"]), use_threads=False)
    wanted = np.arange(len(table)) / float(rate)
    assert np.abs(np.array(table["timestamp"].to_pylist()) - wanted).max() < 1e-4


def test_an_episode_longer_than_single_precision_bears_is_refused(tmp_path: Path) -> None:
    writer = LeRobotWriter(ProductFolder(tmp_path).stream, [STATE, TIME], fps=Fraction(1))
    with pytest.raises(ValueError, match="1000 s"):
        writer.add(Episode(length=LONGEST_S + 1, task="t", values=rows(LONGEST_S + 1)))


@given(arrays(np.float32, st.tuples(st.integers(1, 60), st.integers(1, 4)), elements=st.floats(-1e6, 1e6, width=32)))
@settings(max_examples=40)
def test_statistics_are_those_of_numpy(values: np.ndarray) -> None:
    found = stats.of_numbers(values)
    wide = values.astype(np.float64)
    assert np.allclose(found["mean"], wide.mean(axis=0)) and np.allclose(found["std"], wide.std(axis=0))
    for name, quantile in zip(stats.NAMES, stats.QUANTILES, strict=True):
        assert np.allclose(found[name], np.quantile(wide, quantile, axis=0))


def test_statistics_of_all_are_those_of_the_whole_but_for_quantiles() -> None:
    values = np.random.default_rng(5).normal(size=(100, 3))
    together = stats.put_together([stats.of_numbers(values[:30]), stats.of_numbers(values[30:])])
    whole = stats.of_numbers(values)
    for name in ("min", "max", "mean", "std", "count"):
        assert np.allclose(together[name], whole[name])


def test_what_is_no_number_does_not_reach_the_descriptions(tmp_path: Path) -> None:
    writer = LeRobotWriter(ProductFolder(tmp_path).stream, [STATE, TIME], fps=Fraction(30))
    values = rows(10)
    values["observation.state"][3, 2] = np.nan
    writer.add(Episode(length=10, task="t", values=values))
    writer.close()
    assert "NaN" not in (tmp_path / "meta/stats.json").read_text()


def test_the_same_frames_give_the_same_bytes(tmp_path: Path) -> None:
    dataset(tmp_path / "a")
    dataset(tmp_path / "b")
    names = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*") if path.is_file())
    assert names and all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in names)
