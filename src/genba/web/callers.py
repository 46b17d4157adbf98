"""Who calls, as the identity has proven it: counted for the rate limit, marked for the log."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from genba.errors import Denied, GenbaError
from genba.model.exchange import Caller
from genba.ports.exchange import Identity
from genba.web.limits import Buckets
from genba.web.log import participant_mark


@dataclass(slots=True)
class Seen:
    """What is known of one request's caller."""

    mark: str = ""
    wait_s: float = 0.0
    why: str = ""  # the code of a refusal, for our own log


class Callers:
    """An identity that also watches; a request is handled in one thread from beginning to end."""

    def __init__(self, identity: Identity, buckets: Buckets) -> None:
        """`buckets` limit each participant, whatever addresses it comes from."""
        self._identity = identity
        self._buckets = buckets
        self._current = threading.local()

    @property
    def participant(self) -> str:
        """Our own id."""
        return self._identity.participant

    def authorization(self, audience: str) -> str:
        """Prove who we are."""
        return self._identity.authorization(audience)

    def caller(self, authorization: str, *, now: datetime) -> Caller:
        """Find out who sent a message; a participant that asks too often is refused before anything is done."""
        seen: Seen | None = getattr(self._current, "seen", None)
        try:
            caller = self._identity.caller(authorization, now=now)
        except GenbaError as error:
            if seen is not None:
                seen.why = error.code
            raise
        if seen is not None:
            seen.mark = participant_mark(caller.id)
            seen.wait_s = self._buckets.wait_s(caller.id)
            if seen.wait_s:
                raise Denied("web.too_many_requests", seconds=seen.wait_s)
        return caller

    @contextmanager
    def visit(self) -> Iterator[Seen]:
        """Watch what this thread finds out about a caller."""
        seen = Seen()
        self._current.seen = seen
        try:
            yield seen
        finally:
            self._current.seen = None
