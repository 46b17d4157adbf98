"""What is printed suits who reads it: a terminal, a file, a program, a code page of 1997."""

import io
import json

import pytest

from genba.cli.console import Console, open_console
from genba.errors import InvalidInput

ESCAPE = "\x1b]0;taken\x07\x1b[2J"
TURNED = "\u202efdp.exe"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def printed(encoding: str) -> tuple[Console, io.BytesIO]:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="\n")
    return Console("ja", stream, io.StringIO(), color=True), raw


@pytest.mark.parametrize("text", [ESCAPE, TURNED, "a\r\nb"])
def test_a_name_can_neither_command_the_terminal_nor_break_a_row(text: str) -> None:
    out, err = Terminal(), Terminal()
    console = Console("ja", out, err, color=False)
    console.table(["名前"], [[text]])
    console.say("cli.report_at", path=text)
    console.error(InvalidInput("scan.no_such_source", name=text))
    console.progress(1, 2, 1, 2, text)
    shown = out.getvalue() + err.getvalue()
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "\u202e" not in shown
    assert len(out.getvalue().splitlines()) == 4


def test_progress_is_drawn_on_a_terminal_only() -> None:
    for err, drawn in ((Terminal(), True), (io.StringIO(), False)):
        Console("ja", io.StringIO(), err, color=True).progress(1, 2, 1, 2, "a.csv")
        assert bool(err.getvalue()) is drawn


def test_colour_is_for_terminals_and_for_who_wants_it() -> None:
    for out, wanted, colourful in ((Terminal(), True, True), (Terminal(), False, False), (io.StringIO(), True, False)):
        Console("ja", out, io.StringIO(), color=wanted).table(["a"], [["b"]])
        assert ("\x1b[1m" in out.getvalue()) is colourful


@pytest.mark.parametrize("encoding", ["cp932", "cp1252", "ascii", "utf-8"])
def test_programs_get_utf_8_whatever_the_code_page(encoding: str) -> None:
    console, raw = printed(encoding)
    console.json({"path": "①㈱髙한글😀"})
    assert json.loads(raw.getvalue().decode("utf-8")) == {"path": "①㈱髙한글😀"}


def test_no_character_stops_a_run_on_an_old_console(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding="cp932", newline="\n"))
    open_console("ja", color=False).line("部品表 한글😀 \udc82.csv")
    import sys

    sys.stdout.flush()
    assert raw.getvalue().decode("cp932").startswith("部品表 ")
