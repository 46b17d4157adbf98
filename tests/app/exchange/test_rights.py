"""Who may read what lies unsealed: partners, agreements and the log of a home and of its back-ups."""

import stat
import sys
from pathlib import Path

import pytest

from genba.app.exchange.home import NewHome, new_home, open_home
from genba.config import Config
from genba.storage.exchange.backup import back_up, restore
from tests.exchange_companies import BEGINNING


@pytest.mark.skipif(sys.platform == "win32", reason="on Windows rights come from the folder above")
def test_a_home_and_its_back_up_are_for_their_owner_alone(tmp_path: Path) -> None:
    home, saved, again = (tmp_path / name for name in ("home", "saved", "again"))
    new_home(NewHome(home=home, local=True), Config(state_dir=tmp_path / "state"))
    exchange = open_home(home)
    back_up(exchange.database, home, saved, at=BEGINNING)
    exchange.database.close()
    restore(saved, again)
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (home, saved, again)} == {0o700}
