"""Calls about pulls: begin one, look at those that this process began."""

from genba.app.exchange.node import Exchange
from genba.web.management.jobs import Jobs, PullWanted
from genba.web.management.kinds import PullIn, PullOut, Pulls
from genba.web.management.routes import Ask, Route
from genba.web.management.shown import pull_out


def pull_routes(jobs: Jobs) -> tuple[Route, ...]:
    """Give the routes; pulls belong to the process that began them."""

    def begin(exchange: Exchange, ask: Ask) -> PullOut:
        body: PullIn = ask.body
        wanted = PullWanted(
            agreement=body.agreement,
            folder=body.folder,
            purpose=body.purpose,
            place=body.place,
            training=body.training,
        )
        return pull_out(jobs.begin(wanted), ask.lang)

    def listing(exchange: Exchange, ask: Ask) -> Pulls:
        return Pulls(items=[pull_out(job, ask.lang) for job in jobs.listing()])

    def show(exchange: Exchange, ask: Ask) -> PullOut:
        return pull_out(jobs.show(ask.ids["id"]), ask.lang)

    return (
        Route(
            method="POST",
            path="/v1/pulls",
            operation="pull",
            about="Begin to pull what was agreed into a folder below received/ of the home.",
            call=begin,
            body=PullIn,
            answers=PullOut,
            status=202,
            refusals=(404, 409),
        ),
        Route(
            method="GET",
            path="/v1/pulls",
            operation="list_pulls",
            about="List the pulls that this process began, the newest first.",
            call=listing,
            answers=Pulls,
        ),
        Route(
            method="GET",
            path="/v1/pulls/{id}",
            operation="show_pull",
            about="Show a pull.",
            call=show,
            answers=PullOut,
        ),
    )
