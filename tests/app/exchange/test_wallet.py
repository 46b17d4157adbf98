"""Homes whose identity is by credentials or by an authorisation server, and the wallet that they serve."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from genba.app.exchange.home import NewHome, new_home, open_home
from genba.app.exchange.identities import make_identity, set_client_secret
from genba.app.exchange.node import Exchange
from genba.app.exchange.wallet import add_credential, list_credentials, open_wallet, parts_of, remove_credential
from genba.config import Config
from genba.errors import Denied, InvalidInput, NotFound
from genba.model.settings import IdentitySettings
from genba.storage.exchange import notices
from genba.storage.exchange.settings import write_settings
from genba.trust.dcp import DcpIdentity, token_for
from genba.trust.oauth2 import OAuth2Identity
from genba.trust.scopes import write_scope
from tests.trust.issuer import Issuer
from tests.trust.world import Clock, Web, on_the_web

MEMBERSHIP = "MembershipCredential"
OURS = "did:web:cell.example.jp"
CONTEXT = ["https://w3id.org/dspace-dcp/v1.0/dcp.jsonld"]


def opened(folder: Path, identity: IdentitySettings, web: Web, clock: Clock) -> Exchange:
    home = folder / "home"
    made = new_home(NewHome(home=home, did=OURS, address="https://cell.example.jp"), Config(state_dir=folder / "state"))
    (home / "exchange.toml").unlink()
    write_settings(home, replace(made, identity=identity))
    return replace(open_home(home), http=web, now=clock)


@pytest.fixture
def world(tmp_path: Path):
    """Our home, an issuer we believe, and a maker that asks."""
    from datetime import UTC, datetime

    clock, web = Clock(datetime.now(UTC).replace(microsecond=0)), Web()
    issuer = Issuer(on_the_web(web, clock, "trust.example.jp"), web)
    maker = on_the_web(web, clock, "pack.example.jp")
    identity = IdentitySettings(profile="dcp", required=(MEMBERSHIP,), issuers={MEMBERSHIP: (issuer.company.did,)})
    return opened(tmp_path, identity, web, clock), issuer, maker


def post(exchange: Exchange, path: str, token: str, message: dict[str, object]):
    body = msgspec.json.encode({"@context": CONTEXT} | message)
    return open_wallet(exchange).handle("POST", path, f"Bearer {token}", body, now=exchange.now())


def test_the_profile_in_the_settings_decides_the_identity(world):
    exchange, _, _ = world
    assert isinstance(exchange.identity, DcpIdentity)
    assert exchange.identity.participant == OURS


def test_a_credential_is_delivered_kept_sealed_and_shown(world):
    exchange, issuer, maker = world
    container = {"credentialType": MEMBERSHIP, "payload": issuer.credential(OURS)}
    delivered = {
        "type": "CredentialMessage",
        "issuerPid": "i",
        "holderPid": "h",
        "status": "ISSUED",
        "credentials": [container],
    }
    assert post(exchange, "/credentials", issuer.company.issuing.token(OURS), delivered).status == 200
    (held,) = list_credentials(exchange)
    assert held.token == container["payload"]

    ours = token_for(parts_of(exchange).issuing(), maker.did, (write_scope(MEMBERSHIP),))
    from genba.trust import jws

    access = jws.claims(jws.read(ours).payload)["token"]
    query = {"type": "PresentationQueryMessage", "scope": [write_scope(MEMBERSHIP)]}
    answer = post(exchange, "/presentations/query", maker.issuing.token(OURS, token=access), query)
    assert answer.status == 200
    assert len(msgspec.json.decode(answer.body)["presentation"]) == 1


def test_a_token_is_used_up_in_the_database(world):
    exchange, issuer, _ = world
    token = issuer.company.issuing.token(OURS)
    offer = {"type": "CredentialOfferMessage", "issuer": issuer.company.did, "credentials": [{"id": "a"}]}
    assert post(exchange, "/offers", token, offer).status == 200
    assert post(exchange, "/offers", token, offer).status == 401


def test_an_offer_waits_for_a_person_once_for_each_issuer(world):
    exchange, issuer, _ = world
    for name in ("a", "b"):
        offer = {"type": "CredentialOfferMessage", "issuer": issuer.company.did, "credentials": [{"id": name}]}
        assert post(exchange, "/offers", issuer.company.issuing.token(OURS), offer).status == 200
    with exchange.database.reading() as tx:
        (notice,) = notices.listing(tx)
    assert notice.code == "trust.credentials_offered"
    assert notice.details == {"issuer": issuer.company.did, "credentials": "b"}


def test_a_person_puts_in_and_takes_out_credentials(world):
    exchange, issuer, maker = world
    held = add_credential(exchange, f" {issuer.credential(OURS)}\n")
    assert list_credentials(exchange) == (held,)
    with pytest.raises(Denied, match="credential_foreign"):
        add_credential(exchange, issuer.credential(maker.did))
    assert remove_credential(exchange, held.issuer, held.id)
    assert list_credentials(exchange) == ()


def test_an_authorisation_server_needs_its_secret_and_addresses(tmp_path: Path):
    clock, web = Clock(), Web()
    identity = IdentitySettings(profile="dcp", required=(MEMBERSHIP,))
    parts = parts_of(opened(tmp_path, identity, web, clock))
    server = IdentitySettings(
        profile="oauth2",
        oauth2_issuer="https://login.example.jp",
        oauth2_token_url="https://login.example.jp/token",
        oauth2_client_id="cell",
    )
    parts = replace(parts, settings=replace(parts.settings, identity=server))
    with pytest.raises(NotFound):
        make_identity(parts)
    set_client_secret(parts.home, parts.vault, "a secret")
    made = make_identity(parts)
    assert isinstance(made, OAuth2Identity) and made.client_secret() == "a secret"
    assert "a secret" not in (parts.home / "keys" / "oauth2-client.sealed").read_text()
    plain = replace(server, oauth2_token_url="http://login.example.jp/token")
    with pytest.raises(InvalidInput):
        make_identity(replace(parts, settings=replace(parts.settings, identity=plain)))
