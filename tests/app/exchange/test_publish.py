import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from genba.app.exchange.home import NewHome, new_home, open_home
from genba.app.exchange.node import Exchange
from genba.app.exchange.publish import PublishRequest, publish, take_back
from genba.app.exchange.statement import check_statement
from genba.config import Config
from genba.errors import Conflict, Denied, GenbaError, InvalidInput, NotFound
from genba.storage.exchange import catalogue, log, publications
from genba.storage.exchange.audiences import Viewer
from genba.storage.exchange.deliveries import check_index, load_delivery
from tests.app.exchange.small_product import TABLES, make_product

NONE = {"personal_data": "none", "signed_by": "品質保証部 山田"}


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Exchange]:
    new_home(NewHome(home=tmp_path / "maker", name="現場精機", local=True), Config(state_dir=tmp_path / "state"))
    opened = open_home(tmp_path / "maker")
    yield opened
    opened.database.close()


@pytest.fixture
def product(tmp_path: Path) -> Path:
    return make_product(tmp_path / "product")


def viewer(*groups: str) -> Viewer:
    return Viewer(id="did:key:zBuyer", groups=groups, now=datetime.now(UTC) + timedelta(seconds=1))


def visible(exchange: Exchange, *groups: str) -> list[dict[str, object]]:
    with exchange.database.reading() as tx:
        page = catalogue.page(tx, viewer(*groups), search="", facets=None, after="", limit=10)
    return [json.loads(item) for item in page.datasets]


def test_a_product_without_a_decision_about_personal_data_is_not_published(exchange: Exchange, product: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        publish(exchange, PublishRequest(product=product, terms="suppliers"))
    assert caught.value.code == "publish.no_statement"
    assert visible(exchange, "suppliers") == []


@pytest.mark.parametrize(
    ("decision", "by", "code"),
    [
        ("probably none", "山田", "publish.no_decision"),
        ("none", "  ", "publish.nobody_signed"),
        ("lawful", "山田", "publish.no_basis"),
        ("lawful:  ", "山田", "publish.no_basis"),
    ],
)
def test_a_statement_that_says_too_little_is_refused(
    exchange: Exchange, product: Path, decision: str, by: str, code: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        publish(exchange, PublishRequest(product=product, terms="suppliers", personal_data=decision, signed_by=by))
    assert caught.value.code == code


def test_a_published_product_is_seen_by_the_group_of_its_terms_only(exchange: Exchange, product: Path) -> None:
    published = publish(exchange, PublishRequest(product=product, terms="suppliers", **NONE))
    assert [item["@id"] for item in visible(exchange, "suppliers")] == [published.dataset]
    assert visible(exchange) == visible(exchange, "competitors") == []


def test_the_catalogue_tells_no_title_of_a_document_unless_details_may_be_seen(
    exchange: Exchange, product: Path
) -> None:
    publish(exchange, PublishRequest(product=product, terms="suppliers", **NONE))
    assert "山田" not in json.dumps(visible(exchange, "suppliers"), ensure_ascii=False)


def test_the_delivery_holds_exactly_what_the_provider_signed(exchange: Exchange, product: Path) -> None:
    published = publish(exchange, PublishRequest(product=product, terms="suppliers", **NONE))
    with exchange.database.reading() as tx:
        publication = publications.load(tx, published.dataset)
    assert publication is not None
    delivery = load_delivery(exchange.home / publication.folder)
    assert hashlib.sha256(delivery.body).hexdigest() == publication.manifest_sha256
    index = check_index(delivery.body, delivery.signature, exchange.verifier, provider=exchange.participant)
    assert {file.path for file in index.files} == {*TABLES, "dataset.json", "manifest.json"}
    with pytest.raises(Denied):
        check_index(delivery.body + b" ", delivery.signature, exchange.verifier, provider=exchange.participant)
    target = delivery.open_path("manifest.json")
    target.write_bytes(target.read_bytes() + b" ")
    with pytest.raises(Conflict) as caught:
        delivery.open_path("manifest.json")
    assert caught.value.code == "delivery.changed"


def test_terms_with_columns_deliver_those_columns_and_no_names_of_people(exchange: Exchange, product: Path) -> None:
    request = PublishRequest(product=product, terms="suppliers", parameters={"columns": "ロット,硬さ"}, **NONE)
    published = publish(exchange, request)
    with exchange.database.reading() as tx:
        publication = publications.load(tx, published.dataset)
    assert publication is not None
    files = exchange.home / publication.folder / "files"
    names = [name for path in files.rglob("*.parquet") for name in pq.read_table(path, use_threads=False).column_names]
    assert sorted(names) == ["ロット", "硬さ"]
    everything = b"".join(path.read_bytes() for path in files.rglob("*") if path.is_file())
    assert "山田".encode() not in everything and "作業者".encode() not in everything


def test_a_column_that_no_table_has_is_refused(exchange: Exchange, product: Path) -> None:
    request = PublishRequest(product=product, terms="suppliers", parameters={"columns": "ロット,硬度"}, **NONE)
    with pytest.raises(InvalidInput) as caught:
        publish(exchange, request)
    assert (caught.value.code, caught.value.details["column"]) == ("publish.no_such_column", "硬度")


def test_publishing_the_same_again_changes_nothing(exchange: Exchange, product: Path) -> None:
    first = publish(exchange, PublishRequest(product=product, terms="suppliers", **NONE))
    again = publish(exchange, PublishRequest(product=product, terms="suppliers", **NONE))
    assert again.was_there and again.dataset == first.dataset
    assert len(visible(exchange, "suppliers")) == 1


def test_other_terms_make_a_new_version_that_takes_the_place_of_the_old(exchange: Exchange, product: Path) -> None:
    first = publish(exchange, PublishRequest(product=product, terms="suppliers", **NONE))
    second = publish(
        exchange, PublishRequest(product=product, terms="suppliers", parameters={"purposes": "quality"}, **NONE)
    )
    assert (first.version, second.version) == ("1", "2")
    shown = visible(exchange, "suppliers")
    assert [item["@id"] for item in shown] == [second.dataset]
    assert shown[0]["dcat:previousVersion"] == {"@id": first.dataset}


def test_a_changed_product_is_refused(exchange: Exchange, product: Path) -> None:
    (product / next(iter(TABLES))).write_bytes(b"PAR1")
    with pytest.raises(InvalidInput) as caught:
        publish(exchange, PublishRequest(product=product, terms="suppliers", **NONE))
    assert caught.value.code == "product.changed_file"


def test_what_was_taken_back_is_no_longer_seen_and_not_silently_published_again(
    exchange: Exchange, product: Path
) -> None:
    published = publish(exchange, PublishRequest(product=product, terms="suppliers", **NONE))
    take_back(exchange, published.dataset, reason="誤り")
    assert visible(exchange, "suppliers") == []
    with pytest.raises(Conflict):
        publish(exchange, PublishRequest(product=product, terms="suppliers", **NONE))
    with pytest.raises(NotFound):
        take_back(exchange, "urn:genba:dataset:none", reason="")


def test_publishing_and_taking_back_stand_in_the_log(exchange: Exchange, product: Path) -> None:
    published = publish(exchange, PublishRequest(product=product, terms="suppliers", **NONE))
    take_back(exchange, published.dataset, reason="誤り")
    with exchange.database.reading() as tx:
        entries = list(log.entries(tx))
    assert [entry.kind for entry in entries] == ["published", "taken back"]
    assert json.loads(entries[1].body) == {"dataset": published.dataset, "reason": "誤り"}


def test_the_statement_is_about_this_product_and_by_this_participant(exchange: Exchange, product: Path) -> None:
    published = publish(exchange, PublishRequest(product=product, terms="suppliers", **NONE))
    with exchange.database.reading() as tx:
        publication = publications.load(tx, published.dataset)
    assert publication is not None
    told = {"verifier": exchange.verifier, "signer": exchange.participant}
    manifest_sha256 = hashlib.sha256((product / "manifest.json").read_bytes()).hexdigest()
    stated = check_statement(publication.personal_data, manifest_sha256=manifest_sha256, **told)  # type: ignore[arg-type]
    assert (stated.decision, stated.by) == ("none", "品質保証部 山田")
    with pytest.raises(Denied):
        check_statement(publication.personal_data, manifest_sha256="1" * 64, **told)  # type: ignore[arg-type]


def test_nothing_opens_without_the_key_for_secrets(exchange: Exchange, tmp_path: Path) -> None:
    (key,) = (tmp_path / "state" / "exchange-keys").iterdir()
    kept = key.read_bytes()
    key.unlink()
    with pytest.raises(GenbaError):
        open_home(tmp_path / "maker")
    other = kept[:5] + (b"A" if kept[5:6] != b"A" else b"B") + kept[6:]
    key.write_bytes(other)
    key.chmod(0o600)
    with pytest.raises(Denied):
        open_home(tmp_path / "maker")
