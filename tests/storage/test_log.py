"""The log rotates, and never stops a run."""

import logging
from pathlib import Path

import pytest

from genba.storage import log


def logger_of(state_dir: Path | None) -> logging.Logger:
    logger = logging.Logger("test")
    logger.addHandler(log.handler_for(state_dir))
    return logger


def test_it_rotates_and_keeps_a_few(tmp_path: Path) -> None:
    logger = logger_of(tmp_path)
    for _ in range(60_000):
        logger.info(
            "refine ends: exit 0, 10000 files, 10000 refined, 0 left out; nothing else to say here %s", "x" * 40
        )
    found = sorted(path.name for path in (tmp_path / "logs").iterdir())
    assert len(found) == log.KEPT + 1
    assert all(path.stat().st_size <= log.LARGEST_BYTES for path in (tmp_path / "logs").iterdir())


def test_where_it_cannot_be_written_a_run_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "logs").write_bytes(b"")
    logger_of(tmp_path).info("a")
    assert capsys.readouterr().err == ""


def test_a_log_that_fails_while_it_is_written_says_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logger = logger_of(tmp_path)
    (tmp_path / "logs" / "genba.log").mkdir()
    logger.info("a")
    assert capsys.readouterr().err == ""


def test_who_has_no_home_has_no_log() -> None:
    assert isinstance(logger_of(None).handlers[0], logging.NullHandler)
