"""Offer a product on terms: checked, frozen, signed and entered into the catalogue; or taken out of it again."""

import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import msgspec

from genba.app.exchange.cataloguing import DETAILS, SERVICE_ID
from genba.app.exchange.log_end import keep_end
from genba.app.exchange.node import Exchange
from genba.app.exchange.offered import OfferedProduct, check_columns, read_product
from genba.app.exchange.partnering import list_partners
from genba.app.exchange.projecting import project
from genba.app.exchange.statement import check_statement, identity_of, make_statement
from genba.app.exchange.uses import HeldUse, check_use
from genba.dsp import catalog
from genba.errors import Conflict, InvalidInput, NotFound
from genba.model.exchange import Publication
from genba.model.policy import Constraint, Policy
from genba.policy import odrl, terms
from genba.policy.audience import audience
from genba.policy.checking import check_access, check_offer
from genba.policy.constraints import moment
from genba.policy.terms import Terms
from genba.storage.exchange import log, publications
from genba.storage.exchange.deliveries import Delivery, load_delivery, write_delivery
from genba.storage.files import long_path
from genba.writers import catalog_entry

DELIVERIES = "deliveries"
RULES = ("person", "accept", "refuse")
ENDS = ("DataUsageEndDate", "DataProvisioningEndDate")
MAX_TITLE_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishRequest:
    """What to offer, on which terms, with whose word about personal data."""

    product: Path
    terms: str  # name of a template, or a file
    parameters: Mapping[str, str] = field(default_factory=dict)
    personal_data: str = ""  # none, masked, or lawful: reason
    signed_by: str = ""
    rule: str = "person"  # what happens when somebody asks for it
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What is in the catalogue now."""

    dataset: str
    version: str
    offer: str
    title: str
    files: int
    size_bytes: int
    was_there: bool = False  # the same product on the same terms had been published already
    empty_groups: tuple[str, ...] = ()  # groups that may see it, where no partner of ours is in any of them


def publish(exchange: Exchange, request: PublishRequest) -> Published:
    """Put a product into the catalogue; publishing the same again changes nothing."""
    if request.rule not in RULES:
        raise InvalidInput("publish.no_such_rule", rule=request.rule[:40], rules=", ".join(RULES))
    if not request.personal_data:
        raise InvalidInput("publish.no_statement")
    stated = terms.load(request.terms, **request.parameters)
    check_offer(stated.contract)
    check_access(stated.access)
    _check_end(stated.contract, exchange.now())
    # Offering what came from a partner is onward provision: asked of the terms that came with it.
    check_use(request.product, HeldUse(action="publish", now=exchange.now(), onward=True), below=True)
    product = read_product(request.product, columns=stated.columns, openly=stated.details_visible)
    check_columns(product, stated.columns)
    title = (request.title or product.title)[:MAX_TITLE_CHARS]
    series = f"urn:genba:dataset:{identity_of(exchange.participant, title)}"
    policies = [_json(odrl.write(policy)) for policy in (stated.access, stated.contract)]
    content = identity_of(product.manifest_sha256, *policies, *stated.columns, request.rule)
    with exchange.database.reading() as tx:
        earlier = publications.versions(tx, series)
    for item in earlier:
        if item.id == f"{series}:{content}":
            if item.withdrawn_at is not None:
                raise Conflict("publish.withdrawn_before", title=title)
            return _published(item, exchange, was_there=True)
    draft = _Draft(request, product, stated, title, series, f"{series}:{content}", policies[0], earlier)
    return _enter(exchange, draft)


def _check_end(policy: Policy, now: datetime) -> None:
    """Refuse terms that are over before anybody could agree to them: most likely a slip of the pen."""
    for rule in policy.permissions:
        for constraint in rule.constraints:
            if isinstance(constraint, Constraint) and constraint.left_operand in ENDS:
                end = moment(constraint.right_operand[0])
                if end is not None and end <= now:
                    raise InvalidInput("publish.already_over", until=constraint.right_operand[0])


@dataclass(frozen=True, slots=True)
class _Draft:
    """Everything that is known of a publication before its files are frozen."""

    request: PublishRequest
    product: OfferedProduct
    terms: Terms
    title: str
    series: str
    id: str
    access: str
    earlier: tuple[Publication, ...]

    @property
    def version(self) -> str:
        return str(len(self.earlier) + 1)


def _enter(exchange: Exchange, draft: _Draft) -> Published:
    """Sign the statement, freeze the files, then write catalogue and log in one transaction."""
    at = exchange.now()
    statement = make_statement(
        draft.request.personal_data,
        by=draft.request.signed_by,
        manifest_sha256=draft.product.manifest_sha256,
        at=at,
        signer=exchange.signer,
    )
    check_statement(
        statement,
        manifest_sha256=draft.product.manifest_sha256,
        verifier=exchange.verifier,
        signer=exchange.participant,
    )
    folder = exchange.home / DELIVERIES / identity_of(draft.id)
    delivery = _freeze(exchange, draft, folder)
    sha256 = hashlib.sha256(delivery.body).hexdigest()
    offer_id = f"{draft.id}:offer"
    offer = odrl.write(replace(draft.terms.contract, id=offer_id, kind="Offer", assigner=exchange.participant))
    entry = catalog_entry.CatalogEntry(
        id=draft.id,
        version=draft.version,
        title=draft.title,
        publisher=exchange.participant,
        keywords=draft.product.keywords,
        issued=at,
        size_bytes=sum(file.size_bytes for file in delivery.index.files),
        files=len(delivery.index.files),
        manifest_sha256=sha256,
        quality=draft.product.quality,
        previous=draft.earlier[-1].id if draft.earlier else "",
        has_croissant=draft.product.has_croissant,
    )
    publication = Publication(
        id=draft.id,
        version=draft.version,
        title=draft.title,
        dataset=catalog_entry.encode(entry),
        facets=draft.product.facets,
        text=f"{draft.title} {draft.product.text}",
        offer_id=offer_id,
        offer=_json(offer),
        access=draft.access,
        folder=f"{DELIVERIES}/{folder.name}",
        manifest_sha256=sha256,
        published_at=at,
        rule=draft.request.rule,
        personal_data=statement,
        details_visible=draft.terms.details_visible,
    )
    shown = catalog.dataset(publication.dataset, [publication.offer], id=draft.id, service_id=SERVICE_ID)
    body = {"dataset": draft.id, "offer": offer_id, "manifest_sha256": sha256, "terms": offer}
    with exchange.database.transaction() as tx:
        publications.put(tx, publication, audience(draft.terms.access), series=draft.series, entry=shown)
        log.append(tx, exchange.signer, at=at, kind="published", agreement="", partner="", body=body)
    keep_end(exchange)
    return _published(publication, exchange)


def _freeze(exchange: Exchange, draft: _Draft, folder: Path) -> Delivery:
    """Write the delivery and what may be seen before a contract."""
    with tempfile.TemporaryDirectory(dir=_made(exchange.home / DELIVERIES)) as narrow:
        files = draft.product.files
        if draft.terms.columns:
            files = project(draft.product, draft.terms.columns, Path(narrow))
        delivery = write_delivery(
            folder,
            files,
            exchange.signer,
            dataset=draft.id,
            version=draft.version,
            title=draft.title,
            provider=exchange.participant,
        )
    if draft.terms.details_visible:
        details = dict(draft.product.details)
        if draft.product.has_croissant:
            croissant = long_path(draft.product.root / "croissant.json").read_bytes()
            details["croissant"] = msgspec.json.decode(croissant)
        long_path(folder / DETAILS).write_bytes(msgspec.json.encode(details))
    return delivery


def _made(folder: Path) -> Path:
    long_path(folder).mkdir(parents=True, exist_ok=True)
    return long_path(folder)


def _json(data: Mapping[str, object]) -> str:
    return msgspec.json.encode(data).decode("utf-8")


def _empty_groups(exchange: Exchange, access: str) -> tuple[str, ...]:
    """Give the groups that may see something when nobody who was entered is in one of them."""
    for one_of in audience(odrl.read(msgspec.json.decode(access))).all_of:
        groups = tuple(value for kind, value in one_of if kind == "group")
        if len(groups) == len(one_of) and not any(set(groups) & set(one.groups) for one in list_partners(exchange)):
            return groups
    return ()


def _published(publication: Publication, exchange: Exchange, *, was_there: bool = False) -> Published:
    files = load_delivery(exchange.home / publication.folder).index.files
    return Published(
        dataset=publication.id,
        version=publication.version,
        offer=publication.offer_id,
        title=publication.title,
        files=len(files),
        size_bytes=sum(file.size_bytes for file in files),
        was_there=was_there,
        empty_groups=_empty_groups(exchange, publication.access),
    )


def take_back(exchange: Exchange, dataset: str, *, reason: str) -> None:
    """Take a dataset out of the catalogue; agreements about it stay as they are."""
    at = exchange.now()
    with exchange.database.transaction() as tx:
        if publications.load(tx, dataset) is None:
            raise NotFound("publish.no_such_dataset", dataset=dataset[:200])
        publications.withdraw(tx, dataset, at)
        body = {"dataset": dataset, "reason": reason}
        log.append(tx, exchange.signer, at=at, kind="taken back", agreement="", partner="", body=body)
    keep_end(exchange)
