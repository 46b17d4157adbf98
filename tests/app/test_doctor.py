"""The doctor looks for every package that the extras for signals and learning add, and says what each is for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from genba.app.doctor import diagnose
from genba.config import Config
from genba.i18n import translate

EXTRAS = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text("utf-8"))["project"][
    "optional-dependencies"
]


@pytest.mark.parametrize("extra", ["sensors", "learn"])
def test_packages_of_an_extra_are_looked_for(extra: str) -> None:
    wanted = {re.split(r"[\[>=<]", stated)[0] for stated in EXTRAS[extra]} - {"genba"}
    found = {part.name: part for part in diagnose(Config()).parts}
    assert wanted <= found.keys()
    assert not any(found[name].required for name in wanted)
    for name in wanted:
        for lang in ("ja", "en"):
            assert extra in translate(f"cli.doctor_use_{name.replace('-', '_')}", lang)
