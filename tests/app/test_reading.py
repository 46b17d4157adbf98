"""Files inside a file keep their names and are told apart, however many are called alike."""

import io
from collections.abc import Iterator

from genba.app.reading import Found, read_tree
from genba.ports.blob import Blob
from genba.ports.reader import Child, Limits, Part

NAMES = ("a.csv", "a.csv", "a.csv#2", "a.csv", "b.csv", *("c.csv",) * 20_000)


def blob(name: str, data: bytes) -> Blob:
    return Blob(name=name, size_bytes=len(data), open=lambda: io.BytesIO(data))


def test_twenty_thousand_files_of_one_name_are_told_apart_without_delay() -> None:
    def box(_: Blob, limits: Limits) -> Iterator[Part]:
        for name in NAMES:
            yield Child(path=name, blob=blob(name, b""))

    found: list[str] = []

    def finish(part: Found) -> None:
        found.append(part.document.source.path)

    head = b"PK\x05\x06" + bytes(18)
    read_tree(
        lambda: blob("box.zip", head),
        "box.zip",
        limits=Limits(),
        readers=lambda kind: box if kind == "zip" else None,
        finish=finish,
    )
    assert found[:5] == [f"box.zip!/{name}" for name in ("a.csv", "a.csv#2", "a.csv#2#2", "a.csv#3", "b.csv")]
    assert len(set(found)) == len(NAMES) + 1
    assert found[-2] == "box.zip!/c.csv#20000"
