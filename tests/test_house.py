"""What the test rules promise: no way to other machines, and missing parts that say how to get them."""

import socket
from collections.abc import Callable

import pytest


def test_a_socket_to_another_machine_is_refused_by_address_and_by_name() -> None:
    with socket.socket() as outgoing, pytest.raises(RuntimeError, match=r"192\.0\.2\.1"):
        outgoing.connect(("192.0.2.1", 80))  # RFC 5737: belongs to nobody
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outgoing, pytest.raises(RuntimeError):
        outgoing.sendto(b"x", ("192.0.2.1", 53))
    with pytest.raises(RuntimeError, match="example"):
        socket.create_connection(("example.invalid", 80), timeout=1)


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        client.sendall(b"x")
        with server.accept()[0] as accepted:
            assert accepted.recv(1) == b"x"


def test_a_missing_component_says_how_to_get_it(needs: Callable[[str, str], str]) -> None:
    with pytest.raises((pytest.skip.Exception, pytest.fail.Exception), match="needs no-such-program: install it so"):
        needs("no-such-program", "install it so")
    assert needs("python:json", "comes with Python") == "python:json"
