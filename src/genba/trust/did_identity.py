"""Identity by DID alone: a partner proves its key, and a person has entered that partner."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from genba.errors import Denied
from genba.model.exchange import Caller, Partner
from genba.trust.self_issued import Checking, Issuing, bearer

FindPartner = Callable[[str], Partner | None]  # as a person has entered it


@dataclass(frozen=True, slots=True, kw_only=True)
class DidIdentity:
    """Self-issued tokens without credentials (ports.exchange.Identity)."""

    issuing: Issuing
    checking: Checking
    partner: FindPartner

    @property
    def participant(self) -> str:
        """Our own id."""
        return self.issuing.did

    def authorization(self, audience: str) -> str:
        """Issue a token for this one message."""
        return f"Bearer {self.issuing.token(audience)}"

    def caller(self, authorization: str, *, now: datetime) -> Caller:
        """Raises Denied for strangers, blocked partners and every doubt about the token."""
        claimed = self.checking.read(bearer(authorization), now=now)
        partner = entered(self.partner, claimed.issuer)  # before anything is fetched for a stranger
        self.checking.prove(claimed)
        return Caller(id=claimed.issuer, corporate_number=partner.corporate_number)


def entered(lookup: FindPartner, did: str) -> Partner:
    """Give the partner that a person has entered."""
    partner = lookup(did)
    if partner is None:
        raise Denied("trust.partner_unknown", partner=did[:80])
    if partner.blocked:
        raise Denied("trust.partner_blocked", partner=did[:80])
    return partner
