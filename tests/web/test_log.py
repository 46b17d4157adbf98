"""Tests of genba.web.log."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from pathlib import Path

from genba.web.log import Forwarding, RotatingFile, StructuredLog, open_log, participant_mark

NOW = datetime(2026, 11, 22, 9, 0, 0, 123456, tzinfo=UTC)


def test_a_line_is_one_json_object() -> None:
    lines = bytearray()
    StructuredLog(lines.extend, now=lambda: NOW).line("request", status=200, error=None, path="/x\n{}")
    assert lines.endswith(b"}\n")
    assert json.loads(lines) == {
        "at": "2026-11-22T09:00:00.123+00:00",
        "event": "request",
        "status": 200,
        "path": "/x\n{}",
    }
    assert lines.count(b"\n") == 1


def test_a_full_disk_stops_nothing() -> None:
    tried: list[bytes] = []

    def full(line: bytes) -> None:
        tried.append(line)
        raise OSError(28, "No space left on device")

    log = StructuredLog(full, now=lambda: NOW)
    log.line("request")
    log.line("request")
    assert len(tried) == 2


def test_a_large_file_is_put_aside_and_few_are_kept(tmp_path: Path) -> None:
    file = RotatingFile(tmp_path / "serve.jsonl", largest_bytes=20, kept=2)
    for number in range(9):
        file.write(b"line %04d\n" % number)
    file.close()
    found = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert found == {
        "serve.jsonl": b"line 0008\n",
        "serve.jsonl.1": b"line 0006\nline 0007\n",
        "serve.jsonl.2": b"line 0004\nline 0005\n",
    }


def test_what_was_there_is_gone_on_with(tmp_path: Path) -> None:
    for number in range(2):
        log, close = open_log("", tmp_path, now=lambda: NOW)
        log.line("started", number=number)
        close()
    lines = (tmp_path / "logs" / "serve.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["number"] for line in lines] == [0, 1]


def test_what_others_log_is_taken_without_what_filled_it_in() -> None:
    lines = bytearray()
    logger = logging.getLogger("genba.test_log")
    logger.propagate = False
    logger.setLevel(logging.INFO)
    handler = Forwarding(StructuredLog(lines.extend, now=lambda: NOW), "exchange", logging.INFO)
    logger.addHandler(handler)
    logger.info("sent %s", "a secret", extra={"code": "connector.timeout", "subject": "urn:uuid:1", "attempts": 2})
    logger.removeHandler(handler)
    found = json.loads(lines)
    assert found["said"] == "sent %s"
    assert (found["error"], found["subject"], found["attempts"]) == ("connector.timeout", "urn:uuid:1", 2)
    assert b"secret" not in lines


def test_a_participant_is_marked_not_named() -> None:
    mark = participant_mark("did:web:maker.example")
    assert len(mark) == 16
    assert "maker" not in mark
    assert participant_mark("") == ""
