"""The table of the management API: every line is a path, its types and one function of the application."""

import msgspec

from genba.app.exchange.node import Exchange
from genba.web.management.actions import ACTIONS
from genba.web.management.jobs import Jobs
from genba.web.management.openapi import document
from genba.web.management.overviews import OVERVIEWS
from genba.web.management.pulls import pull_routes
from genba.web.management.records import RECORDS
from genba.web.management.routes import Ask, Plain, Route
from genba.web.metrics import CONTENT_TYPE
from genba.web.observing import Health, Observed


def table(observed: Observed, jobs: Jobs) -> tuple[Route, ...]:
    """Give all routes; those that look at the process need to know it."""
    watching = (
        Route(
            method="GET",
            path="/health",
            operation="health",
            about="What was checked, and what came of it.",
            call=lambda exchange, ask: observed.health(),
            answers=Health,
        ),
        Route(
            method="GET",
            path="/health/live",
            operation="live",
            about="Answers as long as the process runs.",
            call=lambda exchange, ask: b"",
            status=204,
        ),
        Route(
            method="GET",
            path="/health/ready",
            operation="ready",
            about="Answers 503 while database, keys or sending fail.",
            call=lambda exchange, ask: observed.ready(),
            answers=Health,
        ),
        Route(
            method="GET",
            path="/metrics",
            operation="metrics",
            about="Metrics in Prometheus' text format.",
            call=lambda exchange, ask: Plain(body=observed.metrics(), media_type=CONTENT_TYPE),
            media_type="text/plain",
        ),
    )
    routes = (*watching, *OVERVIEWS, *ACTIONS, *RECORDS, *pull_routes(jobs))

    def openapi(exchange: Exchange, ask: Ask) -> Plain:
        return Plain(body=msgspec.json.encode(document(routes)), media_type="application/json")

    own = Route(
        method="GET", path="/openapi.json", operation="openapi", about="This description.", call=openapi, answers=dict
    )
    return (*routes, own)
