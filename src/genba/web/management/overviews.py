"""Calls that look: partners, publications, negotiations, agreements, transfers, and what waits."""

from genba.app.exchange import overview, partnering
from genba.app.exchange import waiting as decisions
from genba.app.exchange.node import Exchange
from genba.model.exchange import NegotiationState, Partner, Role, TransferState
from genba.web.management.kinds import (
    Agreements,
    AgreementsQuery,
    NegotiationOut,
    Negotiations,
    NegotiationsQuery,
    Notices,
    PageQuery,
    PartnerIn,
    PartnerOut,
    Partners,
    PublicationOut,
    Publications,
    PublicationsQuery,
    TransferOut,
    Transfers,
    TransfersQuery,
    WaitingList,
    YesNo,
)
from genba.web.management.routes import Ask, Route
from genba.web.management.shown import (
    agreement_out,
    negotiation_out,
    next_of,
    notice_out,
    partner_out,
    publication_out,
    transfer_out,
    waiting_out,
)


def _truth(word: YesNo | None) -> bool | None:
    return None if word is None else word == "yes"


def partners(exchange: Exchange, ask: Ask) -> Partners:
    """List the companies that a person has entered."""
    items = [
        partner_out(found) for found in overview.all_partners(exchange, limit=ask.query.limit, after=ask.query.after)
    ]
    return Partners(items=items, next=next_of(items, ask.query.limit))


def partner(exchange: Exchange, ask: Ask) -> PartnerOut:
    """Show a company."""
    return partner_out(overview.partner(exchange, ask.ids["id"]))


def enter_partner(exchange: Exchange, ask: Ask) -> PartnerOut:
    """Enter a company, or change what is known of it."""
    body: PartnerIn = ask.body
    entered = Partner(
        id=ask.ids["id"],
        name=body.name,
        address=body.address,
        groups=tuple(body.groups),
        corporate_number=body.corporate_number,
    )
    partnering.add_partner(exchange, entered)
    return partner_out(overview.partner(exchange, entered.id))


def publications(exchange: Exchange, ask: Ask) -> Publications:
    """List what we offer."""
    query: PublicationsQuery = ask.query
    found = overview.all_publications(exchange, withdrawn=_truth(query.withdrawn), limit=query.limit, after=query.after)
    items = [publication_out(each) for each in found]
    return Publications(items=items, next=next_of(items, query.limit))


def publication(exchange: Exchange, ask: Ask) -> PublicationOut:
    """Show one of the things we offer."""
    return publication_out(overview.publication(exchange, ask.ids["id"]))


def negotiations(exchange: Exchange, ask: Ask) -> Negotiations:
    """List negotiations, the newest first."""
    query: NegotiationsQuery = ask.query
    found = overview.all_negotiations(
        exchange,
        state=NegotiationState(query.state) if query.state else None,
        waiting=_truth(query.waiting),
        partner=query.partner,
        limit=query.limit,
        after=query.after,
    )
    now = exchange.now()
    items = [negotiation_out(each, now=now, lang=ask.lang) for each in found]
    return Negotiations(items=items, next=next_of(items, query.limit))


def negotiation(exchange: Exchange, ask: Ask) -> NegotiationOut:
    """Show a negotiation."""
    found = overview.negotiation(exchange, ask.ids["id"])
    return negotiation_out(found, now=exchange.now(), lang=ask.lang)


def agreements(exchange: Exchange, ask: Ask) -> Agreements:
    """List agreements, the newest first."""
    query: AgreementsQuery = ask.query
    found = overview.all_agreements(
        exchange,
        role=Role(query.role) if query.role else None,
        in_force=_truth(query.in_force),
        limit=query.limit,
        after=query.after,
    )
    items = [agreement_out(each) for each in found]
    return Agreements(items=items, next=next_of(items, query.limit))


def transfers(exchange: Exchange, ask: Ask) -> Transfers:
    """List transfers, the newest first."""
    query: TransfersQuery = ask.query
    found = overview.all_transfers(
        exchange,
        state=TransferState(query.state) if query.state else None,
        agreement=query.agreement,
        limit=query.limit,
        after=query.after,
    )
    items = [transfer_out(each) for each in found]
    return Transfers(items=items, next=next_of(items, query.limit))


def transfer(exchange: Exchange, ask: Ask) -> TransferOut:
    """Show a transfer."""
    return transfer_out(overview.transfer(exchange, ask.ids["id"]))


def waiting(exchange: Exchange, ask: Ask) -> WaitingList:
    """List the negotiations that a person has to decide."""
    return WaitingList(items=[waiting_out(each) for each in decisions.waiting(exchange, lang=ask.lang)])


def notices(exchange: Exchange, ask: Ask) -> Notices:
    """List what a person should know, or has to decide."""
    query: PageQuery = ask.query
    found = overview.open_notices(exchange, limit=query.limit, after=query.after)
    items = [notice_out(each, ask.lang) for each in found]
    return Notices(items=items, next=next_of(items, query.limit))


def dismiss(exchange: Exchange, ask: Ask) -> None:
    """Take a notice for read."""
    overview.dismiss(exchange, ask.ids["id"])


OVERVIEWS = (
    Route(
        method="GET",
        path="/v1/partners",
        operation="list_partners",
        about="List the companies that a person has entered.",
        call=partners,
        query=PageQuery,
        answers=Partners,
    ),
    Route(
        method="GET",
        path="/v1/partners/{id}",
        operation="show_partner",
        about="Show a company.",
        call=partner,
        answers=PartnerOut,
    ),
    Route(
        method="PUT",
        path="/v1/partners/{id}",
        operation="enter_partner",
        about="Enter a company, or change what is known of it.",
        call=enter_partner,
        body=PartnerIn,
        answers=PartnerOut,
    ),
    Route(
        method="GET",
        path="/v1/publications",
        operation="list_publications",
        about="List what is offered.",
        call=publications,
        query=PublicationsQuery,
        answers=Publications,
    ),
    Route(
        method="GET",
        path="/v1/publications/{id}",
        operation="show_publication",
        about="Show something that is offered.",
        call=publication,
        answers=PublicationOut,
    ),
    Route(
        method="GET",
        path="/v1/negotiations",
        operation="list_negotiations",
        about="List negotiations, the newest first.",
        call=negotiations,
        query=NegotiationsQuery,
        answers=Negotiations,
    ),
    Route(
        method="GET",
        path="/v1/negotiations/{id}",
        operation="show_negotiation",
        about="Show a negotiation.",
        call=negotiation,
        answers=NegotiationOut,
    ),
    Route(
        method="GET",
        path="/v1/agreements",
        operation="list_agreements",
        about="List agreements, the newest first.",
        call=agreements,
        query=AgreementsQuery,
        answers=Agreements,
    ),
    Route(
        method="GET",
        path="/v1/transfers",
        operation="list_transfers",
        about="List transfers, the newest first.",
        call=transfers,
        query=TransfersQuery,
        answers=Transfers,
    ),
    Route(
        method="GET",
        path="/v1/transfers/{id}",
        operation="show_transfer",
        about="Show a transfer.",
        call=transfer,
        answers=TransferOut,
    ),
    Route(
        method="GET",
        path="/v1/waiting",
        operation="list_waiting",
        about="List the negotiations that a person has to decide, with reason, age and terms.",
        call=waiting,
        answers=WaitingList,
    ),
    Route(
        method="GET",
        path="/v1/notices",
        operation="list_notices",
        about="List what a person should know, or has to decide.",
        call=notices,
        query=PageQuery,
        answers=Notices,
    ),
    Route(
        method="DELETE",
        path="/v1/notices/{id}",
        operation="dismiss_notice",
        about="Take a notice for read.",
        call=dismiss,
        status=204,
    ),
)
