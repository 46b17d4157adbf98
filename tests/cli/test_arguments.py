"""The command line speaks the user's language, also where argparse would speak English."""

import re

import pytest

from genba.cli.main import COMMANDS, main, make_parser
from genba.formats.displaywidth import display_width


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_in_japanese_has_no_english_sentences(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_status:
        main([*command.split(), "--help", "--lang", "ja"])
    assert exit_status.value.code == 0
    text = capsys.readouterr().out
    assert text.startswith("使い方: genba")
    assert not re.search(r"usage|positional|options:|show |exit\b", text)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["refine"], "cli.arguments_missing"),
        (["refine", "a", "--out"], "cli.value_missing"),
        (["refine", "a", "--out", "b", "--workers", "two"], "cli.not_a_number"),
        (["refine", "a", "--out", "b", "--quick"], "cli.arguments_unknown"),
        (["frobnicate"], "cli.not_a_choice"),
        (["recipes", "--lang", "fr"], "cli.not_a_choice"),
    ],
)
def test_misuse_is_told_with_its_code_and_ends_with_2(
    arguments: list[str], code: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENBA_LANG", "ja")
    with pytest.raises(SystemExit) as exit_status:
        main(arguments)
    assert exit_status.value.code == 2
    told = capsys.readouterr().err
    assert f"[{code}]" in told
    assert not re.search(r"argument|required|invalid", told.replace(code, ""))


def test_an_option_is_never_guessed_from_its_beginning() -> None:
    with pytest.raises(SystemExit):
        make_parser("en").parse_args(["refine", "a", "--out", "b", "--fre"])


def test_inspecting_a_folder_says_which_commands_take_folders(
    tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", str(tmp_path), "--lang", "en"]) == 2
    assert "genba refine" in capsys.readouterr().err


def test_the_list_of_recipes_fits_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recipes", "--lang", "ja"]) == 0
    assert max(display_width(line) for line in capsys.readouterr().out.splitlines()) <= 100
