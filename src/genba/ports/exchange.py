"""What the exchange needs of the world: identity, signatures, secrets at rest, outgoing HTTP, negotiation rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from genba.model.exchange import Agreement, Caller, Negotiation, Partner, Publication


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answered."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    @property
    def retry_after_s(self) -> int:
        """For how long the server asks us to wait; 0 where it says nothing, or a date."""
        said = self.headers.get("retry-after", "")
        return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else 0


class Http(Protocol):
    """Outgoing requests, guarded: addresses are checked, sizes and times limited, redirects refused."""

    def request(self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """Raise Unavailable when nothing came back, Denied when the address is not allowed."""
        ...


class Identity(Protocol):
    """Proves who we are and finds out who calls."""

    @property
    def participant(self) -> str:
        """Our own id."""
        ...

    def authorization(self, audience: str) -> str:
        """Give the value of the Authorization header for a message to a participant."""
        ...

    def caller(self, authorization: str, *, now: datetime) -> Caller:
        """Find out who sent a message; raises Denied for every doubt."""
        ...


class Signer(Protocol):
    """Signs with the participant's key."""

    def sign(self, payload: bytes, *, typ: str) -> str:
        """Give a compact JWS whose header carries alg, kid and typ."""
        ...


class Verifier(Protocol):
    """Verifies signatures of any participant whose key can be found."""

    def verify(self, token: str, *, typ: str, signer: str) -> bytes:
        """Give the payload; raises Denied when it was not signed by that participant, now or ever."""
        ...


class Vault(Protocol):
    """Encrypts what must not lie open on disk; the envelope names its algorithm and key."""

    def seal(self, secret: bytes, *, label: str) -> str:
        """Encrypt, bound to what it belongs to."""
        ...

    def open(self, envelope: str, *, label: str) -> bytes:
        """Decrypt; raises Denied when the envelope was changed, moved or sealed with another key."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a side does next in a negotiation or transfer by itself; `wait` holds it for a person, with a code why."""

    do: str  # agree, offer, accept, request, verify, finalize, start, complete, suspend, terminate, wait, nothing
    reason: str = ""
    policy: str = ""  # for offer and request: the policy to propose, JSON
    details: Mapping[str, str] = field(default_factory=dict)


class Rules(Protocol):
    """Decides what a side does by itself after each change."""

    def negotiation(
        self,
        negotiation: Negotiation,
        publication: Publication | None,
        partner: Partner | None,
        *,
        asked: str = "",
        wrong: str = "",
    ) -> Step:
        """Say what to do now that a negotiation is in this state; `asked` is the policy that an offer replaced.

        `wrong` is the code of why an agreement is not between the two of us, or not about this dataset.
        """
        ...

    def transfer(self, state: str, agreement: Agreement, *, role: str, steps: int) -> Step:
        """Say what to do now that a transfer is in this state after so many changes; REQUESTED is the first."""
        ...
