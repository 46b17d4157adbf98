"""Write the golden edge batches anew, on purpose: python tests/golden/make_edge.py — and say why in the changelog.

`plain` is stored as it is, `keyed` is compressed, tied by a key and signed, `recovered` was closed after a sudden stop.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import msgspec

from genba.formats.edgebatch.seals import trust
from genba.model.document import Property
from genba.model.signals import Block, Ragged
from genba.ports.blob import Blob
from genba.ports.signals import SignalLimits
from genba.readers.signals.edge import read
from genba_edge import RAGGED, Calibration, Channel, Clock, Loss, Options, Recorder, Request
from genba_edge.keys import Ed25519
from genba_edge.recovery import close

GOLDEN = Path(__file__).resolve().parent / "edge-1.0"
KEY = bytes(range(32))
STARTED = 1_760_000_000_000_000_000
SIGNER_KEY = bytes(range(32, 64))


def main() -> None:
    """Make the three files and what a reader must give of them."""
    GOLDEN.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        (GOLDEN / "plain.gbatch").write_bytes(plain(Path(folder) / "plain"))
        (GOLDEN / "keyed.gbatch").write_bytes(keyed(Path(folder) / "keyed"))
        (GOLDEN / "recovered.gbatch").write_bytes(recovered(Path(folder) / "recovered"))
    for path in sorted(GOLDEN.glob("*.gbatch")):
        told = json.dumps(parts(path.read_bytes()), ensure_ascii=False, indent=1, sort_keys=True)
        path.with_suffix(".json").write_text(told + "\n", encoding="utf-8")


def plain(folder: Path) -> bytes:
    """Every type, shapes, byte strings, losses, a stream that comes later; nothing is compressed."""
    options = Options(in_background=False, level=0)
    with Recorder(folder, "cell-1", run="golden", now=lambda: STARTED, options=options) as recorder:
        types = ["|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f4", "<f8"]
        channels = [Channel(name=name.strip("|<"), dtype=name) for name in types]
        track = recorder.stream("all/types", channels, clock=Clock(id="daq", epoch="boot"), rate_hz=100.0)
        for place in range(5):
            track.record(
                place * 10_000_000, (-place, place, -place, place, *([place * 1000] * 4), 0.5, place / 3), place
            )
        track.cut()
        recorder.lost(Loss(kind="drop", stream="all/types", detail="source", count=2, first_ns=1, last_ns=2))
        late = [Channel(name="message", dtype=RAGGED), Channel(name="code", dtype="<u2")]
        messages = recorder.stream("plc/文", late, clock=Clock(id="plc", epoch="unix", description="設備"))
        for place, text in enumerate(("開始", "", "終了")):
            messages.record(place, (text.encode(), place))
    return recorder.queue.final()[0].read_bytes()


def keyed(folder: Path) -> bytes:
    """Differences, planes, a picture and arrivals of buffers; tied by a key and signed; asked for by a model."""
    signer = Ed25519(_private_key(folder))
    request = Request(model="m" * 20, deployment="d" * 20, rule="uncertain")
    options = Options(in_background=False)
    with Recorder(
        folder, "cell-1", run="golden", key=KEY, signer=signer, request=request, now=lambda: STARTED, options=options
    ) as recorder:
        calibration = Calibration.linear(0.000152, -5.0, "±5 g")
        axis = [Channel(name=name, kind="vibration", unit="m/s2", calibration=calibration) for name in "xyz"]
        track = recorder.stream("spindle/vibration", axis, clock=Clock(id="daq", epoch="boot"), rate_hz=5000.0)
        rows = b"".join(((place * 37) % 211 - 100).to_bytes(2, "little", signed=True) * 3 for place in range(200))
        track.extend([place * 200_000 for place in range(200)], rows, range(200), STARTED)
        picture = Channel(name="image", dtype="|u1", shape=(8, 40), kind="image")
        camera = recorder.stream("camera", [picture], clock=Clock(id="camera", epoch="start"), rate_hz=15.0)
        for place in range(3):
            camera.record(place * 66_666_667, bytes((x + place) % 256 for x in range(320)), place + 7)
    return recorder.queue.final()[0].read_bytes()


def recovered(folder: Path) -> bytes:
    """A batch that was open when the power went."""
    options = Options(in_background=False, level=0)
    recorder = Recorder(folder, "cell-1", run="golden", now=lambda: STARTED, options=options)
    track = recorder.stream("s", [Channel(name="x")], clock=Clock(id="daq"))
    for place in range(8):
        track.record(place, (place,), place)
        if place % 4 == 3:
            track.cut()
    (part,) = recorder.queue.unfinished()
    raw = part.read_bytes()
    recorder.close()
    cut = folder / "cut"
    cut.write_bytes(raw[:-20])
    close(cut)
    return cut.read_bytes()


def _private_key(folder: Path) -> Path:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    folder.mkdir(parents=True, exist_ok=True)
    private = Ed25519PrivateKey.from_private_bytes(SIGNER_KEY)
    path = folder / "signer.pem"
    path.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return path


def parts(raw: bytes) -> list[Any]:
    """Everything a reader gives, as JSON can hold it."""
    import io

    blob = Blob(name="golden.gbatch", size_bytes=len(raw), open=lambda: io.BytesIO(raw))
    return [_told(part) for part in read(blob, SignalLimits(), trust=trust(KEY.hex()))]


def _told(part: Any) -> Any:
    if isinstance(part, Property):
        return {"Property": {part.name: part.value}}
    if not isinstance(part, Block):
        return {type(part).__name__: _said(msgspec.to_builtins(part))}
    values = [v.data.hex() if isinstance(v, Ragged) else {"dtype": v.dtype.str, "of": v.tolist()} for v in part.values]
    numbers = {name: getattr(part, name) for name in ("device_ns", "sequence", "host_index", "host_ns")}
    told = {name: None if array is None else array.tolist() for name, array in numbers.items()}
    return {"Block": {"stream": part.stream, "values": values, **told}}


def _said(value: Any) -> Any:
    """Without what is empty, so that the model may gain fields."""
    if isinstance(value, dict):
        return {name: _said(one) for name, one in value.items() if one}
    return [_said(one) for one in value] if isinstance(value, list | tuple) else value


if __name__ == "__main__":
    main()
