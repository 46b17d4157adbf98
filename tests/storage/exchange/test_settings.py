from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genba.errors import InvalidInput, NotFound
from genba.model.settings import IdentitySettings, NetworkSettings, ProtocolSettings, Settings
from genba.storage.exchange.settings import NAME, load_settings, write_settings


@given(name=st.text(max_size=40), key=st.text(min_size=1, max_size=20))
def test_settings_come_back_as_they_were_written(tmp_path_factory: pytest.TempPathFactory, name: str, key: str) -> None:
    settings = Settings(
        participant="did:web:maker.example.jp",
        name=name,
        protocol=ProtocolSettings(address="https://maker.example.jp", behind_proxy=True),
        identity=IdentitySettings(
            profile="dcp", required=("MembershipCredential",), issuers={key: ("did:web:i.example",)}
        ),
        network=NetworkSettings(private=("10.0.0.0/8",)),
    )
    home = tmp_path_factory.mktemp("home")
    write_settings(home, settings)
    assert load_settings(home) == settings


def test_settings_that_are_there_are_not_written_over(tmp_path: Path) -> None:
    write_settings(tmp_path, Settings(participant="did:key:z1"))
    with pytest.raises(InvalidInput):
        write_settings(tmp_path, Settings(participant="did:key:z2"))
    assert load_settings(tmp_path).participant == "did:key:z1"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("participent = 'did:key:z1'", "exchange_home.unknown_setting"),
        ("[network]\npriavte = []", "exchange_home.unknown_setting"),
        ("[network]\nprivate = ['10.0.0.0/99']", "exchange_home.bad_setting"),
        ("[protocol]\naddress = 'ftp://x'", "exchange_home.bad_setting"),
        ("[identity]\nprofile = 'mock'", "exchange_home.bad_setting"),
        ("[limits]\nbody_bytes = 'much'", "exchange_home.bad_setting"),
        ("name = ", "exchange_home.bad_toml"),
        ("format = 'genba exchange 2.0'", "exchange_home.other_format"),
    ],
)
def test_a_setting_that_is_unknown_or_wrong_is_refused(tmp_path: Path, line: str, code: str) -> None:
    (tmp_path / NAME).write_text(f"participant = 'did:key:z1'\n{line}\n", encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        load_settings(tmp_path)
    assert caught.value.code == code


def test_a_folder_without_settings_says_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as caught:
        load_settings(tmp_path)
    assert caught.value.code == "exchange_home.missing"
