"""Columns of real and generated signals through genba's codecs, beside FLAC, pcodec, MCAP, Parquet and Blosc2."""

from __future__ import annotations

import io
import json
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.generators.vibration import calibrated, vibration
from benchmarks.results import Measure
from benchmarks.tools import ENVIRONMENTS, HERE, Bench

SAMPLES = 1 << 20
FEWEST = 2_000  # a column with fewer says more of headers than of codecs
MOST = 1 << 18  # of a real column, so that the run stays short
READ = {"ide": "endaq", "csv": "nab ur3_cobotops battery_beep", "maccor": "battery_beep", "arbin": "battery_beep"}


@dataclass(frozen=True, slots=True)
class Column:
    """Values with their name, and whether FLAC is the measure for them: integer vibration."""

    name: str
    values: Any
    is_vibration: bool
    is_real: bool


@dataclass(slots=True)
class Sizes:
    """What a group of columns takes raw, with us, and with each peer that can take them all."""

    raw: int = 0
    own: int = 0
    encode_s: float = 0.0
    decode_s: float = 0.0
    wrong: list[str] = field(default_factory=list)
    peers: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    above: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    count: int = 0


def measure(bench: Bench, data: Path | None, seed: int, scale: float) -> list[Measure]:
    """Encode every column with everybody; ours is decoded again and compared bit for bit."""
    columns = list(generated(seed, max(1 << 14, round(SAMPLES * scale))))
    if data is not None:
        columns += real(data / "sensors")
    else:
        print("  real files left out: GENBA_DATA is not set")
    asked = peers_in_their_environment(bench, columns)
    groups: dict[tuple[bool, bool], Sizes] = defaultdict(Sizes)
    for number, column in enumerate(columns):
        add(groups[column.is_vibration, column.is_real], column, {**here(column), **asked.get(str(number), {})})
    found: list[Measure] = []
    for (is_vibration, is_real), sizes in sorted(groups.items(), reverse=True):
        found += measures(sizes, is_vibration=is_vibration, data=_data(is_real, seed))
    return found


def _data(is_real: bool, seed: int) -> str:
    return "real, enDAQ, NAB, hydraulic, UR3, battery cyclers" if is_real else f"generated, seed {seed}"


def generated(seed: int, samples: int) -> Iterator[Column]:
    """Vibration of 16 and 24 bits, and the floats that a logger's software makes of it."""
    for bits in (16, 24):
        for turn in range(2):
            counts = vibration(1_000 * seed + turn, samples, bits)
            yield Column(f"vibration {bits} bits, {turn}", counts, True, False)
            floats = calibrated(counts[: samples // 4], seed + turn)
            yield Column(f"calibrated {bits} bits, {turn}", floats, False, False)
    rng = np.random.default_rng(seed)
    jitter = rng.normal(0, 3_000, samples // 4).astype("<i8")
    yield Column(
        "times, jittered", 1_700_000_000_000_000_000 + np.arange(samples // 4) * 156_250 + jitter, False, False
    )
    yield Column("state", rng.integers(0, 4, samples // 400).repeat(100).astype("|u1"), False, False)


def real(folder: Path) -> Iterator[Column]:
    """Numeric columns of the real recordings as their readers give them, and calibrated as users export them."""
    from genba.formats.recordings.kinds import recording_kind
    from genba.model.signals import Block, Ragged, Stream
    from genba.ports.signals import SignalLimits
    from genba.readers.signals import signal_reader_for
    from genba.storage.files import blob_of

    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        blob = blob_of(path, path.name)
        if path.suffix == ".txt" and path.parent.name == "hydraulic":
            yield Column(f"hydraulic {path.stem}", np.loadtxt(path).reshape(-1)[:MOST], False, True)
            continue
        try:
            kind = recording_kind(blob)
        except Exception:
            continue
        if path.parts[len(folder.parts)] not in READ.get(kind, ""):
            continue
        reader = signal_reader_for(kind)
        streams: dict[str, Stream] = {}
        parts: dict[tuple[str, int], list[Any]] = defaultdict(list)
        for part in reader(blob, SignalLimits()) if reader else ():
            if isinstance(part, Stream):
                streams[part.id] = part
            elif isinstance(part, Block):
                parts[part.stream, -1].append(part.device_ns)
                for number, values in enumerate(part.values):
                    if not isinstance(values, Ragged):
                        parts[part.stream, number].append(values)
        for (stream, number), pieces in parts.items():
            values = np.concatenate(pieces)[:MOST]
            if len(values) < FEWEST or values.ndim > 1 or bool((values == values[0]).all()):
                continue
            if number < 0:
                yield Column(f"{path.name} {stream} times", values, False, True)
                continue
            channel = streams[stream].channels[number]
            is_vibration = kind == "ide" and channel.kind in ("vibration", "acceleration", "velocity")
            yield Column(f"{path.name} {channel.name}", values, is_vibration and values.dtype.kind in "iu", True)
            if is_vibration and len(channel.calibration.coefficients) == 2:
                base, step = channel.calibration.coefficients
                yield Column(f"{path.name} {channel.name} calibrated", values * step + base, False, True)


def add(sizes: Sizes, column: Column, peers: dict[str, int]) -> None:
    """Encode, decode, compare, and set beside the peers."""
    from genba.formats.lossless.columns import pack, unpack

    values = column.values
    begin = time.process_time()
    data = pack(values)
    middle = time.process_time()
    back = unpack(data, values.dtype, values.shape)
    sizes.encode_s += middle - begin
    sizes.decode_s += time.process_time() - middle
    if back.tobytes() != values.tobytes():
        sizes.wrong.append(column.name)
    sizes.raw += values.nbytes
    sizes.own += len(data)
    sizes.count += 1
    for tool, size in peers.items():
        sizes.peers[tool].append(size)
        if len(data) > size:
            sizes.above[tool].append(f"{column.name}: {len(data):,} for {tool}'s {size:,} ({len(data) / size:.3f})")


def here(column: Column) -> dict[str, int]:
    """Sizes of the peers that are installed beside genba."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from mcap.writer import CompressionType, Writer
    from pcodec import ChunkConfig, standalone

    values = column.values
    sink = io.BytesIO()
    pq.write_table(pa.table({"x": values}), sink, compression="zstd")
    log = io.BytesIO()
    writer = Writer(log, compression=CompressionType.ZSTD, chunk_size=1 << 20)
    writer.start()
    channel = writer.register_channel("x", "raw", writer.register_schema("x", "", b""))
    for at in range(0, len(values), 2_048):  # blocks, which is kinder than a message for every sample
        writer.add_message(channel, at, values[at : at + 2_048].tobytes(), at)
    writer.finish()
    config = ChunkConfig(compression_level=8, enable_8_bit=values.dtype.itemsize == 1)
    return {
        "pcodec": len(standalone.simple_compress(values, config)),
        "Parquet+zstd": sink.tell(),
        "MCAP+zstd": log.tell(),
    }


def peers_in_their_environment(bench: Bench, columns: Iterable[Column]) -> dict[str, dict[str, int]]:
    """Sizes of FLAC and Blosc2; none where their environment is not there."""
    folder = bench.environments.get("signals", ENVIRONMENTS / "signals")
    python = folder / ("Scripts/python.exe" if (folder / "Scripts").is_dir() else "bin/python")
    if not python.exists():
        print("  flac, blosc2: not installed (benchmarks/peers-signals.lock)")
        return {}
    scratch = bench.out / "lossless"
    scratch.mkdir(parents=True, exist_ok=True)
    names = []
    for number, column in enumerate(columns):
        names.append(str(scratch / f"{number}.npy"))
        np.save(names[-1], column.values)
    done = bench.call([str(python), str(HERE / "lossless_worker.py")], text=json.dumps(names))
    if done.returncode:
        print(f"  flac, blosc2: {done.stderr.strip().splitlines()[-1:]}")
        return {}
    answer = json.loads(done.stdout.strip().splitlines()[-1])
    return {
        number: {tool: one["size"] for tool, one in found.items() if "size" in one} for number, found in answer.items()
    }


def measures(sizes: Sizes, *, is_vibration: bool, data: str) -> list[Measure]:
    """Sizes as factors of the peer that is asked for, ratios beside all, speeds of ours."""
    rival = "flac" if is_vibration else "pcodec"
    complete = {tool: sum(found) for tool, found in sizes.peers.items() if len(found) == sizes.count}
    ratios = {tool: sizes.raw / size for tool, size in complete.items()}
    identical = 1 - len(sizes.wrong) / sizes.count
    kind = "vibration" if is_vibration else "rest"
    found = [
        Measure(bar="lossless.identical", value=identical, data=data, count=sizes.count, misses=sizes.wrong),
        Measure(bar=f"lossless.ratio_{kind}", value=sizes.raw / sizes.own, data=data, peers=ratios, count=sizes.count),
        Measure(bar="lossless.encode", value=sizes.raw / sizes.encode_s / 1e6, data=data, count=sizes.count),
        Measure(bar="lossless.decode", value=sizes.raw / sizes.decode_s / 1e6, data=data, count=sizes.count),
    ]
    if rival in complete:
        factor = sizes.own / complete[rival]
        found.append(
            Measure(bar=f"lossless.{rival}", value=factor, data=data, count=sizes.count, misses=sizes.above[rival])
        )
    return found
