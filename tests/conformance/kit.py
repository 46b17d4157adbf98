"""Runs an official kit's tests in JUnit's console and tells each of them in a line."""

from __future__ import annotations

import contextlib
import queue
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.interop import maven

# How long the kit waits for a message (seconds, although its documentation shows milliseconds).
WAIT_S = 10
# No test says nothing for longer: a few messages, each waited for.
SILENCE_S = 120
_LINE = re.compile(r"^JUnit Jupiter > .* > (?P<test>.+) :: (?P<state>STARTED|SUCCESSFUL|FAILED|ABORTED|SKIPPED)$")
_CAUSE = re.compile(r"^\t(Caused by: )?(?P<cause>[\w.$]+(Error|Exception|Failure)\w*: .*)")
_WORDS = {"SUCCESSFUL": "passed", "SKIPPED": "skipped"}
_NOISE = ("java.lang.RuntimeException: ", "java.lang.AssertionError: ", "org.opentest4j.AssertionFailedError: ")


@dataclass(slots=True)
class Tally:
    """How the tests ended."""

    passed: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)  # test: why
    skipped: list[str] = field(default_factory=list)

    @property
    def line(self) -> str:
        """The closing line."""
        skipped = f", {len(self.skipped)} skipped" if self.skipped else ""
        return f"{len(self.passed)} passed, {len(self.failed)} failed{skipped}"


def say(line: str) -> None:
    """Write a line at once, for whoever waits."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def run(project: Path, packages: Sequence[str], settings: Mapping[str, str], *, log: Path) -> Tally:
    """Run the tests of these packages; everything the kit says is kept in the log."""
    command = ["java", "-Xmx512m", *(f"-D{name}={value}" for name, value in settings.items())]
    command += ["-cp", maven.classpath(project), "org.junit.platform.console.ConsoleLauncher", "execute"]
    command += [f"--select-package={package}" for package in packages]
    command += ["--details=testfeed", "--disable-banner", "--disable-ansi-colors"]
    log.parent.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    reading = _Reading()
    try:
        with log.open("w", encoding="utf-8") as kept:
            for line in _lines(process):
                kept.write(line)
                reading.take(line.rstrip())
    finally:
        process.kill()
        process.wait()
    return reading.closed()


class _Reading:
    """Makes lines for people, and a tally, of what JUnit's console says."""

    def __init__(self) -> None:
        self._tally = Tally()
        self._running, self._started = "", 0.0
        self._why = ""

    def take(self, line: str) -> None:
        """One line; the causes of a failure stand below it, the innermost last."""
        found = _LINE.match(line)
        if found is None:
            cause = _CAUSE.match(line)
            self._why = _plain(cause["cause"]) if cause and not self._running else self._why
            return
        test, state = found["test"], found["state"]
        if state == "STARTED":
            self._tell_why()
            self._running, self._started = test, time.monotonic()
            return
        self._running = ""
        seconds = time.monotonic() - self._started
        if state == "SUCCESSFUL":
            self._tally.passed.append(test)
        elif state == "SKIPPED":
            self._tally.skipped.append(test)
        else:
            self._tally.failed[test] = state
        say(f"{_WORDS.get(state, 'FAILED'):8} {test} ({seconds:.1f} s)")

    def _tell_why(self) -> None:
        if self._why:
            self._tally.failed[next(reversed(self._tally.failed))] = self._why
            say(f"         {self._why}")
            self._why = ""

    def closed(self) -> Tally:
        """The tally; a test that was running when the kit fell silent has failed."""
        self._tell_why()
        if self._running:
            self._tally.failed[self._running] = "no end"
            say(f"FAILED   {self._running}: nothing was heard for {SILENCE_S} s")
        return self._tally


def _plain(cause: str) -> str:
    for noise in _NOISE * 2:
        cause = cause.removeprefix(noise)
    return cause


def _lines(process: subprocess.Popen[str]) -> Iterator[str]:
    """What the kit says, until its end or until it has said nothing for too long."""
    said: queue.Queue[str] = queue.Queue()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            said.put(line)
        said.put("")

    threading.Thread(target=read, daemon=True).start()
    with contextlib.suppress(queue.Empty):
        while line := said.get(timeout=SILENCE_S):
            yield line
