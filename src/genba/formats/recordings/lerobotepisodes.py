"""The episodes of a LeRobot dataset: where their frames lie in tables and videos, and what is said of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from genba.formats.recordings.lerobot import Info, path_of

if TYPE_CHECKING:
    import pyarrow as pa

    from genba.model.signals import Times

MOST_EPISODES = 1 << 20
BATCH_ROWS = 1 << 12
DERIVED = ("stats/", "meta/")  # of the frames, and of where this table itself lies
NEEDED = ("episode_index", "dataset_from_index", "dataset_to_index")
_NUMBER = re.compile(r"([0-9]+)")


@dataclass(frozen=True, slots=True)
class Stretch:
    """An episode's frames in a video file, and in the dataset."""

    from_s: float
    first: int
    last: int  # one past the end
    episode: int


class Episodes:
    """The rows of meta/episodes, in the order of their numbers; empty where there are none."""

    def __init__(self, table: pa.Table | None) -> None:
        """Take the table with the columns of `NEEDED`."""
        import pyarrow as pa

        rows = table if table is not None else pa.table({name: pa.array([], pa.int64()) for name in NEEDED})
        self.table = rows.sort_by("episode_index") if len(rows) else rows
        self.number = self._whole("episode_index")
        self.first = self._whole("dataset_from_index")
        self.last = self._whole("dataset_to_index")

    @property
    def frames(self) -> int:
        """How many frames the dataset has by its episodes."""
        return int(self.last.max()) if len(self.last) else 0

    def texts(self) -> Iterator[bytes]:
        """Give what is said of each episode as JSON; statistics, which the frames tell, are left out."""
        wanted = [name for name in self.table.column_names if not name.startswith(DERIVED)]
        for batch in self.table.select(wanted).to_batches(max_chunksize=BATCH_ROWS):
            for row in batch.to_pylist():
                yield msgspec.json.encode(row, enc_hook=str)

    def data_files(self, root: Path, info: Info) -> list[str]:
        """Name the tables of frames: as the episodes say, then what else lies there."""
        named = [path_of(info.data_path, *pair) for pair in self._pairs("data")]
        return list(dict.fromkeys([*filter(None, named), *there(root, "data", "*.parquet")]))

    def video_files(self, info: Info, key: str) -> dict[tuple[int, int], list[Stretch]]:
        """Give the video files of a feature in their order, with the episodes that lie in each."""
        prefix = f"videos/{key}"
        if f"{prefix}/from_timestamp" not in self.table.column_names:
            return {}
        begin = self.table.column(f"{prefix}/from_timestamp").to_pylist()
        found: dict[tuple[int, int], list[Stretch]] = {}
        for at, pair in enumerate(self._pairs(prefix, every=True)):
            if pair is not None and begin[at] is not None:
                place = Stretch(float(begin[at]), int(self.first[at]), int(self.last[at]), int(self.number[at]))
                found.setdefault(pair, []).append(place)
        return found

    def _whole(self, name: str) -> Times:
        import numpy as np

        return np.asarray(self.table.column(name).to_numpy(), np.int64)

    def _pairs(self, prefix: str, *, every: bool = False) -> list[Any]:
        names = (f"{prefix}/chunk_index", f"{prefix}/file_index")
        if not set(names) <= set(self.table.column_names):
            return []
        rows = zip(*(self.table.column(name).to_pylist() for name in names), strict=True)
        whole = [pair if all(isinstance(n, int) and 0 <= n < 1 << 30 for n in pair) else None for pair in rows]
        return whole if every else list(dict.fromkeys(pair for pair in whole if pair is not None))


def there(root: Path, folder: str, pattern: str) -> Iterator[str]:
    """Name the files below a folder of the dataset, 2 before 10."""
    found = [path.relative_to(root).as_posix() for path in (root / folder).rglob(pattern) if path.is_file()]
    yield from sorted(found, key=lambda name: [(int(p), "") if p.isdecimal() else (0, p) for p in _NUMBER.split(name)])


def episodes_of(root: Path) -> tuple[Episodes, list[str]]:
    """Read the table of episodes, and name those of its files that cannot be read."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    tables: list[pa.Table] = []
    broken: list[str] = []
    for name in there(root, "meta/episodes", "*.parquet"):
        try:
            with (root / name).open("rb") as file:
                found = pq.ParquetFile(file)
                wanted = [column for column in found.schema_arrow.names if not column.startswith(DERIVED)]
                rows = found.metadata.num_rows
                if not set(NEEDED) <= set(wanted) or rows + sum(map(len, tables)) > MOST_EPISODES:
                    broken.append(name)
                    continue
                table = found.read(columns=wanted, use_threads=False)
                table.validate(full=True)
            if any(not pa.types.is_integer(table.schema.field(one).type) for one in NEEDED):
                broken.append(name)
            elif rows:
                stated = [table.column(one).is_valid() for one in NEEDED]
                tables.append(table.filter(pc.and_(pc.and_(stated[0], stated[1]), stated[2])))
        except (pa.ArrowException, OSError, OverflowError, UnicodeDecodeError):
            broken.append(name)
    if not tables:
        return Episodes(None), broken
    both = [name for name in tables[0].column_names if all(name in table.column_names for table in tables)]
    try:
        return Episodes(pa.concat_tables([table.select(both) for table in tables])), broken
    except pa.ArrowException:
        return Episodes(tables[0]), [*broken, "meta/episodes"]


def tasks_of(root: Path) -> dict[int, str]:
    """Read the texts of the tasks by their numbers; empty where the file is missing or says something else."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with (root / "meta/tasks.parquet").open("rb") as file:
            table = pq.ParquetFile(file).read(use_threads=False)
            table.validate(full=True)
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        return {}
    text = next((name for name in table.column_names if name != "task_index"), "")
    if not text or "task_index" not in table.column_names:
        return {}
    rows = zip(table.column("task_index").to_pylist(), table.column(text).to_pylist(), strict=True)
    return {number: task for number, task in rows if isinstance(number, int) and isinstance(task, str)}
