"""genba align over captures: what is related is aligned and kept, what is not is refused with a reason."""

import json
from pathlib import Path

import numpy as np
import pytest

from genba.app.align import AlignRequest, align
from genba.cli.main import main
from genba.clocks import view
from genba.errors import InvalidInput, NotFound
from genba.model.signals import Block, Channel, Clock, SourceFile, Stream
from genba.storage.captures.store import CaptureStore

UNIX = 1_700_000_000_000_000_000
SECOND = 1_000_000_000
FLOAT = (Channel(name="x", dtype="<f4", kind="vibration"),)


def _capture(store: Path, title: str, clocks: list[Clock], parts: list[tuple[Stream, Block]]) -> str:
    with CaptureStore(store).writer(title) as writer:
        writer.source(SourceFile(name=f"{title}.bin", size_bytes=1, sha256="0" * 64, kind="test"))
        for clock in clocks:
            writer.add(clock)
        for stream, _ in parts:
            writer.add(stream)
        for _, block in parts:
            writer.add(block)
        return writer.commit().id


def _block(stream: str, times: np.ndarray, values: np.ndarray, host: np.ndarray | None = None) -> Block:
    index = None if host is None else np.arange(len(times), dtype=np.int64)
    return Block(stream=stream, device_ns=times, values=(values.astype(np.float32),), host_index=index, host_ns=host)


def _machine(store: Path) -> str:
    """A device whose messages arrive at a host, and a logger that shows local time and saw the same motion."""
    rng = np.random.default_rng(1)
    device = np.arange(3_000, dtype=np.int64) * 10_000_000
    motion = np.convolve(rng.normal(size=3_000), np.ones(3), "same")
    host = UNIX + device + np.rint(device * 40e-6).astype(np.int64) + rng.exponential(1e6, 3_000).astype(np.int64)
    logger = device + 1_700_000_000 * SECOND + 9 * 3_600 * SECOND
    return _capture(
        store,
        "cell",
        [Clock(id="imu", epoch="boot"), Clock(id="pc", epoch="unix"), Clock(id="logger", epoch="local")],
        [
            (
                Stream(id="imu", channels=FLOAT, clock="imu", host_clock="pc", rate_hz=100),
                _block("imu", device, motion, host),
            ),
            (Stream(id="logger", channels=FLOAT, clock="logger", rate_hz=100), _block("logger", logger, motion)),
        ],
    )


def test_a_device_is_aligned_by_its_arrivals_and_the_rest_is_refused(tmp_path: Path) -> None:
    capture = _machine(tmp_path)
    aligned = align(AlignRequest(store=tmp_path))
    assert aligned.exit_status == 1
    rows = {clock.clock: clock for clock in aligned.captures[0].clocks}
    assert aligned.captures[0].reference == "pc"
    assert rows["pc"].method == "reference"
    assert rows["imu"].method == "pairs"
    assert rows["imu"].drift_ppm == pytest.approx(40, abs=2)
    assert [refusal.code for refusal in rows["logger"].refusals] == ["clock.no_relation"]
    kept = CaptureStore(tmp_path).timebase(capture)
    assert kept is not None
    times = np.array([0, SECOND], np.int64)
    error = view.to_reference(times, view.models_of(kept, "imu")) - times - UNIX
    assert np.abs(error).max() < 200_000


def test_a_stated_zone_ties_local_time_to_the_host(tmp_path: Path) -> None:
    _machine(tmp_path)
    aligned = align(AlignRequest(store=tmp_path, zones=("Asia/Tokyo",)))
    assert aligned.exit_status == 0
    rows = {clock.clock: clock for clock in aligned.captures[0].clocks}
    assert (rows["logger"].method, rows["logger"].offset_ns) == ("declared", -9 * 3_600 * SECOND)


def test_a_shared_motion_aligns_what_no_arrival_does(tmp_path: Path) -> None:
    _machine(tmp_path)
    aligned = align(AlignRequest(store=tmp_path, by_signal=("imu=logger:x",)))
    rows = {clock.clock: clock for clock in aligned.captures[0].clocks}
    assert aligned.exit_status == 0
    assert rows["logger"].method == "chain"


def test_records_in_local_time_alone_are_read_in_utc_once_the_zone_is_stated(tmp_path: Path) -> None:
    times = UNIX + np.arange(100, dtype=np.int64) * SECOND
    stream = Stream(id="plc", channels=FLOAT, clock="plc")
    _capture(tmp_path, "plc", [Clock(id="plc", epoch="local")], [(stream, _block("plc", times, np.zeros(100)))])
    aligned = align(AlignRequest(store=tmp_path, zones=("+09:00",)))
    assert (aligned.captures[0].reference, aligned.captures[0].epoch) == ("utc", "unix")
    assert align(AlignRequest(store=tmp_path)).captures[0].reference == "plc"


def test_a_stated_delay_narrows_the_interval(tmp_path: Path) -> None:
    _machine(tmp_path)

    def width(delay: str) -> float:
        clocks = align(AlignRequest(store=tmp_path, delay=delay)).captures[0].clocks
        return next(clock.half_width_ns for clock in clocks if clock.clock == "imu")

    assert width("0..0.1") < 300_000 < width("")


def test_the_same_capture_gives_the_same_bytes(tmp_path: Path) -> None:
    capture = _machine(tmp_path)
    path = tmp_path / "captures" / capture / "timebase.json"
    align(AlignRequest(store=tmp_path))
    first = path.read_bytes()
    align(AlignRequest(store=tmp_path))
    assert path.read_bytes() == first


@pytest.mark.parametrize(
    ("options", "error", "code"),
    [
        ({"reference": "nobody"}, InvalidInput, "align.no_such_clock"),
        ({"zones": ("nobody=+09:00",)}, InvalidInput, "align.no_such_clock"),
        ({"zones": ("Mars/Base",)}, InvalidInput, "clock.unknown_zone"),
        ({"delay": "soon"}, InvalidInput, "align.bad_delay"),
        ({"delay": "3..1"}, InvalidInput, "align.bad_delay"),
        ({"by_signal": ("imu",)}, InvalidInput, "align.bad_relation"),
        ({"by_signal": ("imu=imu",)}, InvalidInput, "align.same_clock"),
        ({"by_signal": ("imu=nobody",)}, NotFound, "align.no_such_stream"),
        ({"by_events": ("imu:y=logger",)}, NotFound, "align.no_such_channel"),
    ],
)
def test_what_was_asked_wrongly_is_said(
    tmp_path: Path, options: dict[str, object], error: type[Exception], code: str
) -> None:
    _machine(tmp_path)
    with pytest.raises(error, match=code.replace(".", r"\.")):
        align(AlignRequest(store=tmp_path, **options))  # type: ignore[arg-type]


@pytest.mark.parametrize("zones", [("Mars/Base",), ("plc=Mars/Base",)])
def test_a_zone_that_is_none_is_said_also_where_nothing_shows_local_time(
    tmp_path: Path, zones: tuple[str, ...]
) -> None:
    _capture(
        tmp_path,
        "a",
        [Clock(id="c")],
        [
            (
                Stream(id="s", channels=(Channel(name="x", dtype="<f4"),), clock="c"),
                _block("s", np.arange(9) * 1000, np.arange(9, dtype="<i2")),
            )
        ],
    )
    with pytest.raises(InvalidInput) as caught:
        align(AlignRequest(store=tmp_path, zones=zones))
    assert caught.value.code == "clock.unknown_zone"


def test_a_stream_that_no_capture_has_is_named_also_where_there_are_several(tmp_path: Path) -> None:
    for title, values in (("a", np.arange(9)), ("b", np.arange(9) + 1)):
        stream = Stream(id="s", channels=(Channel(name="x", dtype="<f4"),), clock="c")
        _capture(tmp_path, title, [Clock(id="c")], [(stream, _block("s", np.arange(9) * 1000, values.astype("<i2")))])
    with pytest.raises(NotFound) as caught:
        align(AlignRequest(store=tmp_path, by_events=("s=t",)))
    assert (caught.value.code, caught.value.details["stream"]) == ("align.no_such_stream", "t")


def test_a_store_without_captures_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"align\.no_captures"):
        align(AlignRequest(store=tmp_path))


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_command_shows_clocks_and_reasons(tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str) -> None:
    _machine(tmp_path)
    assert main(["align", str(tmp_path), "--lang", lang]) == 1
    out = capsys.readouterr().out
    assert "imu" in out
    assert "ppm" in out
    assert "±" in out
    assert "align." not in out
    assert "--by-signal" in out


def test_the_command_prints_json_for_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _machine(tmp_path)
    assert main(["align", str(tmp_path), "--zone", "JST", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {clock["clock"] for clock in found["captures"][0]["clocks"]} == {"imu", "pc", "logger"}
