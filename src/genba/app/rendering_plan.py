"""What was asked of a dataset, understood and checked, and what was made of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from genba.errors import InvalidInput

KINDS = ("lerobot", "mcap", "windows", "parquet")
# How LeRobot keeps pictures: JPEG in video, PNG in video, PNG in the table.
WAYS = {"lerobot": ("video", "lossless", "images")}
READINGS = ("nearest", "previous", "linear", "lowpass")
DEFAULT_RATE = Fraction(30)
DEFAULT_WINDOW = 1024
LARGEST_WINDOW = 1 << 20
HIGHEST_RATE_HZ = 1_000_000
_RATE = re.compile(r"(?P<rate>[0-9]{1,7}(\.[0-9]{1,6})?(/[0-9]{1,7})?)(:(?P<how>[a-z]+))?")
_WINDOW = re.compile(r"(?P<window>[0-9]{1,7})(/(?P<step>[0-9]{1,7}))?")
_FEATURE = re.compile(r"[A-Za-z0-9_.\-]{1,120}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A dataset to make, its options understood."""

    kind: str
    way: str = ""
    streams: tuple[tuple[str, str], ...] = ()  # a stream and what it is called in the dataset
    rate_hz: Fraction | None = None
    reading: str = "nearest"
    window: int = DEFAULT_WINDOW
    step: int = DEFAULT_WINDOW

    def options(self) -> dict[str, str]:
        """Say in words what the dataset depends on, besides the captures."""
        found = {"kind": f"{self.kind}:{self.way}" if self.way else self.kind}
        if self.streams:
            found["streams"] = " ".join(f"{stream}={name}" if name else stream for stream, name in self.streams)
        if self.rate_hz is not None:
            found["rate_hz"] = str(self.rate_hz)
            found["reading"] = self.reading
        if self.kind == "windows":
            found["window"], found["step"] = str(self.window), str(self.step)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a kind of dataset came out as; `tables` are its Parquet files for those who describe them."""

    samples: int
    farthest_ns: int = 0
    half_width_ns: int = 0
    tables: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[tuple[str, str], ...] = ()  # a stream or capture and the code of the reason
    amounts: Mapping[str, int] = field(default_factory=dict)  # episodes, labelled windows …


def plan(kind: str, *, streams: Sequence[str] = (), rate: str = "", window: str = "") -> Plan:
    """Understand the options; raises InvalidInput where one says nothing."""
    name, _, way = kind.partition(":")
    if name not in KINDS or (way and way not in WAYS.get(name, ())):
        known = list(KINDS) + [f"{name}:{way}" for name, ways in WAYS.items() for way in ways[1:]]
        raise InvalidInput("render.unknown_kind", name=kind[:40], known=", ".join(known))
    rate_hz, reading = _rate(rate) if rate else (DEFAULT_RATE if name == "lerobot" else None, "nearest")
    length, step = _window(window) if window else (DEFAULT_WINDOW, DEFAULT_WINDOW)
    return Plan(
        kind=name,
        way=way or WAYS.get(name, ("",))[0],
        streams=tuple(_stream(item) for item in dict.fromkeys(streams)),
        rate_hz=rate_hz,
        reading=reading,
        window=length,
        step=step,
    )


def _rate(text: str) -> tuple[Fraction, str]:
    found = _RATE.fullmatch(text)
    try:
        rate = Fraction(0) if found is None else _fraction(found["rate"])
    except ZeroDivisionError:
        rate = Fraction(0)
    reading = (found["how"] if found else "") or "nearest"
    if not 0 < rate <= HIGHEST_RATE_HZ or reading not in READINGS:
        raise InvalidInput("render.bad_rate", text=text[:40], known=", ".join(READINGS))
    return rate, reading


def _fraction(text: str) -> Fraction:
    """Read 30, 29.97 or 30000/1001."""
    above, _, below = text.partition("/")
    return Fraction(above) / Fraction(below or "1")


def _window(text: str) -> tuple[int, int]:
    found = _WINDOW.fullmatch(text)
    length = int(found["window"]) if found else 0
    step = int(found["step"]) if found and found["step"] else length
    if not (8 <= length <= LARGEST_WINDOW and 1 <= step <= LARGEST_WINDOW):
        raise InvalidInput("render.bad_window", text=text[:40], largest=LARGEST_WINDOW)
    return length, step


def _stream(text: str) -> tuple[str, str]:
    stream, equals, name = text.partition("=")
    if not stream or (equals and _FEATURE.fullmatch(name) is None):
        raise InvalidInput("render.bad_stream", text=text[:80])
    return stream, name
