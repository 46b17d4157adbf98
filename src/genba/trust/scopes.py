"""Scopes of the Decentralized Claims Protocol: which credentials a verifier asks for, and which a token allows."""

import re
from dataclasses import dataclass

from genba.errors import InvalidInput

# The specification's text has no operation; the official kit and connectors in the field send `:read`.
BY_TYPE = "org.eclipse.dspace.dcp.vc.type"
BY_ID = "org.eclipse.dspace.dcp.vc.id"
# Of Tractus-X; read, never written.
_NAMESPACES = {BY_TYPE: "type", BY_ID: "id", "org.eclipse.tractusx.vc.type": "type"}
_OPERATIONS = ("", "read", "*", "all")
_SCOPE = re.compile(r"(?P<namespace>[A-Za-z0-9.]+):(?P<value>[^\s]+?)(?::(?P<operation>read|write|all|\*))?")
MAX_SCOPES = 50
MAX_SCOPE_CHARS = 500


@dataclass(frozen=True, slots=True)
class Scope:
    """One thing that may be read: all credentials of a type, or one by its id."""

    by: str  # type or id
    value: str


def write_scope(type_: str) -> str:
    """Ask for the credentials of a type."""
    return f"{BY_TYPE}:{type_}:read"


def read_scope(text: str) -> Scope:
    """Read a scope; unknown namespaces and operations other than reading are refused."""
    match = _SCOPE.fullmatch(text) if len(text) <= MAX_SCOPE_CHARS else None
    by = _NAMESPACES.get(match["namespace"]) if match else None
    if match is None or by is None or (match["operation"] or "") not in _OPERATIONS:
        raise InvalidInput("trust.scope_unknown", scope=text[:80])
    return Scope(by, match["value"])


def covers(allowed: tuple[Scope, ...], types: tuple[str, ...], id_: str) -> bool:
    """Say whether any of the scopes lets a credential be read."""
    return any(
        (scope.by == "type" and scope.value in types) or (scope.by == "id" and id_ != "" and scope.value == id_)
        for scope in allowed
    )
