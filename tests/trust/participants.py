"""Two companies of a dataspace with credentials: one has a wallet and calls, the other verifies."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from genba.model.credential import HeldCredential
from genba.model.exchange import Partner
from genba.ports.exchange import Answer
from genba.trust.access_tokens import AccessCheck
from genba.trust.credential_schemas import schema_check
from genba.trust.credentials import CredentialCheck
from genba.trust.dcp import DcpIdentity
from genba.trust.dids import Resolver
from genba.trust.presentations import PresentationCheck
from genba.trust.status_lists import status_check
from genba.trust.wallet import Offered, Wallet, held_of
from tests.trust.issuer import Issuer
from tests.trust.world import Clock, Company, Seen, Web, on_the_web, partners

MEMBERSHIP = "MembershipCredential"
TYPES = (
    MEMBERSHIP,
    "BpnCredential",
    "DataExchangeGovernanceCredential",
    "JapaneseLegalEntityCredential",
    "SensitiveDataCredential",
)


@dataclass
class Kept:
    """The wallet's store in memory."""

    table: dict[tuple[str, str], HeldCredential] = field(default_factory=dict)

    def put(self, held: HeldCredential) -> None:
        self.table[held.issuer, held.id] = held

    def listing(self, now: datetime) -> tuple[HeldCredential, ...]:
        alive = [held for held in self.table.values() if held.ends is None or held.ends > now]
        return tuple(sorted(alive, key=lambda held: held.received_at, reverse=True))


class Dataspace:
    """A supplier with a wallet, a maker that verifies, an issuer that both believe, and another that neither does."""

    def __init__(self, required: tuple[str, ...] = (MEMBERSHIP,)) -> None:
        self.clock, self.web = Clock(), Web()
        services = {"CredentialService": "https://cell.example.jp/dcp"}
        self.supplier = on_the_web(self.web, self.clock, "cell.example.jp", services)
        self.maker = on_the_web(self.web, self.clock, "pack.example.jp")
        self.issuer = Issuer(on_the_web(self.web, self.clock, "trust.example.jp"), self.web)
        self.stranger = Issuer(on_the_web(self.web, self.clock, "elsewhere.example"), self.web)
        self.resolver = Resolver(self.web, self.clock)
        self.issuers = dict.fromkeys(TYPES, (self.issuer.company.did,))
        self.required = required
        self.store, self.offers, self.entries = Kept(), list[Offered](), list[Partner]()
        self.wallet = Wallet(
            issuing=self.supplier.issuing,
            checking=self.supplier.checking(self.resolver, Seen()),
            access=AccessCheck(did=self.supplier.did, key={self.supplier.kid: self.supplier.key.public}.get),
            received=self.credential_check(),
            store=self.store,
            offered=self.offers.append,
        )
        self.serve(self.wallet.handle)
        self.maker_identity = self.identity(self.maker)
        self.supplier_identity = self.identity(self.supplier)

    def serve(self, handle: Callable[..., object]) -> None:
        """Put the wallet's handlers on the web."""
        for path in ("/presentations/query", "/credentials", "/offers"):
            self.web.pages[f"https://cell.example.jp/dcp{path}"] = self._page(handle, path)

    def _page(self, handle: Callable[..., object], path: str) -> Callable[..., Answer]:
        def page(method: str, headers: dict[str, str], body: bytes) -> Answer:
            answer = handle(method, path, headers.get("authorization", ""), body, now=self.clock())
            return Answer(status=answer.status, headers={}, body=answer.body)

        return page

    def credential_check(self) -> CredentialCheck:
        return CredentialCheck(
            key=self.resolver.key,
            issuers=self.issuers,
            status=status_check(self.web, self.resolver.key),
            schema=schema_check(self.web),
        )

    def identity(self, company: Company) -> DcpIdentity:
        return DcpIdentity(
            issuing=company.issuing,
            checking=company.checking(self.resolver, Seen()),
            presentations=PresentationCheck(
                did=company.did, key=self.resolver.key, credentials=self.credential_check()
            ),
            document=self.resolver.document,
            http=self.web,
            required=self.required,
            presented=self.required,
            partner=lambda did: partners(*self.entries)(did),
        )

    def give(self, *tokens: str) -> None:
        """Put credentials into the supplier's wallet without asking anybody."""
        from genba.trust.credentials import read_credential

        for token in tokens:
            self.store.put(held_of(read_credential(token, self.resolver.key), self.clock()))

    def call(self):
        """One message of the supplier to the maker: who is calling?"""
        authorization = self.supplier_identity.authorization(self.maker.did)
        return self.maker_identity.caller(authorization, now=self.clock())
