"""Find a participant's keys and services by its DID: did:key by itself, did:web over HTTPS with a bounded memory."""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import unquote

import msgspec

from genba.errors import Denied, GenbaError, InvalidInput, NotFound, Unavailable
from genba.ports.exchange import Http
from genba.trust.documents import RELATIONSHIPS, Document, read_document
from genba.trust.jwk import PublicKey
from genba.trust.multikey import DID_KEY, did_key_id, key_of_did

DID_WEB = "did:web:"
MAX_DID_CHARS = 500
MAX_DOCUMENT_BYTES = 200_000
KEPT = timedelta(minutes=5)
KEPT_FAILURE = timedelta(seconds=10)
# An unknown key id asks for the document anew, for keys change; not more often than this.
REFRESH_AFTER = timedelta(seconds=10)
MAX_KEPT = 2_000
# So many documents that were never seen may be fetched at once: slow strangers must not take every thread.
STRANGERS = 4

_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?")
_PART = re.compile(r"[A-Za-z0-9._~-]+")
_DID = re.compile(r"did:[a-z0-9]+:[A-Za-z0-9._:%-]+")


def is_did(text: str) -> bool:
    """Say whether a text is a DID and nothing behind it."""
    return len(text) <= MAX_DID_CHARS and _DID.fullmatch(text) is not None


def web_address(did: str, *, plain_localhost: bool = False) -> str:
    """Say where the document of a did:web lies; no numeric addresses, http on localhost only where allowed."""
    if not did.startswith(DID_WEB) or not is_did(did):
        raise InvalidInput("trust.did_method", did=did[:80])
    host, *path = did.removeprefix(DID_WEB).split(":")
    host = unquote(host).lower()
    name, _, port = host.partition(":")
    labels = name.split(".")
    if not _HOST.fullmatch(host) or "" in labels or labels[-1].isdigit() or (port and int(port) > 65_535):
        raise InvalidInput("trust.did_malformed", did=did[:80])
    parts = [unquote(part) for part in path]
    if any(not _PART.fullmatch(part) or set(part) == {"."} for part in parts):
        raise InvalidInput("trust.did_malformed", did=did[:80])
    scheme = "http" if name == "localhost" and plain_localhost else "https"
    return f"{scheme}://{host}/{'/'.join(parts) if parts else '.well-known'}/did.json"


def key_document(did: str) -> Document:
    """Make the document of a did:key; its one key may do everything."""
    kid = did_key_id(did)
    return Document(
        id=did, keys={kid: key_of_did(did)}, allowed=dict.fromkeys(RELATIONSHIPS, frozenset({kid})), services=()
    )


@dataclass(frozen=True, slots=True)
class _Kept:
    document: Document | None  # None: could not be found
    failure: str
    at: datetime
    until: datetime


@dataclass(slots=True)
class Resolver:
    """Resolves DIDs and remembers them for a while; safe to share between threads."""

    http: Http
    now: Callable[[], datetime]
    plain_localhost: bool = False
    own: Mapping[str, Document] = field(default_factory=dict)  # known without asking: ours, or those of an audit
    kept_for: timedelta = KEPT
    _kept: OrderedDict[str, _Kept] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _slots: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(STRANGERS))

    def document(self, did: str, *, newer_than: datetime | None = None) -> Document:
        """Raises InvalidInput, NotFound or Unavailable where there is no such document."""
        if did in self.own:
            return self.own[did]
        if not is_did(did):
            raise InvalidInput("trust.did_malformed", did=did[:80])
        now = self.now()
        with self._lock:
            kept = self._kept.get(did)
        if kept is None or kept.until <= now or (newer_than is not None and kept.at < newer_than):
            before, kept = kept, self._asked(did, now, is_known=kept is not None and kept.document is not None)
            if kept.document is None and before is not None and before.document is not None and before.until > now:
                kept = replace(before, at=now)  # a stranger's question for a new key costs nobody the old ones
            with self._lock:
                self._kept[did] = kept
                self._kept.move_to_end(did)
                while len(self._kept) > MAX_KEPT:
                    self._kept.popitem(last=False)
        if kept.document is None:
            raise Unavailable("trust.did_unresolved", did=did, reason=kept.failure)
        return kept.document

    def key(self, kid: str, relationship: str) -> PublicKey:
        """Find a key by its absolute id; raises Denied where it is not there or not meant for this."""
        did, _, fragment = kid.partition("#")
        if not fragment:
            raise Denied("trust.key_unknown", reason="kid")
        document = self.document(did)
        if kid not in document.keys:
            document = self.document(did, newer_than=self.now() - REFRESH_AFTER)
        key = document.keys.get(kid)
        if key is None or kid not in document.allowed.get(relationship, ()):
            raise Denied("trust.key_unknown", reason=relationship)
        return key

    def _asked(self, did: str, now: datetime, *, is_known: bool) -> _Kept:
        """Ask at once for what we have seen before; strangers wait for each other, and come again."""
        if is_known or did.startswith(DID_KEY):
            return self._ask(did, now)
        if not self._slots.acquire(blocking=False):
            return _Kept(None, "busy", now, now)
        try:
            return self._ask(did, now)
        finally:
            self._slots.release()

    def _ask(self, did: str, now: datetime) -> _Kept:
        try:
            document = key_document(did) if did.startswith(DID_KEY) else self._fetch(did)
        except GenbaError as error:
            return _Kept(None, error.code, now, now + KEPT_FAILURE)
        return _Kept(document, "", now, now + self.kept_for)

    def _fetch(self, did: str) -> Document:
        address = web_address(did, plain_localhost=self.plain_localhost)
        answer = self.http.request("GET", address, headers={"accept": "application/did+json, application/json"})
        if answer.status != 200:
            raise NotFound("trust.did_unresolved", did=did, reason=str(answer.status))
        if len(answer.body) > MAX_DOCUMENT_BYTES:
            raise InvalidInput("trust.did_document_large")
        try:
            raw = msgspec.json.decode(answer.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise InvalidInput("trust.did_document_unreadable", did=did) from None
        if not isinstance(raw, dict):
            raise InvalidInput("trust.did_document_unreadable", did=did)
        return read_document(raw, did)
