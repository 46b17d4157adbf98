"""Tests of genba.web.listening and genba.web.tokens."""

from __future__ import annotations

import socket
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from genba.errors import Conflict, Denied, InvalidInput
from genba.model.settings import ManagementSettings, ProtocolSettings, Settings
from genba.web.listening import address_of, check_listeners, is_loopback, open_socket, split_address, tls_context
from genba.web.tokens import NAME, is_token, token_of

SETTINGS = Settings(participant="did:web:maker.example")


@pytest.mark.parametrize(
    ("listen", "read"),
    [
        ("127.0.0.1:8480", ("127.0.0.1", 8480)),
        ("[::1]:8480", ("::1", 8480)),
        ("localhost:0", ("localhost", 0)),
    ],
)
def test_an_address_is_read(listen: str, read: tuple[str, int]) -> None:
    assert split_address(listen) == read


@pytest.mark.parametrize("listen", ["", "8480", ":8480", "host:", "host:99999", "host:-1", "host:8e3", "host:８０"])
def test_what_is_no_address_is_refused(listen: str) -> None:
    with pytest.raises(InvalidInput, match=r"web\.bad_listen"):
        split_address(listen)


@pytest.mark.parametrize("listen", ["0.0.0.0:8481", "192.168.1.5:8481", "[::]:8481", "maker.example:8481"])
def test_management_does_not_leave_this_machine_without_tls(listen: str) -> None:
    settings = replace(SETTINGS, management=ManagementSettings(listen=listen))
    with pytest.raises(Denied, match=r"web\.management_without_tls"):
        check_listeners(settings)
    check_listeners(replace(settings, management=replace(settings.management, tls_certificate="c.pem")))


def test_a_proxy_in_front_does_not_help_management() -> None:
    settings = replace(
        SETTINGS,
        management=ManagementSettings(listen="0.0.0.0:8481"),
        protocol=ProtocolSettings(behind_proxy=True),
    )
    with pytest.raises(Denied, match=r"web\.management_without_tls"):
        check_listeners(settings)


def test_the_protocol_leaves_this_machine_with_tls_or_behind_a_proxy_only() -> None:
    public = ProtocolSettings(listen="0.0.0.0:8480")
    with pytest.raises(Denied, match=r"web\.protocol_without_tls"):
        check_listeners(replace(SETTINGS, protocol=public))
    check_listeners(replace(SETTINGS, protocol=replace(public, tls_certificate="c.pem")))
    check_listeners(replace(SETTINGS, protocol=replace(public, behind_proxy=True)))


@pytest.mark.parametrize(("host", "is_local"), [("127.8.8.8", True), ("::1", True), ("localhost", True), ("a", False)])
def test_only_addresses_of_this_machine_are_loopback(host: str, is_local: bool) -> None:
    assert is_loopback(host) == is_local


def test_an_address_in_use_is_said_to_be_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(Conflict, match=r"web\.address_taken"):
        open_socket(f"127.0.0.1:{taken.getsockname()[1]}")


def test_any_free_port_is_told() -> None:
    with open_socket("127.0.0.1:0") as opened:
        assert address_of(opened, tls=True) == f"https://127.0.0.1:{opened.getsockname()[1]}"


def test_a_certificate_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "c.pem").write_text("nothing")
    with pytest.raises(InvalidInput, match=r"web\.bad_certificate"):
        tls_context("c.pem", "missing.pem", tmp_path)
    assert tls_context("", "", tmp_path) is None


def test_the_token_stays_the_same_and_is_long(tmp_path: Path) -> None:
    token = token_of(tmp_path)
    assert token_of(tmp_path) == token
    assert len(token) >= 43


@pytest.mark.skipif(sys.platform == "win32", reason="rights are inherited there")
def test_a_token_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    token_of(tmp_path)
    assert (tmp_path / NAME).stat().st_mode & 0o077 == 0
    (tmp_path / NAME).chmod(0o644)
    with pytest.raises(Denied, match=r"web\.token_open_to_others"):
        token_of(tmp_path)


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 50])
def test_a_file_without_a_real_token_is_not_used(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / NAME
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(Denied, match=r"web\.token_unreadable"):
        token_of(tmp_path)


@pytest.mark.parametrize(
    ("authorization", "is_right"),
    [
        ("Bearer abc", True),
        ("bearer  abc", True),
        ("Basic abc", False),
        ("Bearer abcd", False),
        ("Bearer", False),
        ("abc", False),
        ("", False),
        ("Bearer あ", False),
    ],
)
def test_only_the_token_is_the_token(authorization: str, is_right: bool) -> None:
    assert is_token(authorization, "abc") == is_right
