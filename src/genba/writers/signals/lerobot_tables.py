"""The Parquet tables of a LeRobot dataset as its loader, Hugging Face datasets and pandas expect them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

if TYPE_CHECKING:
    import pyarrow as pa

INDEX = "__index_level_0__"  # pandas' name of an index that has none; LeRobot looks tasks up by it


class Column(Protocol):
    """What a table has to know of a feature."""

    @property
    def key(self) -> str: ...
    @property
    def dtype(self) -> str: ...
    @property
    def shape(self) -> tuple[int, ...]: ...


def frame_schema(features: Sequence[Column]) -> pa.Schema:
    """Give the schema of the frames, with the description that Hugging Face datasets read."""
    import pyarrow as pa

    columns: list[pa.Field] = []
    described: dict[str, Any] = {}
    for item in features:
        if item.dtype == "video":
            continue
        if item.dtype == "image":
            columns.append(pa.field(item.key, pa.struct([("bytes", pa.binary()), ("path", pa.string())])))
            described[item.key] = {"_type": "Image"}
            continue
        inner = pa.float32() if item.dtype == "float32" else pa.int64()
        value = {"dtype": item.dtype, "_type": "Value"}
        if item.shape == (1,):
            columns.append(pa.field(item.key, inner))
            described[item.key] = value
        else:
            columns.append(pa.field(item.key, pa.list_(inner, item.shape[0])))
            described[item.key] = {"feature": value, "length": item.shape[0], "_type": "Sequence"}
    columns.append(pa.field("timestamp", pa.float32()))
    described["timestamp"] = {"dtype": "float32", "_type": "Value"}
    for name in ("frame_index", "episode_index", "index", "task_index"):
        columns.append(pa.field(name, pa.int64()))
        described[name] = {"dtype": "int64", "_type": "Value"}
    about = msgspec.json.encode({"info": {"features": described}})
    return pa.schema(columns, metadata={"huggingface": about})


def array_of(values: Any, kind: pa.DataType) -> pa.Array:
    """Make a column: numbers, fixed lists of numbers, or encoded pictures."""
    import numpy as np
    import pyarrow as pa

    if pa.types.is_struct(kind):
        return pa.array([{"bytes": data, "path": None} for data in values], kind)
    if pa.types.is_fixed_size_list(kind):
        dtype = np.float32 if kind.value_type == pa.float32() else np.int64
        flat = np.ascontiguousarray(values, dtype).reshape(-1)
        return pa.FixedSizeListArray.from_arrays(pa.array(flat), kind.list_size)
    dtype = np.float32 if kind == pa.float32() else np.int64
    return pa.array(np.ascontiguousarray(values, dtype).reshape(-1))


def episode_table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Put the episodes into a table; statistics are lists of the shape that they have."""
    import pyarrow as pa

    columns: dict[str, pa.Array] = {}
    for name in rows[0] if rows else ():
        plain = [row[name].tolist() if hasattr(row[name], "tolist") else row[name] for row in rows]
        columns[name] = pa.array(plain, _kind(name, plain[0]))
    return pa.table(columns)


def _kind(name: str, value: Any) -> pa.DataType:
    import pyarrow as pa

    if name == "tasks":
        return pa.list_(pa.string())
    if isinstance(value, list):
        return pa.list_(_kind("", value[0]) if value else pa.float64())
    if isinstance(value, str):
        return pa.string()
    return pa.float64() if isinstance(value, float) else pa.int64()


def task_table(tasks: Mapping[str, int]) -> pa.Table:
    """Put the tasks into the table that pandas reads with the task as its index."""
    import pyarrow as pa

    about = {
        "index_columns": [INDEX],
        "column_indexes": [
            {
                "name": None,
                "field_name": None,
                "pandas_type": "unicode",
                "numpy_type": "object",
                "metadata": {"encoding": "UTF-8"},
            }
        ],
        "columns": [
            {
                "name": "task_index",
                "field_name": "task_index",
                "pandas_type": "int64",
                "numpy_type": "int64",
                "metadata": None,
            },
            {"name": None, "field_name": INDEX, "pandas_type": "unicode", "numpy_type": "object", "metadata": None},
        ],
        "creator": {"library": "pyarrow", "version": "18.0.0"},
        "pandas_version": "2.2.0",
    }
    schema = pa.schema(
        [("task_index", pa.int64()), (INDEX, pa.string())], metadata={"pandas": msgspec.json.encode(about)}
    )
    return pa.table({"task_index": list(tasks.values()), INDEX: list(tasks)}, schema=schema)
