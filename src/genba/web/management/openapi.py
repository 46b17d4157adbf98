"""The OpenAPI document of the management API, from the table of routes and the types in it."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import msgspec

from genba import __version__
from genba.web.management.routes import Problem, Route

TEMPLATE = "#/components/schemas/{name}"
ALWAYS = (400, 401, 431, 500, 503)
PROBLEM = "application/problem+json"
LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "description": "ja or en: the language of the sentences in problems and terms.",
    "schema": {"type": "string"},
}


def document(routes: Sequence[Route], server: str = "/") -> dict[str, Any]:
    """Write OpenAPI 3.1; schemas are JSON Schema 2020-12 as msgspec checks them."""
    kinds = _kinds(routes)
    schemas, components = msgspec.json.schema_components(kinds, ref_template=TEMPLATE)
    schema_of = dict(zip(map(_key, kinds), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schema_of, components)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "genba management",
            "version": __version__,
            "description": "What the owner of an exchange can see and do. One company's exchange, for its own machine.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": server}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "What stands in the file management.token of the home.",
                }
            },
        },
    }


def _kinds(routes: Sequence[Route]) -> list[Any]:
    kinds: dict[str, Any] = {_key(Problem): Problem}
    for route in routes:
        for kind in (route.query, route.body, route.answers):
            if kind is not None:
                kinds[_key(kind)] = kind
    return list(kinds.values())


def _key(kind: Any) -> str:
    return repr(kind)


def _operation(route: Route, schema_of: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.operation,
        "summary": route.about,
        "tags": [_tag(route.path)],
        "parameters": [*_path_parameters(route), *_query_parameters(route, schema_of, components), LANGUAGE],
        "responses": _responses(route, schema_of),
    }
    if route.body is not None:
        schema = schema_of[_key(route.body)]
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return operation


def _tag(path: str) -> str:
    parts = [part for part in path.split("/") if part and part != "v1"]
    return parts[0].removesuffix(".json")


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in re.findall(r"{(\w+)}", route.path)
    ]


def _query_parameters(route: Route, schema_of: dict[str, Any], components: dict[str, Any]) -> list[dict[str, Any]]:
    if route.query is None:
        return []
    schema = components[schema_of[_key(route.query)]["$ref"].rpartition("/")[2]]
    required = set(schema.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _without_default(inner)}
        for name, inner in schema["properties"].items()
    ]


def _without_default(schema: dict[str, Any]) -> dict[str, Any]:
    """Leave out a default of nothing, which is no value of the type."""
    return {name: value for name, value in schema.items() if name != "default" or value not in ("", None)}


def _responses(route: Route, schema_of: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": HTTPStatus(route.status).phrase}
    if route.answers is not None:
        answer["content"] = {route.media_type: {"schema": schema_of[_key(route.answers)]}}
    elif route.status != 204:
        answer["content"] = {route.media_type: {"schema": {"type": "string"}}}
    responses = {str(route.status): answer}
    refusals = {*ALWAYS, *route.refusals}
    if "{" in route.path:
        refusals |= {404, 422}
    if route.query is not None:
        refusals |= {422}
    if route.body is not None:
        refusals |= {408, 413, 415, 422}
    problem = {PROBLEM: {"schema": schema_of[_key(Problem)]}}
    for status in sorted(refusals):
        responses[str(status)] = {"description": HTTPStatus(status).phrase, "content": problem}
    return responses
