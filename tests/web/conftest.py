"""An exchange with keys of its own, ready to be served."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from genba.app.exchange.home import NewHome, new_home, open_home
from genba.app.exchange.node import Exchange
from genba.config import Config


def open_exchange(folder: Path) -> Exchange:
    """A home in the folder, its listeners on any free ports of this machine."""
    new_home(NewHome(home=folder / "home", local=True), Config(state_dir=folder))
    exchange = open_home(folder / "home")
    settings = exchange.settings
    return replace(
        exchange,
        settings=replace(
            settings,
            protocol=replace(settings.protocol, listen="127.0.0.1:0"),
            management=replace(settings.management, listen="127.0.0.1:0"),
            limits=replace(settings.limits, requests_per_minute=1_000_000),
        ),
    )


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exchange]:
    opened = open_exchange(tmp_path_factory.mktemp("exchange"))
    yield opened
    opened.database.close()
