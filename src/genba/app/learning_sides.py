"""Decides which windows a model may learn from, on which its threshold is set, and on which it is judged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from genba.errors import Conflict, InvalidInput
from genba.learning import sharing, splitting
from genba.learning.evaluation import Truth
from genba.learning.windows import Windows
from genba.model.evidence import Sides
from genba.storage import windows as stored

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Index = NDArray[np.int64]
    Mask = NDArray[np.bool_]

FROZEN_SHARE = 0.3
HELD_OUT_SHARE = 0.25


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cut:
    """Rows of the windows that learning uses; none of them shares anything with the frozen set."""

    fit: Index
    held_out: Index
    slices: Mask  # of all windows: those that a deployed model asked about
    sides: Sides


def frozen_for(store: Path, windows: Windows, asked: str) -> tuple[str, Windows]:
    """The frozen set that was asked for or that fits, else one of the latest lots, to be kept when a model is."""
    fitting = [name for name in stored.frozen_sets(store) if stored.load_frozen(store, name).shape.fits(windows.shape)]
    share = _share(asked)
    if asked and share is None:
        found = stored.load_frozen(store, asked)
        if not found.shape.fits(windows.shape):
            raise Conflict("learn.other_windows", first=found.shape.stream, other=windows.shape.stream)
        return asked, found
    if len(fitting) == 1:
        return fitting[0], stored.load_frozen(store, fitting[0])
    if fitting:
        raise InvalidInput("learn.name_frozen", known=", ".join(fitting))
    made = _latest(windows, FROZEN_SHARE if share is None else share)
    return stored.frozen_name(made), made


def _share(asked: str) -> float | None:
    try:
        share = float(asked)
    except ValueError:
        return None
    # An id may be all digits: it is a share only between 0 and 1.
    if len(asked) == stored.ID_DIGITS:
        return None
    if not 0 < share < 1:
        raise InvalidInput("learn.bad_share", value=asked)
    return share


def _latest(windows: Windows, share: float) -> Windows:
    """The last lots of each machine and every lot with a fault: nothing is learnt from faults, all are worth a test.

    Slices that came back stay out: they are no sample of what a machine does.
    """
    import numpy as np

    of = (windows.columns["asked_by"] == "") & ~splitting.copies(windows)
    grouped = splitting.groups(windows)
    with_fault = of & np.isin(grouped, grouped[of & windows.is_fault()])
    late = splitting.later_part(windows, of & ~with_fault, grouped, share)
    chosen = np.flatnonzero(late | with_fault)
    if not late.any():
        raise InvalidInput("learn.too_few_groups")
    return Windows(
        shape=windows.shape,
        parts=(windows.values(chosen),),
        columns={name: column[chosen] for name, column in windows.columns.items()},
    )


def cut(windows: Windows, frozen: Windows, *, assume_normal: bool) -> Cut:
    """Take what is normal, whole and far enough from the frozen set; the later part of it sets the threshold."""
    import numpy as np

    every = np.ones(len(frozen), bool)
    asked = np.ones(len(windows), bool)
    apart = ~splitting.same_lot(windows, frozen, every) & ~splitting.near(windows, asked, frozen, every)
    itself = _is_in(windows, frozen)
    rows = np.flatnonzero(apart)
    apart[rows[sharing.sharing(windows, rows, frozen, np.arange(len(frozen)))]] = False
    copied = splitting.copies(windows)
    apart &= ~copied
    whole = windows.columns["lost"] == 0
    normal = windows.is_normal(assume=assume_normal)
    usable = apart & whole & normal
    slices = windows.columns["asked_by"] != ""
    grouped = splitting.groups(windows)
    held = splitting.later_part(windows, usable & ~slices, grouped, HELD_OUT_SHARE)
    fit = usable & ~held & ~splitting.same_lot(windows, windows, held)
    close = splitting.near(windows, fit, windows, held)
    fit &= ~close
    fitted, held_out = np.flatnonzero(fit), np.flatnonzero(held)
    refuse_leaks(windows, np.concatenate([fitted, held_out]), frozen)
    fault = windows.is_fault()
    sides = Sides(
        fitted=len(fitted),
        held_out=len(held_out),
        frozen=len(frozen),
        purged=int((~apart & ~itself & ~copied).sum()) + int((usable & ~held & ~fit).sum()),
        lost=int((apart & ~whole).sum()),
        unlabelled=0 if assume_normal else int((apart & whole & (windows.columns["label"] == "")).sum()),
        faults=int((apart & whole & fault).sum()),
        slices=int((fit & slices).sum()),
        copies=int((copied & ~itself).sum()),
    )
    return Cut(fit=fitted, held_out=held_out, slices=slices, sides=sides)


def _is_in(windows: Windows, frozen: Windows) -> Mask:
    """Which windows are windows of the frozen set themselves."""
    import numpy as np

    def keys(of: Windows) -> list[tuple[str, str, int]]:
        columns = (of.columns[name].tolist() for name in ("capture", "stream", "first_ns"))
        return list(zip(*columns, strict=True))

    there = set(keys(frozen))
    return np.array([key in there for key in keys(windows)], bool)


def refuse_leaks(windows: Windows, used: Index, frozen: Windows) -> None:
    """Stop before anything is learnt where a window shares time, lot or samples with the frozen set."""
    import numpy as np

    mask = np.zeros(len(windows), bool)
    mask[used] = True
    every = np.ones(len(frozen), bool)
    shared = splitting.near(windows, mask, frozen, every) | (mask & splitting.same_lot(windows, frozen, every))
    count = int(shared.sum()) + int(sharing.sharing(windows, used, frozen, np.arange(len(frozen))).sum())
    if count:
        raise Conflict("learn.leak", count=count)


def truth_of(frozen: Windows, *, assume_normal: bool) -> tuple[Index, Truth]:
    """The frozen windows whose label is known, and what is known of them."""
    import numpy as np

    fault = frozen.is_fault()
    finite = np.concatenate([np.isfinite(block).all(axis=(1, 2)) for block in frozen.blocks(np.arange(len(frozen)))])
    known = np.flatnonzero((fault | frozen.is_normal(assume=assume_normal)) & finite)
    groups, order = splitting.groups(frozen), splitting.in_time(frozen)
    by_lot = Truth.of_groups(fault[known], groups[known])
    if not by_lot:
        groups = splitting.groups(frozen, by_lot=False)
    columns = frozen.columns
    episode = np.full(len(frozen), -1, np.int64)
    number = -1
    before: tuple[str, ...] = ()
    for row in order.tolist():
        here = tuple(str(columns[name][row]) for name in ("machine", "capture", "stream", "label"))
        if fault[row]:
            number += here != before
            episode[row] = number
        before = here if fault[row] else ()
    truth = Truth(
        fault=fault[known],
        group=groups[known],
        unit="lot" if by_lot else "block",
        episode=episode[known],
        begins_s=columns["first_ns"][known] / 1e9,
        ends_s=columns["last_ns"][known] / 1e9,
    )
    return known, truth


def told(sides: Sides, frozen: Windows, truth: Truth) -> Sides:
    """Add what the frozen set holds."""
    return replace(
        sides,
        frozen_faults=int(truth.fault.sum()),
        frozen_unknown=len(frozen) - len(truth.fault),
        fault_groups=truth.fault_groups,
        normal_groups=truth.normal_groups,
        unit=truth.unit,
    )
