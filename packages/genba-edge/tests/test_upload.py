"""Handing batches on: resumed after every break, paced, acknowledged only when proven, never to another address."""

from __future__ import annotations

import hashlib
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from genba_edge import Channel, Clock, EdgeError, Limits, Options, Queue, Recorder
from genba_edge.folder_target import FolderTarget
from genba_edge.http_target import HttpTarget
from genba_edge.upload import Outgoing, Pace, Refused, Uploaded, target_of, upload

sys.path.insert(0, str(Path(__file__).parent))

from receiving_server import Received, serving


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    """Three batches of some hundred kilobytes that do not compress."""
    counts = random.Random(1).randbytes(600_000)
    options = Options(in_background=False, batch_bytes=250_000, block=Limits(samples=20_000))
    with Recorder(tmp_path / "q", "cell 1/北", options=options) as recorder:
        track = recorder.stream("s", [Channel(name="x", dtype="<i4")], clock=Clock(id="c"))
        track.extend(range(150_000), counts, host_ns=0)
    assert len(recorder.queue.final()) == 3
    return recorder.queue


@pytest.fixture
def server() -> Iterator[tuple[Received, str]]:
    with serving() as running:
        yield running


class Waiting:
    """Sleeps without time."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.waits.append(seconds)


def sent(queue: Queue, place: str, **options: object) -> tuple[Uploaded, list[float]]:
    waiting = Waiting()
    done = upload(queue, target_of(place), Pace(**options), sleep=waiting, chance=lambda: 1.0)  # type: ignore[arg-type]
    return done, waiting.waits


def test_everything_arrives_and_is_acknowledged_once(queue: Queue, server: tuple[Received, str]) -> None:
    received, url = server
    whole = {path.name: path.read_bytes() for path in queue.final()}
    done, _ = sent(queue, url)
    assert (len(done.sent), done.waiting, done.code) == (3, 0, "")
    assert sorted(hashlib.sha256(raw).hexdigest() for raw in received.files.values()) == sorted(
        hashlib.sha256(raw).hexdigest() for raw in whole.values()
    )
    again, _ = sent(queue, url)
    assert again.sent == () and len(received.puts) == 3


def test_a_connection_that_breaks_is_resumed_where_it_broke(queue: Queue, server: tuple[Received, str]) -> None:
    received, url = server
    received.cut_after = [100_000, 0, 60_000, 7]
    done, waits = sent(queue, url, first_wait_s=1.0)
    assert len(done.sent) == 3 and done.retries == len(waits) == 4
    first = [put for put in received.puts if put[0] == received.puts[0][0]]
    assert [offset for _, offset, _ in first] == [0, 100_000, 100_000, 160_000, 160_007]
    assert sum(size for _, _, size in received.puts) == sum(path.stat().st_size for path in queue.final())


def test_waiting_grows_until_there_is_progress_and_then_gives_up(queue: Queue) -> None:
    done, waits = sent(queue, "http://127.0.0.1:9/in", attempts=5, first_wait_s=1.0, longest_wait_s=3.0)
    assert done.code == "unreachable" and done.sent == () and done.waiting == 3
    assert waits == [1.0, 2.0, 3.0, 3.0]


def test_a_busy_server_is_left_in_peace_as_long_as_it_asks(queue: Queue, server: tuple[Received, str]) -> None:
    received, url = server
    received.busy = 2
    done, waits = sent(queue, url, first_wait_s=0.1)
    assert len(done.sent) == 3 and waits == [2.0, 2.0]


def test_a_server_that_knows_no_offsets_gets_whole_files(queue: Queue, server: tuple[Received, str]) -> None:
    received, url = server
    received.knows_offsets, received.cut_after = False, [50_000]
    done, _ = sent(queue, url)
    assert len(done.sent) == 3 and {offset for _, offset, _ in received.puts} == {0}


def test_a_redirection_is_not_followed(queue: Queue, server: tuple[Received, str]) -> None:
    received, url = server
    received.redirects = True
    done, _ = sent(queue, url)
    assert done.code == "refused" and received.files == {} and done.waiting == 3


def test_another_file_of_the_same_name_is_not_overwritten(queue: Queue, server: tuple[Received, str]) -> None:
    received, url = server
    sent(queue, url)
    queue.folder.joinpath(queue.final()[0].name.replace(".gbatch", ".gbatch.sent")).unlink()
    name = next(iter(received.files))
    received.files[name] = b"other"
    done, _ = sent(queue, url)
    assert done.code == "exists" and received.files[name] == b"other"


def test_bandwidth_is_held_to_its_limit(queue: Queue, server: tuple[Received, str]) -> None:
    _, url = server
    waits: list[float] = []
    now = [0.0]

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        now[0] += seconds

    done = upload(queue, target_of(url), Pace(bytes_per_second=100_000), sleep=sleep, monotonic=lambda: now[0])
    assert sum(waits) == pytest.approx(done.size_bytes / 100_000, rel=0.01)


def test_acknowledged_batches_can_go_at_once(queue: Queue, server: tuple[Received, str]) -> None:
    done, _ = sent(queue, server[1], delete=True)
    assert len(done.sent) == 3 and list(queue.folder.glob("*.gbatch*")) == []


def test_a_token_is_shown_and_never_sent_over_an_open_line(
    queue: Queue, server: tuple[Received, str], tmp_path: Path
) -> None:
    received, url = server
    token = tmp_path / "token"
    token.write_text("secret\n", encoding="ascii")
    upload(queue, HttpTarget(url, token_file=str(token)))
    assert set(received.tokens) == {"Bearer secret"}
    with pytest.raises(EdgeError) as refused:
        HttpTarget("http://192.0.2.1/in", token_file=str(token))
    assert refused.value.code == "token_without_tls"


@pytest.mark.parametrize("place", ["ftp://a/b", "http://user:word@a/b", "https://", "http://a:99999/b"])
def test_an_address_that_cannot_be_used_is_refused(place: str) -> None:
    with pytest.raises(EdgeError) as refused:
        target_of(place)
    assert refused.value.code == "target" and "word" not in str(refused.value)


def test_a_folder_gets_files_under_their_names_only_when_whole(queue: Queue, tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    first = queue.final()[0]
    (share / f"{first.name}.part").write_bytes(first.read_bytes()[:1000])
    second = queue.final()[1]
    (share / f"{second.name}.part").write_bytes(b"something else")
    batch = Outgoing(first, first.stat().st_size, hashlib.sha256(first.read_bytes()).hexdigest())
    assert FolderTarget(share).offset(batch) == 1000
    done, _ = sent(queue, str(share))
    assert len(done.sent) == 3
    assert {path.name: path.read_bytes() for path in share.iterdir()} == {
        path.name: path.read_bytes() for path in queue.final()
    }


def test_a_share_that_is_not_mounted_is_waited_for_and_not_made(queue: Queue, tmp_path: Path) -> None:
    done, waits = sent(queue, str(tmp_path / "share"), attempts=3)
    assert done.code == "unreachable" and len(waits) == 2 and not (tmp_path / "share").exists()


def test_a_copy_that_reads_back_differently_is_sent_again(queue: Queue, tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    path = queue.final()[0]
    batch = Outgoing(path, path.stat().st_size, "0" * 64)
    target = FolderTarget(share)
    with pytest.raises(OSError):
        target.send(batch, 0, batch.chunks(0))
    assert list(share.iterdir()) == []


def test_a_folder_does_not_overwrite_another_batch(queue: Queue, tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    (share / queue.final()[0].name).write_bytes(b"other")
    done, _ = sent(queue, str(share))
    assert done.code == "exists" and done.sent == ()
    with pytest.raises(Refused):
        FolderTarget(share).offset(Outgoing(queue.final()[0], 5, "0" * 64))


@pytest.mark.parametrize("told", ["9" * 5000, "-1", "1e9", "٣", "²", str(1 << 80)])
def test_a_server_that_tells_nonsense_of_what_it_has_gets_the_whole_file(
    queue: Queue, server: tuple[Received, str], told: str
) -> None:
    received, url = server
    received.told = {"Upload-Offset": told.encode().decode("latin-1"), "Upload-Complete": "?0"}
    done, _ = sent(queue, url)
    assert len(done.sent) == 3 and {offset for _, offset, _ in received.puts} == {0}


def test_a_page_that_somebody_on_the_way_answers_with_is_no_acknowledgement(
    queue: Queue, server: tuple[Received, str]
) -> None:
    received, url = server
    received.page = True  # as networks for guests do before anybody has logged in
    done, _ = sent(queue, url, attempts=3)
    assert done.code == "unreachable" and done.sent == () and done.waiting == 3
