"""A server's address is read strictly, and another machine has to prove who it is."""

from __future__ import annotations

import ssl

import pytest

from genba.errors import InvalidInput, NotFound
from genba.storage.exchange.postgres_address import read_address


def test_an_address_is_read(tmp_path):
    found = read_address("postgresql://%E5%8F%97:p%40ss@db.example:6432/genba?pool=3&schema=a_b")
    assert (found.user, found.password, found.host, found.port) == ("受", "p@ss", "db.example", 6432)
    assert (found.database, found.pool, found.schema) == ("genba", 3, "a_b")
    (tmp_path / "word").write_text("秘密\n", encoding="utf-8")
    assert read_address(f"postgres://u@h/d?passfile={tmp_path / 'word'}").password == "秘密"


def test_a_password_is_not_shown():
    assert "geheim" not in repr(read_address("postgresql://u:geheim@h/d"))


def test_another_machine_has_to_show_a_certificate_unless_the_address_says_otherwise():
    context = read_address("postgresql://u@db.example/d").tls()
    assert context is not None
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert read_address("postgresql://u@db.example/d?sslmode=require").tls().verify_mode == ssl.CERT_NONE
    assert read_address("postgresql://u@db.example/d?sslmode=disable").tls() is None


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", ""])
def test_this_machine_needs_none(host):
    assert read_address(f"postgresql://u@{host}/d").tls() is None


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u@h/d",
        "h:5432",
        "postgresql://u@h:port/d",
        "postgresql://u@h:99999/d",
        "postgresql://u@h/d?sslmode=prefer",
        "postgresql://u@h/d?options=-c",
        "postgresql://u@h/d?pool=0",
        "postgresql://u@h/d?pool=x",
        "postgresql://u@h/d?schema=a;drop",
    ],
)
def test_what_cannot_be_meant_is_refused(url):
    with pytest.raises(InvalidInput, match=r"exchange_store\.bad_address"):
        read_address(url)


def test_a_missing_password_file_is_told():
    with pytest.raises(NotFound, match=r"exchange_store\.no_password_file"):
        read_address("postgresql://u@h/d?passfile=/nowhere/at/all")
