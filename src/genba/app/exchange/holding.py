"""What lies beside a received product: its terms as they were agreed, signed by who holds it, and both receipts."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal

import msgspec

from genba.app.exchange.circumstances import read_terms
from genba.app.exchange.node import Exchange
from genba.app.exchange.receipts import Receipt
from genba.app.exchange.uses import RECEIPTS, RECEIPTS_FORMAT, TERMS, TERMS_FORMAT
from genba.errors import Denied, GenbaError, Unavailable
from genba.model.exchange import Agreement, Role
from genba.ports.exchange import Verifier
from genba.storage.exchange.deliveries import DeliveryIndex
from genba.storage.files import ProductFolder, long_path

TYPE = "genba-terms+jws"
MAX_BYTES = 4_000_000
LANGUAGES = ("ja", "en")


class Label(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One term in words, and how far it is kept on this side."""

    text: str
    operand: str
    enforcement: str


class AgreedTerms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The agreement under which a product is held."""

    id: str
    dataset: str
    assigner: str
    assignee: str
    agreed_at: datetime
    policy: msgspec.Raw  # JSON exactly as agreed


class HeldTerms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """terms.json."""

    format: str
    agreement: AgreedTerms
    title: str
    version: str
    delivery_sha256: str
    pull: str
    pulled_at: datetime
    purposes: tuple[str, ...] = ()
    place: str = ""
    training: bool = False
    labels: Mapping[str, tuple[Label, ...]] = {}  # by language

    def agreed(self) -> Agreement:
        """Give the agreement as the rest of genba knows it."""
        agreed = self.agreement
        return Agreement(
            id=agreed.id,
            role=Role.CONSUMER,
            dataset=agreed.dataset,
            assigner=agreed.assigner,
            assignee=agreed.assignee,
            policy=bytes(agreed.policy).decode(),
            agreed_at=agreed.agreed_at,
            final=True,
        )


class HeldReceipts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """receipt.json: signatures by which terms.json can be checked anywhere, with the public keys they need."""

    format: str = RECEIPTS_FORMAT
    terms: str  # over terms.json, by who holds the product
    consumer: str
    provider: str = ""  # empty until the provider has answered, and where it gives no receipts
    keys: Mapping[str, Mapping[str, str]] = {}  # public JWK by key id, for DIDs that do not hold their key themselves


class _Stated(msgspec.Struct, forbid_unknown_fields=True):
    """What the signature over terms.json states."""

    sha256: str


class Withdrawal(msgspec.Struct, frozen=True, kw_only=True):
    """withdrawn.json: what this side knows of a withdrawal."""

    agreement: str
    known_at: datetime
    reason: str = ""


def write_terms(
    exchange: Exchange, folder: Path, agreement: Agreement, index: DeliveryIndex, receipt: Receipt, token: str
) -> None:
    """Put the terms beside a product that is about to take its place."""
    terms = HeldTerms(
        format=TERMS_FORMAT,
        agreement=AgreedTerms(
            id=agreement.id,
            dataset=agreement.dataset,
            assigner=agreement.assigner,
            assignee=agreement.assignee,
            agreed_at=agreement.agreed_at,
            policy=msgspec.Raw(agreement.policy.encode()),
        ),
        title=index.title,
        version=index.version,
        delivery_sha256=receipt.delivery_sha256,
        pull=receipt.pull,
        pulled_at=receipt.ended_at,
        purposes=receipt.purposes,
        place=receipt.place,
        training=bool(receipt.training),
        labels=labels_of(agreement, is_genba=bool(receipt.delivery_sha256)),
    )
    # Written on one line: a formatter must not touch the policy inside, whose bytes are what was agreed.
    body = msgspec.json.encode(terms) + b"\n"
    signature = exchange.signer.sign(msgspec.json.encode(_Stated(sha256=sha256(body).hexdigest())), typ=TYPE)
    product = ProductFolder(folder)
    product.put(TERMS, body)
    put_receipts(exchange, folder, HeldReceipts(terms=signature, consumer=token))


def put_receipts(exchange: Exchange, folder: Path, receipts: HeldReceipts) -> None:
    """Write receipt.json with the keys that its signatures need."""
    keys = dict(receipts.keys)
    for token in (receipts.terms, receipts.provider):
        keys |= _key_of(exchange.verifier, token) if token else {}
    body = msgspec.json.format(msgspec.json.encode(msgspec.structs.replace(receipts, keys=keys)), indent=1)
    ProductFolder(folder).put(RECEIPTS, body, lasting=True)


def _key_of(verifier: Verifier, token: str) -> dict[str, Mapping[str, str]]:
    """Give the public key of a signature, unless the DID holds it itself."""
    from genba.trust import jws
    from genba.trust.jwk import jwk_of

    kid = jws.read(token).header.kid
    if kid.startswith("did:key:") or not isinstance(verifier, jws.DidVerifier):
        return {}
    return {kid: jwk_of(verifier.find(kid, "assertionMethod"))}


def labels_of(agreement: Agreement, *, is_genba: bool) -> dict[str, tuple[Label, ...]]:
    """Say each term in both languages, with how far it is kept between us and this partner."""
    from genba.policy import labels

    policy = read_terms(agreement.policy)
    partner: Literal["genba", "other"] = "genba" if is_genba else "other"
    return {
        lang: tuple(
            Label(text=line.text, operand=line.operand, enforcement=line.enforcement.value)
            for line in labels.describe(policy, partner=partner, lang=lang)
        )
        for lang in LANGUAGES
    }


def read_held(folder: Path, verifier: Verifier | None = None) -> tuple[HeldTerms, HeldReceipts]:
    """Read the terms of a held product; raises Denied unless they are exactly what was signed."""
    try:
        body, beside = (_read(folder / name) for name in (TERMS, RECEIPTS))
        terms = msgspec.json.decode(body, type=HeldTerms)
        receipts = msgspec.json.decode(beside, type=HeldReceipts)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Denied("held.tampered", folder=folder.name) from None
    _prove(folder, body, terms, receipts, verifier or offline(receipts.keys))
    return terms, receipts


def _read(path: Path) -> bytes:
    with long_path(path).open("rb") as stream:
        return stream.read(MAX_BYTES)


def _prove(folder: Path, body: bytes, terms: HeldTerms, held: HeldReceipts, verifier: Verifier) -> None:
    """The holder signed the file, and the provider signed what is agreed in it."""
    from genba.app.exchange import receipts

    agreed = terms.agreement
    try:
        stated = msgspec.json.decode(verifier.verify(held.terms, typ=TYPE, signer=agreed.assignee), type=_Stated)
        told = [receipts.read(held.consumer, verifier, signer=agreed.assignee)]
        if held.provider:
            told.append(receipts.read(held.provider, verifier, signer=agreed.assigner))
        expected = (agreed.id, receipts.terms_hash(bytes(agreed.policy).decode()), terms.delivery_sha256, terms.pull)
    except (GenbaError, msgspec.MsgspecError):
        raise Denied("held.tampered", folder=folder.name) from None
    is_true = all((one.agreement, one.terms_sha256, one.delivery_sha256, one.pull) == expected for one in told)
    if not is_true or stated.sha256 != sha256(body).hexdigest():
        raise Denied("held.tampered", folder=folder.name)


def offline(keys: Mapping[str, Mapping[str, str]]) -> Verifier:
    """Verify without any network: a did:key is its own key, others were written down when the product came.

    Whoever can sign anew can also write keys anew: this finds what was changed, not who wanted it hidden.
    """
    try:
        from genba.trust.jwk import PublicKey, public_key
        from genba.trust.jws import DidVerifier
        from genba.trust.multikey import did_key_id, key_of_did
    except ModuleNotFoundError:
        raise Unavailable("exchange_home.extra_missing") from None

    def find(kid: str, purpose: str) -> PublicKey:
        del purpose
        did = kid.partition("#")[0]
        if did.startswith("did:key:"):
            if kid != did_key_id(did):
                raise Denied("held.unknown_key")
            return key_of_did(did)
        if kid not in keys:
            raise Denied("held.unknown_key")
        return public_key(keys[kid])

    return DidVerifier(find)
