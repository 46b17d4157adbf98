"""Windows in a store: those of rendered datasets, and the frozen sets that models are judged on and never see."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from tokenize import TokenError
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from genba.errors import Conflict, InvalidInput, NotFound
from genba.learning.windows import COLUMNS, WHOLE, Shape, Windows
from genba.storage.files import ProductFolder, long_path
from genba.storage.rendered import RenderedStore
from genba.writers.signals import windows as written

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

T = TypeVar("T")

FORMAT = "genba-frozen/1.0"
ID_DIGITS = 20
MOST_CHANNELS, MOST_SAMPLES = 10_000, 1 << 24
_FOLDER = "windows"
_BLOCK = 256  # windows looked through at a time


class WindowsFile(msgspec.Struct):
    """windows.json: what all windows of a dataset have in common; more fields may stand there."""

    channels: list[str]
    rate_hz: float
    window: int
    step: int
    stream: str
    units: list[str] = []


def load_dataset(store: Path, dataset: str) -> Windows:
    """Open a dataset's windows; values stay on the disk until they are asked for."""
    folder = RenderedStore(store).folder(dataset) / _FOLDER
    if not (folder / "windows.json").is_file():
        raise InvalidInput("learn.not_windows", name=dataset)
    return _load(folder)


def frozen_sets(store: Path) -> tuple[str, ...]:
    """The ids of frozen sets."""
    folder = long_path(store / "frozen")
    if not folder.is_dir():
        return ()
    return tuple(sorted(one.name for one in folder.iterdir() if (one / "windows.json").is_file()))


def load_frozen(store: Path, name: str) -> Windows:
    """Open a frozen set and prove that it is the one that its name says."""
    if name not in frozen_sets(store):
        raise NotFound("learn.no_such_frozen", name=name, known=", ".join(frozen_sets(store)) or "–")
    found = _load(store / "frozen" / name)
    if frozen_name(found) != name:
        raise Conflict("learn.frozen_changed", name=name)
    return found


def keep_frozen(store: Path, windows: Windows) -> str:
    """Keep windows as a frozen set; its name is a hash of their values and of what is known of them."""
    import numpy as np

    name = frozen_name(windows)
    if name in frozen_sets(store):
        return name
    folder = ProductFolder(store / "frozen" / name)
    shape = (len(windows), windows.shape.window, len(windows.shape.channels))
    with folder.stream("values.npy") as stream:
        written.write_values(stream, shape, windows.blocks(np.arange(len(windows))))
    with folder.stream("windows.parquet") as stream:
        written.write_table(stream, {name: column.tolist() for name, column in windows.columns.items()})
    about = {"format": FORMAT, **_about(windows.shape)}
    folder.put("windows.json", msgspec.json.format(msgspec.json.encode(about), indent=1) + b"\n")
    return name


def _about(shape: Shape) -> dict[str, object]:
    return {
        "stream": shape.stream,
        "channels": shape.channels,
        "units": shape.units,
        "rate_hz": shape.rate_hz,
        "window": shape.window,
        "step": shape.step,
    }


def frozen_name(windows: Windows) -> str:
    """Name a set by a hash of its values and of what is known of them."""
    import numpy as np

    digest = hashlib.sha256(msgspec.json.encode(_about(windows.shape)))
    rows = [windows.columns[name].tolist() for name in COLUMNS if name != "window"]
    digest.update(msgspec.json.encode(rows))
    for block in windows.blocks(np.arange(len(windows))):
        digest.update(np.ascontiguousarray(block, "<f4").data.cast("B"))
    return digest.hexdigest()[:ID_DIGITS]


def _load(folder: Path) -> Windows:
    """Read values.npy (mapped), windows.parquet and windows.json, and refuse what does not fit together."""
    import numpy as np

    about = _decoded(folder / "windows.json", WindowsFile)
    is_sane = 0 < about.window <= MOST_SAMPLES and 0 < len(about.channels) <= MOST_CHANNELS and about.step > 0
    if not is_sane or not 0 <= about.rate_hz < 1e12:
        raise _broken(folder / "windows.json", "a size that cannot be")
    columns = _columns(folder / "windows.parquet")
    path = folder / "values.npy"
    try:
        values = np.lib.format.open_memmap(long_path(path), mode="r")  # takes neither archives nor pickled objects
    except (OSError, ValueError, TypeError, OverflowError, SyntaxError, TokenError) as error:
        raise _broken(path, type(error).__name__) from None
    wanted = (len(columns["first_ns"]), about.window, len(about.channels))
    if values.shape != wanted or values.dtype != np.dtype("<f4"):
        raise _broken(path, f"{values.dtype} {values.shape}")
    finite = np.concatenate(
        [np.zeros(0, bool)]
        + [np.isfinite(values[begin : begin + _BLOCK]).all(axis=(1, 2)) for begin in range(0, len(values), _BLOCK)]
    )
    # A window with a value that is no number has lost something, whatever the ledger says.
    columns["lost"] = np.where(finite, columns["lost"], np.maximum(columns["lost"], 1))
    shape = Shape(
        stream=about.stream,
        channels=tuple(about.channels),
        units=tuple(about.units or [""] * len(about.channels)),
        rate_hz=about.rate_hz,
        window=about.window,
        step=about.step,
    )
    return Windows(shape=shape, parts=(values,), columns=columns)


def _columns(path: Path) -> dict[str, Array]:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(io.BytesIO(long_path(path).read_bytes()), use_threads=False)
    except (OSError, pa.ArrowException) as error:
        raise _broken(path, type(error).__name__) from None
    found: dict[str, Array] = {}
    for name in COLUMNS:
        if name not in table.column_names:
            raise _broken(path, name)
        values = table.column(name).to_pylist()
        if name in WHOLE:
            try:
                found[name] = np.array([int(value or 0) for value in values], np.int64)
            except (TypeError, ValueError, OverflowError):
                raise _broken(path, name) from None
        else:
            found[name] = np.array([_text(value) for value in values], object).astype(str)
    return found


def _text(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def _decoded(path: Path, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(long_path(path).read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise _broken(path, type(error).__name__) from None


def _broken(path: Path, reason: str) -> InvalidInput:
    return InvalidInput("learn.broken_file", path=f"{path.parent.name}/{path.name}", reason=reason)
