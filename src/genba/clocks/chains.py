"""Clock models turned round and put one after the other, their variances and margins with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from genba.model.clock import ClockModel

ALWAYS = (-(2**63), 2**63 - 1)


def inverse(model: ClockModel) -> ClockModel:
    """Read the reference's times on the clock; exact to a nanosecond, like the view's way back."""
    away = model.drift / (1.0 + model.drift)
    return replace(
        model,
        clock=model.reference,
        reference=model.clock,
        epoch_ns=model.epoch_ns + model.offset_ns,
        offset_ns=-model.offset_ns,
        drift=-away,
        margin_ns=(model.margin_ns[1], model.margin_ns[0]),
        valid_ns=_forth(model, model.valid_ns),
    )


def inverses(models: Sequence[ClockModel]) -> tuple[ClockModel, ...]:
    """Turn all stretches round; a run of the clock says nothing about the other clock's times."""
    turned = []
    for model in map(inverse, models):
        evidence = {name: value for name, value in model.evidence.items() if name != "run"}
        turned.append(replace(model, evidence=evidence))
    return tuple(turned)


def chained(first: Sequence[ClockModel], second: Sequence[ClockModel]) -> tuple[ClockModel, ...]:
    """Read `first`'s clock on `second`'s reference: one model for each two stretches that overlap."""
    found = []
    for one in first:
        for other in second:
            model = _one_after_other(one, other)
            if model is not None:
                found.append(model)
    return tuple(found)


def _one_after_other(first: ClockModel, second: ClockModel) -> ClockModel | None:
    between = first.epoch_ns + first.offset_ns  # the first's epoch as the clock in between reads it
    away = between - second.epoch_ns
    valid = _common(first.valid_ns, _forth(inverse(first), second.valid_ns))
    if valid[0] > valid[1]:
        return None
    offset, both, drift = second.variance
    moved = (offset + 2 * away * both + away * away * drift, both + away * drift, drift)
    method = "chain"
    if "same" in (first.method, second.method):
        method = second.method if first.method == "same" else first.method
    elif first.method == second.method == "declared":
        method = "declared"
    return ClockModel(
        clock=first.clock,
        reference=second.reference,
        method=method,
        epoch_ns=first.epoch_ns,
        offset_ns=first.offset_ns + second.offset_ns + round(second.drift * away),
        drift=(1.0 + first.drift) * (1.0 + second.drift) - 1.0,
        variance=(
            first.variance[0] + moved[0],
            first.variance[1] + moved[1],
            first.variance[2] + moved[2],
        ),
        margin_ns=(first.margin_ns[0] + second.margin_ns[0], first.margin_ns[1] + second.margin_ns[1]),
        valid_ns=valid,
        evidence=_evidence(first, second),
    )


def _evidence(first: ClockModel, second: ClockModel) -> dict[str, float]:
    """Keep the first's facts and run; of the second only what the first lacks."""
    return {**{name: value for name, value in second.evidence.items() if name != "run"}, **first.evidence}


def _forth(model: ClockModel, span: tuple[int, int]) -> tuple[int, int]:
    """Read a range on the reference in whole numbers; the ends of time stay where they are."""
    return (
        span[0] if span[0] <= ALWAYS[0] else _read(model, span[0]),
        span[1] if span[1] >= ALWAYS[1] else _read(model, span[1]),
    )


def _read(model: ClockModel, time: int) -> int:
    return time + model.offset_ns + round(model.drift * (time - model.epoch_ns))


def _common(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return max(one[0], other[0]), min(one[1], other[1])
