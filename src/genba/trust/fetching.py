"""Documents from the web that many messages need, fetched once for a while and kept within a bound."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from genba.errors import GenbaError
from genba.ports.exchange import Http


@dataclass(slots=True)
class Fetched:
    """A bounded memory of fetched documents; safe to share between threads."""

    http: Http
    kept_for: timedelta
    max_document_bytes: int
    max_kept_bytes: int
    accept: str = "application/json"
    _kept: OrderedDict[str, tuple[datetime, bytes]] = field(default_factory=OrderedDict)
    _size: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, url: str, now: datetime, *, refused: Callable[[str], GenbaError], anew: bool = False) -> bytes:
        """Give a document's bytes; whatever keeps it from being read raises `refused` with the reason."""
        with self._lock:
            kept = self._kept.get(url)
            if kept is not None and not anew and kept[0] > now:
                self._kept.move_to_end(url)
                return kept[1]
        if not url.startswith(("https://", "http://")):  # which of the two is allowed is the Http's to decide
            raise refused("address")
        try:
            answer = self.http.request("GET", url, headers={"accept": self.accept})
        except GenbaError as error:
            raise refused(error.code) from None
        if answer.status != 200:
            raise refused(str(answer.status))
        if len(answer.body) > self.max_document_bytes:
            raise refused("size")
        self._keep(url, now + self.kept_for, answer.body)
        return answer.body

    def _keep(self, url: str, until: datetime, body: bytes) -> None:
        with self._lock:
            before = self._kept.pop(url, None)
            self._size += len(body) - (len(before[1]) if before else 0)
            self._kept[url] = (until, body)
            while self._size > self.max_kept_bytes:
                _, (_, oldest) = self._kept.popitem(last=False)
                self._size -= len(oldest)
