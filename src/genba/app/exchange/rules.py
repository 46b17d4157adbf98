"""What a side does by itself after each change of a negotiation or a transfer: agree, offer, wait for a person."""

from collections.abc import Mapping

import msgspec

from genba.errors import GenbaError
from genba.model.exchange import Agreement, Negotiation, NegotiationState, Partner, Publication, Role, TransferState
from genba.policy import odrl
from genba.ports.exchange import Step

NOTHING = Step(do="nothing")
# So often a negotiation may go back and forth by itself; after that a person looks at it.
ROUNDS = 12
# What names the parties and the policy itself, and is not one of its terms.
_NAMES = frozenset({"@context", "@id", "@type", "target", "assigner", "assignee", "timestamp"})


class StandardRules:
    """Satisfies ports.exchange.Rules: by the publication's rule as provider, by what was asked for as consumer."""

    def negotiation(
        self,
        negotiation: Negotiation,
        publication: Publication | None,
        partner: Partner | None,
        *,
        asked: str = "",
        wrong: str = "",
    ) -> Step:
        """Say what to do now that a negotiation is in this state."""
        if negotiation.role is Role.PROVIDER:
            return _as_provider(negotiation, publication)
        return _as_consumer(negotiation, asked, wrong)

    def transfer(self, state: str, agreement: Agreement, *, role: str, steps: int) -> Step:
        """Start what was asked for under an agreement; the checks of its terms are made before."""
        if role == Role.PROVIDER and state == TransferState.REQUESTED:
            return Step(do="start")
        return NOTHING


def _as_consumer(negotiation: Negotiation, asked: str, wrong: str) -> Step:
    if negotiation.state is NegotiationState.OFFERED:
        if not asked:
            return Step(do="wait", reason="exchange.offer_received")
        if has_same_terms(negotiation.offer, asked):
            return Step(do="accept")
        return Step(do="wait", reason="exchange.offer_differs")
    if negotiation.state is NegotiationState.AGREED:
        if wrong:
            return Step(do="terminate", reason=wrong)
        if has_same_terms(negotiation.agreement, negotiation.offer):
            return Step(do="verify")
        return Step(do="terminate", reason="exchange.agreement_differs")
    return NOTHING


def _as_provider(negotiation: Negotiation, publication: Publication | None) -> Step:
    state = negotiation.state
    if state is NegotiationState.VERIFIED:
        return Step(do="finalize")
    if state not in (NegotiationState.REQUESTED, NegotiationState.ACCEPTED):
        return NOTHING
    if publication is None or publication.withdrawn_at is not None:
        return Step(do="terminate", reason="exchange.no_longer_offered")
    if publication.rule == "refuse":
        return Step(do="terminate", reason="exchange.refused_by_rule")
    if state is NegotiationState.ACCEPTED:  # the offer was ours
        return Step(do="agree")
    if not has_same_terms(negotiation.offer, publication.offer):
        if publication.rule == "accept" and negotiation.version < ROUNDS:
            return Step(do="offer", policy=publication.offer)
        return Step(do="wait", reason="exchange.other_terms")
    if publication.rule == "accept":
        return Step(do="agree")
    return Step(do="wait", reason="exchange.needs_a_person")


def has_same_terms(one: str, other: str) -> bool:
    """Compare two policies by their rules alone; what cannot be read is the same as nothing."""
    first, second = _decoded(one), _decoded(other)
    if first is None or second is None:
        return False
    if _terms(first) == _terms(second):
        return True
    try:
        left, right = odrl.read(first), odrl.read(second)
    except GenbaError:
        return False
    return (left.permissions, left.prohibitions, left.obligations) == (
        right.permissions,
        right.prohibitions,
        right.obligations,
    )


def _terms(policy: Mapping[str, object]) -> dict[str, object]:
    """Leave what is no term; a context that is spelt out is one, for it could give the words other meanings."""
    context = policy.get("@context")
    is_named = all(isinstance(one, str) for one in (context if isinstance(context, list) else [context or ""]))
    return {
        name: value
        for name, value in policy.items()
        if value != [] and (name not in _NAMES or (name == "@context" and not is_named))
    }


def _decoded(text: str) -> dict[str, object] | None:
    try:
        return msgspec.json.decode(text, type=dict[str, object])
    except (msgspec.DecodeError, RecursionError):
        return None
