"""Cuts windows into sides so that nothing leaks: whole lots, time order kept, a gap of a window's length between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from genba.learning.windows import WALL_NS, Windows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Index = NDArray[np.int64]
    Mask = NDArray[np.bool_]
    Array = NDArray[Any]

# Windows of a block where no lot says what belongs together: several windows' lengths, so that neighbouring blocks
# have little to do with each other.
BLOCK_LENGTHS = 4
SMALLEST_BLOCK = 8


def groups(windows: Windows, *, by_lot: bool = True) -> Index:
    """Number the groups that stay together, in order of time: lots of a machine, else blocks of time of a capture.

    A fault's run of windows is never cut in two; without `by_lot` there are blocks alone, and they cut both.
    """
    import numpy as np

    columns = windows.columns
    order = in_time(windows)
    fault = windows.is_fault()
    size = max(SMALLEST_BLOCK, BLOCK_LENGTHS * -(-windows.shape.window // max(windows.shape.step, 1)))
    numbers: dict[tuple[str, ...], int] = {}
    found = np.zeros(len(windows), np.int64)
    filled, last_place, last_label, block = 0, ("", "", ""), "", 0
    for row in order.tolist():
        machine, lot, label = columns["machine"][row], columns["lot"][row], columns["label"][row]
        if lot and by_lot:
            found[row] = numbers.setdefault((machine, lot), len(numbers))
            continue
        place = (machine, columns["capture"][row], columns["stream"][row])
        is_run = by_lot and bool(fault[row]) and label == last_label
        if place != last_place or (filled >= size and not is_run):
            block, filled = block + 1, 0
        filled, last_place, last_label = filled + 1, place, label
        found[row] = numbers.setdefault((*place, str(block)), len(numbers))
    return found


def copies(windows: Windows) -> Mask:
    """Windows that another one stands for: the same stretch of a capture, rendered twice; a labelled one stays."""
    import numpy as np

    columns = windows.columns
    names = ("capture", "stream", "first_ns", "last_ns")
    kept: dict[tuple[object, ...], int] = {}
    for row, key in enumerate(zip(*(columns[name].tolist() for name in names), strict=True)):
        before = kept.get(key)
        if before is None or columns["label"][row] or not columns["label"][before]:
            kept[key] = row
    found = np.ones(len(windows), bool)
    found[list(kept.values())] = False
    return found


def in_time(windows: Windows) -> Index:
    """The order of windows: by machine, then by time where clocks tell the time of day, else as captures came."""
    import numpy as np

    columns = windows.columns
    first = columns["first_ns"]
    # Times of clocks that begin at zero say nothing about which capture came first: those keep their places.
    captures, where, which = np.unique(columns["capture"], return_index=True, return_inverse=True)
    is_wall = np.array([bool((first[which == one] >= WALL_NS).all()) for one in range(len(captures))], bool)
    began = np.array([int(first[which == one].min()) if is_wall[one] else 0 for one in range(len(captures))], np.int64)
    capture_order = np.lexsort((where, began))
    rank = np.empty(len(captures), np.int64)
    rank[capture_order] = np.arange(len(captures))
    machine = np.unique(columns["machine"], return_inverse=True)[1]
    if is_wall.all():
        return np.lexsort((columns["stream"], first, machine)).astype(np.int64)
    return np.lexsort((columns["stream"], first, rank[which], machine)).astype(np.int64)


def later_part(windows: Windows, of: Mask, grouped: Index, share: float) -> Mask:
    """The last groups of each machine, together about `share` of its windows; the first group always stays out."""
    import numpy as np

    order = in_time(windows)
    machine = windows.columns["machine"]
    chosen = np.zeros(len(windows), bool)
    for name in np.unique(machine[of]):
        rows = order[(machine[order] == name) & of[order]]
        # A group's place is where it begins; groups of one machine may overlap, as lots on two spindles do.
        numbers, begins, counts = np.unique(grouped[rows], return_index=True, return_counts=True)
        by_time = numbers[np.argsort(begins, kind="stable")]
        sizes = counts[np.argsort(begins, kind="stable")]
        before = np.cumsum(sizes) - sizes
        late = before >= (1 - share) * sizes.sum()
        late[:1] = False
        if share > 0 and len(late) > 1:
            late[-1] = True
        chosen |= of & (machine == name) & np.isin(grouped, by_time[late])
    return chosen


def near(windows: Windows, asked: Mask, others: Windows, which: Mask) -> Mask:
    """Which of `asked` come within a window's length of one of the others, on the same capture or machine and time."""
    import numpy as np

    found = np.zeros(len(windows), bool)
    mine, theirs = _places(windows), _places(others)
    span = windows.columns["last_ns"] - windows.columns["first_ns"]
    gap = int(span.max()) if len(span) else 0
    for ours, its in zip(mine, theirs, strict=True):
        for place in np.intersect1d(ours[asked], its[which]):
            if not place:
                continue
            rows = np.flatnonzero(asked & (ours == place))
            there = np.flatnonzero(which & (its == place))
            there = there[np.argsort(others.columns["first_ns"][there], kind="stable")]
            first = others.columns["first_ns"][there]
            latest = np.maximum.accumulate(others.columns["last_ns"][there])
            before = np.searchsorted(first, windows.columns["last_ns"][rows] + gap, "right")
            touches = before > 0
            touches &= latest[np.maximum(before - 1, 0)] >= windows.columns["first_ns"][rows] - gap
            found[rows[touches]] = True
    return found


def same_lot(windows: Windows, others: Windows, which: Mask) -> Mask:
    """Which windows are of a lot that the others have too."""
    import numpy as np

    lots = np.unique(_lots(others)[which])
    return np.asarray(np.isin(_lots(windows), lots[lots != ""]), bool)


def _lots(windows: Windows) -> Array:
    import numpy as np

    columns = windows.columns
    return np.array(
        [f"{m}\0{lot}" if lot else "" for m, lot in zip(columns["machine"], columns["lot"], strict=True)], object
    ).astype(str)


def _places(windows: Windows) -> tuple[Array, Array]:
    """Names of places where equal times mean equal moments: a capture's stream; a machine's stream in Unix time."""
    import numpy as np

    columns = windows.columns
    rows = list(zip(columns["capture"], columns["machine"], columns["stream"], columns["first_ns"], strict=True))
    captures = np.array([f"{capture}\0{stream}" for capture, _, stream, _ in rows], object).astype(str)
    machines = np.array(
        [f"{machine}\0{stream}" if machine and first >= WALL_NS else "" for _, machine, stream, first in rows], object
    ).astype(str)
    return captures, machines
