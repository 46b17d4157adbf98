"""Numbered streams of every usual kind of counter, with losses whose truth the numbers and times can tell."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from genba.model.signals import Block, Stream

    Numbers = NDArray[np.int64]

GUARD = 400  # samples between two losses: what lies closer, nobody could take apart
LEAST = 1500  # before the first: a reader has to see a rhythm
LATEST_S, LATEST_SAMPLES = 1.5, 40  # a copy comes no later: whoever sends again has not got it all in memory


@dataclass(frozen=True, slots=True)
class NumberedStream:
    """A stream as it was received, and what happened to it."""

    stream: Stream
    blocks: list[Block]
    losses: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Counter:
    """How a device numbers its samples."""

    modulus: int  # 0: none
    is_stated: bool
    start: int


def numbered_streams(seed: int, count: int) -> Iterator[NumberedStream]:
    """So many streams, each with its own rate, counter, jitter and losses."""
    for number in range(count):
        yield _stream(random.Random(f"{seed}/losses/{number}"), f"stream-{number}")


def _stream(rng: random.Random, name: str) -> NumberedStream:
    import numpy as np

    from genba.model.signals import Channel, Stream

    rate_hz = rng.choice((10.0, 50.0, 100.0, 250.0, 1000.0, 6400.0, 20_000.0))
    counter = _counter(rng)
    total = rng.randrange(8_000, 16_000)
    period = 1e9 / rate_hz
    noise = np.random.default_rng(rng.randrange(1 << 32))
    numbers = np.arange(total, dtype=np.int64) + counter.start
    jitter = rng.choice((0.0, 0.02, 0.1))
    times = rng.randrange(1 << 40) + np.rint(np.arange(total) * period).astype(np.int64)
    times += np.rint(noise.normal(0, jitter * period, total).clip(-0.3 * period, 0.3 * period)).astype(np.int64)
    latest = max(int(LATEST_S * rate_hz), LATEST_SAMPLES)
    received, losses = _received(rng, numbers, times, counter, latest)
    numbers = np.concatenate([piece[0] for piece in received])
    if counter.modulus:
        numbers %= counter.modulus
    times = np.concatenate([piece[1] for piece in received])
    properties = {"sequence_modulus": str(counter.modulus)} if counter.is_stated else {}
    stream = Stream(
        id=name,
        channels=(Channel(name="value", dtype="<i2", kind="vibration"),),
        clock="device",
        rate_hz=rate_hz,
        properties=properties,
    )
    return NumberedStream(stream, _blocks(rng, stream.id, numbers, times, noise), losses)


def _counter(rng: random.Random) -> Counter:
    modulus = rng.choice((0, 0, 1 << 8, 1 << 12, 1 << 16, 1 << 16, 1 << 24, 1 << 32))
    is_stated = modulus > 0 and rng.random() < 0.6
    start = rng.choice((0, 1, rng.randrange(modulus or 1 << 40)))
    if modulus and not is_stated and modulus < 1 << 16:
        start = 0  # an unstated end is known by the largest number before it
    return Counter(modulus, is_stated, start)


def _received(
    rng: random.Random, numbers: Numbers, times: Numbers, counter: Counter, latest: int
) -> tuple[list[tuple[Numbers, Numbers]], list[dict[str, Any]]]:
    """Cut the stream into what arrived, loss by loss."""
    pieces: list[tuple[Numbers, Numbers]] = []
    losses: list[dict[str, Any]] = []
    at, shift = 0, 0
    has_reset = False
    while True:
        start = at + rng.randrange(LEAST if not at else GUARD, LEAST + GUARD)
        length = rng.choice((1, 2, rng.randrange(1, 40), rng.randrange(1, 300)))
        if counter.modulus and not counter.is_stated:
            length = min(length, counter.modulus // 4)
        kind = rng.choice(("drop", "drop", "drop", "duplicate", "reorder", "reset"))
        behind = rng.randrange(1, 120)
        if kind == "duplicate":
            length, behind = min(length, latest // 2), min(behind, latest // 2)
        if start + length + behind + LEAST > len(numbers):
            break
        keep = slice(at, start)
        pieces.append((numbers[keep], times[keep]))
        lost = slice(start, start + length)
        after = slice(start + length, start + length + behind)
        if kind == "reset" and (has_reset or 0 < counter.modulus < 1 << 16):
            kind = "drop"  # a small counter that begins anew looks like one that went on
        told = {"kind": kind, "count": length, "first_ns": int(times[start]), "last_ns": int(times[start + length - 1])}
        if kind == "duplicate":
            pieces += [(numbers[piece], times[piece]) for piece in (lost, after, lost)]
        elif kind == "reorder":
            pieces += [(numbers[piece], times[piece]) for piece in (after, lost)]
        elif kind == "reset":
            has_reset = True
            shift = int(times[start + length]) - rng.randrange(10**9) if rng.random() < 0.5 else 0
            numbers = _restarted(numbers, start + length, rng.randrange(2))
            times = _shifted(times, start + length, shift)
            told |= {"count": 0, "first_ns": int(times[start - 1]), "last_ns": int(times[start + length])}
        losses.append(told)
        at = start + length + (behind if kind in ("duplicate", "reorder") else 0)
    pieces.append((numbers[at:], times[at:]))
    return pieces, losses


def _restarted(numbers: Numbers, at: int, first: int) -> Numbers:
    """Numbers that begin anew at a sample."""
    import numpy as np

    return np.concatenate([numbers[:at], np.arange(len(numbers) - at, dtype=np.int64) + first])


def _shifted(times: Numbers, at: int, shift: int) -> Numbers:
    """Times of a clock that was set back at a sample."""
    import numpy as np

    return np.concatenate([times[:at], times[at:] - shift])


def _blocks(rng: random.Random, stream: str, numbers: Numbers, times: Numbers, noise: Any) -> list[Block]:
    from genba.model.signals import Block

    values = noise.integers(-2000, 2000, len(numbers)).astype("<i2")
    blocks, at = [], 0
    while at < len(numbers):
        end = at + rng.choice((rng.randrange(1, 50), 500, 4096, 20_000))
        cut = slice(at, end)
        blocks.append(Block(stream=stream, device_ns=times[cut], values=(values[cut],), sequence=numbers[cut]))
        at = end
    return blocks
