"""The application of the inner listener: checks the token, the path and what is in a call, then calls its function."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus

import msgspec

from genba.app.exchange.node import Exchange
from genba.errors import GenbaError, NotFound
from genba.i18n import LANGUAGES, translate
from genba.web.asgi import (
    Gone,
    Malformed,
    Receive,
    Request,
    Response,
    Scope,
    Send,
    answer,
    compressed,
    is_deep,
    read_body,
)
from genba.web.asgi import request_of as asgi_request
from genba.web.desk import CORRELATION, Desk, Visit, Workers, status_of, where
from genba.web.management.openapi import PROBLEM
from genba.web.management.routes import BODY_BYTES, Ask, Plain, Problem, Route, match
from genba.web.routes import OTHER
from genba.web.tokens import is_token

LISTENER = "management"
BODIES = frozenset({"POST", "PUT", "PATCH"})
TYPES = "urn:genba:problem:"
LONGEST_ID = 2_000
PARTNERS = ("catalogue.", "connector.", "pull.", "trust.")  # areas of errors about reaching others


LoadRoutes = Callable[[], Sequence[Route]]


class Refused(GenbaError):
    """An answer of HTTP's own: no such method, no token, no such type."""

    def __init__(self, code: str, status: int, **headers: str) -> None:
        """`headers` belong to the answer; an underscore stands for a hyphen."""
        super().__init__(code)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class Management:
    """Answers the calls of the table."""

    def __init__(self, exchange: Exchange, load: LoadRoutes, token: str, desk: Desk, *, lang: str) -> None:
        """`load` is called at the first call; `lang` is spoken where a caller asks for no language of ours."""
        self._exchange = exchange
        self._load = load
        self._routes: Sequence[Route] = ()
        self._token = token
        self._desk = desk
        self._lang = lang
        self._workers = Workers(LISTENER, 4)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        if not self._routes:  # a tenth of a second of imports, which a start need not wait for
            self._routes = await self._workers.run(self._load)
        raw = (scope.get("raw_path") or scope["path"].encode("utf-8")).decode("latin-1").partition("?")[0]
        found, ids = match(self._routes, raw)
        route = next(iter(found.values()), None)
        visit = self._desk.open(LISTENER, scope["method"], route.path if route else OTHER)
        lang = self._lang
        try:
            request = asgi_request(scope, receive)
            lang = language(request.headers.get("accept-language", ""), self._lang)
            response = await self._answer(request, found, ids, lang)
        except Gone:
            visit.status = 499
            self._desk.close(visit)
            return
        except GenbaError as error:
            response = self._problem(visit, error, lang)
        except Exception as error:  # noqa: BLE001 -- the rim: a code and a number, whatever it was
            visit.where = where(error)
            response = self._problem(visit, Refused("web.unexpected", 500), lang)
        visit.status = response.status
        try:
            await answer(send, response, head_only=scope["method"] == "HEAD")
        finally:
            self._desk.close(visit)

    async def _answer(self, request: Request, found: Mapping[str, Route], ids: dict[str, str], lang: str) -> Response:
        if not is_token(request.headers.get("authorization", ""), self._token):
            raise Refused("web.no_token", 401, www_authenticate="Bearer")
        if not found or any(len(name) > LONGEST_ID or "\0" in name for name in ids.values()):
            raise NotFound("web.no_such_place")
        route = found.get("GET" if request.method == "HEAD" else request.method)
        if route is None:
            allowed = sorted({*found, *(("HEAD",) if "GET" in found else ())})
            raise Refused("web.no_such_method", 405, allow=", ".join(allowed))
        ask = Ask(ids=ids, query=_query(route, request), body=await _body(route, request), lang=lang)
        done = await self._workers.run(lambda: route.call(self._exchange, ask))
        if isinstance(done, Plain):
            return compressed(Response(status=route.status, body=done.body, media_type=done.media_type), request)
        body = msgspec.json.encode(done) if route.answers is not None else b""
        return compressed(Response(status=route.status, body=body), request)

    def _problem(self, visit: Visit, error: GenbaError, lang: str) -> Response:
        headers = {CORRELATION: visit.correlation, "content-language": lang}
        status = error.status if isinstance(error, Refused) else status_of(error)
        if status == 400 and not isinstance(error, Malformed):
            status = 422  # it can be read, but it does not fit
        if status == 503 and error.code.startswith(PARTNERS):
            status = 424  # we are well; it is a partner that does not answer
        if isinstance(error, Refused):
            headers |= error.headers
        if status == 503:
            headers["retry-after"] = "5"
        if status in (408, 413):
            headers["connection"] = "close"
        visit.code = error.code
        problem = Problem(
            type=TYPES + error.code,
            title=HTTPStatus(status).phrase,
            status=status,
            detail=translate(error.code, lang, **error.details),
            code=error.code,
            correlation=visit.correlation,
        )
        return Response(status=status, body=msgspec.json.encode(problem), headers=headers, media_type=PROBLEM)

    def close(self) -> None:
        """Begin nothing more."""
        self._workers.close()


def _query(route: Route, request: Request) -> object:
    if route.query is None:
        if request.query:
            raise Malformed("web.bad_query")
        return None
    try:
        return msgspec.convert(dict(request.query), route.query, strict=False)
    except msgspec.ValidationError as error:
        raise Malformed("web.bad_field", reason=str(error)) from None


async def _body(route: Route, request: Request) -> object:
    if request.method not in BODIES and route.body is None:
        return None
    body = await read_body(request, BODY_BYTES)
    if route.body is None:
        if body:
            raise Malformed("web.no_body_wanted")
        return None
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Refused("web.not_json", 415, accept="application/json")
    if is_deep(body):
        raise Malformed("web.too_deep")
    try:
        return msgspec.json.decode(body, type=route.body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed("web.bad_field", reason=str(error)) from None


def language(accepted: str, otherwise: str) -> str:
    """Choose from `Accept-Language`; the first of those wanted most."""
    best, weight = otherwise, 0.0
    for choice in accepted.lower().split(",")[:20]:
        name, _, rest = choice.partition(";")
        try:
            wanted = float(rest.strip().removeprefix("q=")) if rest.strip() else 1.0
        except ValueError:
            continue
        known = name.strip()[:2]
        if known in LANGUAGES and wanted > weight:
            best, weight = known, wanted
    return best
