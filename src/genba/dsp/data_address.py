"""Where data can be fetched: written both as the protocol says and as Eclipse EDC reads it, read from either."""

from dataclasses import dataclass, field

import msgspec

from genba.dsp.compaction import compact
from genba.errors import InvalidInput

HTTP = "https://w3id.org/idsa/v4.1/HTTP"
EDC = "https://w3id.org/edc/v0.0.1/ns/"
PROPERTIES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class DataAddress:
    """An endpoint and what one has to show there."""

    endpoint: str
    endpoint_type: str = HTTP
    authorization: str = field(default="", repr=False)
    auth_type: str = "bearer"
    properties: dict[str, str] = field(default_factory=dict, repr=False)


def write_data_address(address: DataAddress) -> str:
    """Write a data address, EDC's properties beside the protocol's."""
    named = {
        "endpoint": address.endpoint,
        "endpointType": address.endpoint_type,
        "authorization": address.authorization,
        "authType": address.auth_type if address.authorization else "",
    }
    pairs = [("authorization", named["authorization"]), ("authType", named["authType"])]
    pairs += [(EDC + name, value) for name, value in named.items()]
    pairs += list(address.properties.items())
    whole = {
        "@type": "DataAddress",
        "endpointType": address.endpoint_type,
        "endpoint": address.endpoint,
        "endpointProperties": [
            {"@type": "EndpointProperty", "name": name, "value": value} for name, value in pairs if value
        ],
    }
    return msgspec.json.encode(whole).decode()


def read_data_address(text: str | bytes) -> DataAddress:
    """Read a data address; a property overrides nothing that the address itself says."""
    try:
        value = compact(msgspec.json.decode(text))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInput("dsp.data_address_invalid") from error
    if not isinstance(value, dict):
        raise InvalidInput("dsp.data_address_invalid")
    properties = _properties(value.get("endpointProperties"))
    short = {name.removeprefix(EDC).removeprefix("edc:"): given for name, given in reversed(properties.items())}
    endpoint = _text(value, "endpoint") or short.get("endpoint", "")
    if not endpoint:
        raise InvalidInput("dsp.data_address_invalid")
    return DataAddress(
        endpoint=endpoint,
        endpoint_type=_text(value, "endpointType") or short.get("endpointType", "") or HTTP,
        authorization=short.get("authorization", ""),
        auth_type=short.get("authType", "bearer"),
        properties=properties,
    )


def _properties(value: object) -> dict[str, str]:
    items = value[:PROPERTIES] if isinstance(value, list) else []
    return {
        item["name"]: item["value"]
        for item in items
        if isinstance(item, dict) and isinstance(item.get("name"), str) and isinstance(item.get("value"), str)
    }


def _text(value: dict[str, object], key: str) -> str:
    found = value.get(key)
    return found if isinstance(found, str) else ""
