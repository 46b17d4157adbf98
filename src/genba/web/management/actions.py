"""Calls that do something: publish, look through a catalogue, negotiate, decide, transfer, withdraw."""

from pathlib import Path

import msgspec

from genba.app.exchange import asking, browse, deciding, negotiating, overview, partnering, publish, transferring
from genba.app.exchange.node import Exchange
from genba.web.management.kinds import (
    AgreementOut,
    AgreementWithTerms,
    BlockedIn,
    CatalogIn,
    CatalogOut,
    CatalogQuery,
    ConsideredOut,
    DatasetOut,
    DecisionIn,
    NegotiateIn,
    NegotiationOut,
    OfferOut,
    PartnerOut,
    PublishedOut,
    PublishIn,
    ReasonIn,
    TransferIn,
    TransferOut,
)
from genba.web.management.routes import Ask, Route
from genba.web.management.shown import (
    agreement_fields,
    agreement_out,
    negotiation_out,
    partner_out,
    raw,
    terms_out,
    transfer_out,
)


def block(exchange: Exchange, ask: Ask) -> PartnerOut:
    """Answer nothing to a partner any more, or answer again."""
    body: BlockedIn = ask.body
    partnering.set_blocked(exchange, ask.ids["id"], blocked=body.blocked)
    return partner_out(overview.partner(exchange, ask.ids["id"]))


def publish_product(exchange: Exchange, ask: Ask) -> PublishedOut:
    """Offer a product on terms."""
    body: PublishIn = ask.body
    request = publish.PublishRequest(
        product=Path(body.product),
        terms=body.terms,
        parameters=body.parameters,
        personal_data=body.personal_data,
        signed_by=body.signed_by,
        rule=body.rule,
        title=body.title,
    )
    done = publish.publish(exchange, request)
    return PublishedOut(
        dataset=done.dataset,
        version=done.version,
        offer=done.offer,
        title=done.title,
        files=done.files,
        size_bytes=done.size_bytes,
        was_there=done.was_there,
    )


def take_back(exchange: Exchange, ask: Ask) -> None:
    """Take a dataset out of the catalogue; agreements about it stay as they are."""
    body: ReasonIn = ask.body
    publish.take_back(exchange, ask.ids["id"], reason=body.reason)


def look_through(exchange: Exchange, ask: Ask) -> CatalogOut:
    """Look through a partner's catalogue."""
    body: CatalogIn = ask.body
    request = browse.BrowseRequest(
        address=body.address,
        partner=body.partner,
        search=body.search,
        facets={name: tuple(values) for name, values in body.facets.items()},
        pages=ask.query.pages,
    )
    found = browse.browse(exchange, request)
    datasets = [
        DatasetOut(
            id=dataset.id,
            title=dataset.title,
            formats=list(dataset.formats),
            offers=[OfferOut(id=offer, policy=raw(policy)) for offer, policy in dataset.offers],
        )
        for dataset in found.datasets
    ]
    return CatalogOut(partner=found.partner, address=found.address, datasets=datasets, more=found.more)


def consider(exchange: Exchange, ask: Ask) -> ConsideredOut:
    """Show an offer's terms and how far each would be kept."""
    found = asking.consider(exchange, ask.ids["id"], lang=ask.lang)
    return ConsideredOut(
        offer=found.offer.offer_id,
        partner=found.offer.partner,
        dataset=found.offer.dataset,
        title=found.offer.title,
        connector=found.connector,
        terms=terms_out(found.terms),
    )


def negotiate(exchange: Exchange, ask: Ask) -> NegotiationOut:
    """Ask for an offer that was seen in a catalogue; the request goes out after this."""
    body: NegotiateIn = ask.body
    found = asking.consider(exchange, body.offer, lang=ask.lang)
    begun = asking.ask(exchange, found.offer, wait_s=0)
    return negotiation_out(begun, now=exchange.now(), lang=ask.lang)


def decide(exchange: Exchange, ask: Ask) -> NegotiationOut:
    """Accept, refuse, or propose other terms."""
    body: DecisionIn = ask.body
    policy = "" if body.policy is None else msgspec.json.encode(body.policy).decode("utf-8")
    decided = deciding.decide(exchange, ask.ids["id"], body.decision, policy=policy, reason=body.reason)
    return negotiation_out(decided, now=exchange.now(), lang=ask.lang)


def end_negotiation(exchange: Exchange, ask: Ask) -> NegotiationOut:
    """Break a negotiation off; the partner is told the reason."""
    body: ReasonIn = ask.body
    ended = negotiating.terminate(exchange, ask.ids["id"], reason=body.reason)
    return negotiation_out(ended, now=exchange.now(), lang=ask.lang)


def agreement(exchange: Exchange, ask: Ask) -> AgreementWithTerms:
    """Show an agreement with its terms, and how far each is kept with this partner."""
    seen = overview.agreement_with_terms(exchange, ask.ids["id"], lang=ask.lang)
    return AgreementWithTerms(
        **agreement_fields(seen.agreement), terms=terms_out(seen.terms), policy=raw(seen.agreement.policy)
    )


def withdraw(exchange: Exchange, ask: Ask) -> AgreementOut:
    """Withdraw an agreement that we gave: its transfers end at once, and the partner is told."""
    body: ReasonIn = ask.body
    return agreement_out(transferring.withdraw(exchange, ask.ids["id"], body.reason))


def request_transfer(exchange: Exchange, ask: Ask) -> TransferOut:
    """Ask for the data of an agreement; the request goes out after this."""
    body: TransferIn = ask.body
    return transfer_out(transferring.request_transfer(exchange, body.agreement, address=body.address))


def suspend(exchange: Exchange, ask: Ask) -> TransferOut:
    """Let a transfer rest."""
    body: ReasonIn = ask.body
    return transfer_out(transferring.suspend(exchange, ask.ids["id"], reason=body.reason))


def start(exchange: Exchange, ask: Ask) -> TransferOut:
    """Start what was requested, or go on after a suspension."""
    return transfer_out(transferring.start(exchange, ask.ids["id"]))


def complete(exchange: Exchange, ask: Ask) -> TransferOut:
    """End a transfer that is done."""
    return transfer_out(transferring.complete(exchange, ask.ids["id"]))


def terminate(exchange: Exchange, ask: Ask) -> TransferOut:
    """Break a transfer off; the partner is told the reason."""
    body: ReasonIn = ask.body
    return transfer_out(transferring.terminate(exchange, ask.ids["id"], reason=body.reason))


ACTIONS = (
    Route(
        method="PUT",
        path="/v1/partners/{id}/blocked",
        operation="block_partner",
        about="Answer nothing to a partner any more, or answer again.",
        call=block,
        body=BlockedIn,
        answers=PartnerOut,
    ),
    Route(
        method="POST",
        path="/v1/publications",
        operation="publish",
        about="Offer a data product on terms.",
        call=publish_product,
        body=PublishIn,
        answers=PublishedOut,
        status=201,
        refusals=(403, 404, 409),
    ),
    Route(
        method="POST",
        path="/v1/publications/{id}/withdrawal",
        operation="withdraw_publication",
        about="Take a dataset out of the catalogue; agreements about it stay as they are.",
        call=take_back,
        body=ReasonIn,
        status=204,
        refusals=(409,),
    ),
    Route(
        method="POST",
        path="/v1/catalogs",
        operation="browse",
        about="Look through a partner's catalogue.",
        call=look_through,
        query=CatalogQuery,
        body=CatalogIn,
        answers=CatalogOut,
        refusals=(403, 404, 424),
    ),
    Route(
        method="GET",
        path="/v1/offers/{id}",
        operation="consider_offer",
        about="Show an offer's terms and how far each would be kept by this partner's connector.",
        call=consider,
        answers=ConsideredOut,
        refusals=(424,),
    ),
    Route(
        method="POST",
        path="/v1/negotiations",
        operation="negotiate",
        about="Ask for an offer that was seen in a catalogue.",
        call=negotiate,
        body=NegotiateIn,
        answers=NegotiationOut,
        status=201,
        refusals=(403, 404, 409, 424),
    ),
    Route(
        method="POST",
        path="/v1/negotiations/{id}/decision",
        operation="decide_negotiation",
        about="Accept, refuse, or propose other terms.",
        call=decide,
        body=DecisionIn,
        answers=NegotiationOut,
        refusals=(409,),
    ),
    Route(
        method="POST",
        path="/v1/negotiations/{id}/termination",
        operation="terminate_negotiation",
        about="Break a negotiation off; the partner is told the reason.",
        call=end_negotiation,
        body=ReasonIn,
        answers=NegotiationOut,
        refusals=(409,),
    ),
    Route(
        method="GET",
        path="/v1/agreements/{id}",
        operation="show_agreement",
        about="Show an agreement with its terms, and how far each is kept with this partner.",
        call=agreement,
        answers=AgreementWithTerms,
    ),
    Route(
        method="POST",
        path="/v1/agreements/{id}/withdrawal",
        operation="withdraw_agreement",
        about="Withdraw an agreement that we gave: its transfers end at once, and the partner is told.",
        call=withdraw,
        body=ReasonIn,
        answers=AgreementOut,
        refusals=(409,),
    ),
    Route(
        method="POST",
        path="/v1/transfers",
        operation="request_transfer",
        about="Ask for the data of an agreement.",
        call=request_transfer,
        body=TransferIn,
        answers=TransferOut,
        status=201,
        refusals=(403, 404, 409, 424),
    ),
    Route(
        method="POST",
        path="/v1/transfers/{id}/suspension",
        operation="suspend_transfer",
        about="Let a transfer rest.",
        call=suspend,
        body=ReasonIn,
        answers=TransferOut,
        refusals=(409,),
    ),
    Route(
        method="POST",
        path="/v1/transfers/{id}/start",
        operation="start_transfer",
        about="Start what was requested, or go on after a suspension.",
        call=start,
        answers=TransferOut,
        refusals=(403, 409),
    ),
    Route(
        method="POST",
        path="/v1/transfers/{id}/completion",
        operation="complete_transfer",
        about="End a transfer that is done.",
        call=complete,
        answers=TransferOut,
        refusals=(409,),
    ),
    Route(
        method="POST",
        path="/v1/transfers/{id}/termination",
        operation="terminate_transfer",
        about="Break a transfer off; the partner is told the reason.",
        call=terminate,
        body=ReasonIn,
        answers=TransferOut,
        refusals=(409,),
    ),
)
