"""The version document: which protocol versions an endpoint speaks, and where."""

from dataclasses import dataclass

import msgspec

from genba.dsp.compaction import compact
from genba.dsp.limits import check_body
from genba.errors import InvalidInput

VERSION = "2025-1"
WELL_KNOWN = "/.well-known/dspace-version"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One protocol version of an endpoint."""

    version: str
    path: str
    binding: str = "HTTPS"
    service_id: str = ""
    identifier_type: str = ""
    auth_protocol: str = ""
    auth_version: str = ""
    auth_profiles: tuple[str, ...] = ()


def write_versions(*versions: Version) -> bytes:
    """Write the version document."""
    return msgspec.json.encode({"protocolVersions": [_written(version) for version in versions]})


def _written(version: Version) -> dict[str, object]:
    item: dict[str, object] = {"version": version.version, "path": version.path, "binding": version.binding}
    if version.service_id:
        item["serviceId"] = version.service_id
    if version.identifier_type:
        item["identifierType"] = version.identifier_type
    if version.auth_protocol:
        auth: dict[str, object] = {"protocol": version.auth_protocol, "version": version.auth_version}
        if version.auth_profiles:
            auth["profile"] = list(version.auth_profiles)
        item["auth"] = auth
    return item


def read_versions(body: bytes) -> tuple[Version, ...]:
    """Read a partner's version document; entries that say no version or path are left out."""
    check_body(body)
    try:
        value = compact(msgspec.json.decode(body))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInput("dsp.not_json", message="VersionResponse") from error
    listed = value.get("protocolVersions") if isinstance(value, dict) else None
    items = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    return tuple(
        Version(
            version=item["version"],
            path=item["path"],
            binding=_text(item, "binding") or "HTTPS",
            service_id=_text(item, "serviceId"),
            identifier_type=_text(item, "identifierType"),
        )
        for item in items[:100]
        if _text(item, "version") and _text(item, "path")
    )


def _text(item: dict[str, object], key: str) -> str:
    found = item.get(key)
    return found if isinstance(found, str) else ""


def base_address(root: str, versions: tuple[Version, ...]) -> str:
    """Give the address below which a partner speaks the version that we speak."""
    for version in versions:
        if version.version == VERSION and version.binding.upper() in {"HTTPS", "HTTP"}:
            path = "" if version.path == "/" else version.path.rstrip("/")
            return root.rstrip("/") + (path if path.startswith("/") or not path else "/" + path)
    raise InvalidInput("dsp.version_not_spoken", version=VERSION)
