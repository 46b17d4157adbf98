"""Tests of what is taken for a recording: by content, and tables only where somebody looks for signals."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from genba.formats.recordings.kinds import recording_kind
from genba.ports.blob import Blob
from genba.readers.signals import SIGNAL_READERS, signal_reader_for


def kind(data: bytes, name: str) -> str:
    return recording_kind(Blob(name=name, size_bytes=len(data), open=lambda: io.BytesIO(data)))


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (b"\x89MCAP0\r\n" + bytes(20), "a.bin", "mcap"),
        (b"ULog\x01\x12\x35\x01" + bytes(20), "a.ulg", "ulog"),
        (b"#ROSBAG V2.0\n" + bytes(20), "a.bag", "rosbag1"),
        (b"SQLite format 3\0" + b"CREATE TABLE topics(..) CREATE TABLE messages(..)", "a.db3", "rosbag2"),
        (b"SQLite format 3\0" + b"CREATE TABLE parts(..)", "a.db3", ""),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84mide" + bytes(20), "a.IDE", "ide"),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm" + bytes(20), "a.webm", ""),
        (b"RIFF\0\0\0\0WAVEfmt ", "a.wav", "wav"),
        (b"RF64\xff\xff\xff\xffWAVEds64", "a.wav", "wav"),
        (b"fLaC\0\0\0\x22", "a.flac", "flac"),
        (b"\0\0\0\x18ftypmp42" + bytes(20), "front.mp4", "video"),
        (b"time,x\n1,2\n2,3\n3,4\n", "a.csv", "csv"),
        (b"note\nRec#\tCyc#\tStep\n1\t0\t1\n", "a.034", "maccor"),
        (b"Data_Point,Test_Time,DateTime,Step_Index,Cycle_Index\n1,2,3,4,5\n", "a.csv", "arbin"),
        ("作業手順書\n本文です。\n".encode(), "a.txt", ""),
        (b"%PDF-1.7\n", "a.pdf", ""),
    ],
)
def test_the_kind_is_told_by_content(data: bytes, name: str, expected: str) -> None:
    assert kind(data, name) == expected


def test_every_reader_that_is_listed_can_be_imported() -> None:
    assert all(callable(signal_reader_for(name)) for name in SIGNAL_READERS)
    assert signal_reader_for("pdf") is None


def test_real_files_are_recognised(real_data: Path) -> None:
    for path in (real_data / "sensors").rglob("*"):
        expected = {".ide": "ide", ".mcap": "mcap", ".ulg": "ulog", ".034": "maccor", ".csv": "csv"}.get(
            path.suffix.lower()
        )
        if expected:
            blob = Blob(name=path.name, size_bytes=path.stat().st_size, open=lambda path=path: path.open("rb"))
            assert recording_kind(blob) == expected
