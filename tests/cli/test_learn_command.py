"""What a person sees of learning and deploying: the verdict first, then the figures, then what to do next."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from genba.cli.main import main
from tests.window_datasets import keep, usual


def test_verdict_figures_and_next_step_are_shown_in_the_users_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "store"
    keep(store, usual(fault=3.0))
    learn = ("learn", str(store), "--detector", "sub_pca", "--frozen", "0.35")
    assert main([*learn, "--lang", "ja"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("採用")
    assert any(line.startswith("AUROC") for line in lines)
    assert "genba deploy" in lines[-1]
    assert main(["deploy", str(store), "--to", str(tmp_path / "edge"), "--lang", "en"]) == 0
    assert "lies in" in capsys.readouterr().out
    assert main([*learn, "--json"]) == 1  # the same again is no better than itself
    told = json.loads(capsys.readouterr().out)
    assert told["evidence"]["decision"] == "learn.not_better"
    assert told["model"]["rival"]


def test_a_store_without_windows_is_misuse(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["learn", str(tmp_path), "--lang", "en"]) == 2
    assert "genba render --as windows" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["learn", str(tmp_path), "--false-alarms", "few", "--lang", "ja"])
    assert "few" in capsys.readouterr().err
