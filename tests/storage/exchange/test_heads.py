"""The last link is told beside the database, so that a log cut at its end is found."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from genba.errors import Denied
from genba.storage.exchange import heads
from genba.storage.exchange.log import Anchor
from tests.ports.keys import NamedSigner

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
US = NamedSigner()


def test_the_last_link_that_was_kept_is_given(tmp_path):
    assert heads.kept(tmp_path, US, signer=US.name) is None
    for seq in (1, 2):
        heads.keep(tmp_path, Anchor(seq=seq, sha256=f"{seq}" * 64), US, at=NOW)
    assert heads.kept(tmp_path, US, signer=US.name) == Anchor(seq=2, sha256="2" * 64)
    assert [path.name for path in tmp_path.iterdir()] == [heads.NAME]


def test_a_head_that_somebody_else_signed_is_refused(tmp_path):
    heads.keep(tmp_path, Anchor(seq=1, sha256="1" * 64), NamedSigner("did:key:them"), at=NOW)
    with pytest.raises(Denied):
        heads.kept(tmp_path, US, signer=US.name)


def test_a_head_that_is_no_text_is_refused(tmp_path):
    (tmp_path / heads.NAME).write_bytes(b"\xff\xfe")
    with pytest.raises(Denied):
        heads.kept(tmp_path, US, signer=US.name)
