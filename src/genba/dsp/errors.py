"""Error bodies of the protocol: what we answer when we refuse, and what a partner gave as its reason."""

import msgspec

from genba.dsp.messages import CONTEXT, REASON_CHARS, reason_text

_encoder = msgspec.json.Encoder()


def negotiation_error(provider_pid: str, consumer_pid: str, code: str, *reasons: str) -> bytes:
    """Write a ContractNegotiationError."""
    return _process_error("ContractNegotiationError", provider_pid, consumer_pid, code, reasons)


def transfer_error(provider_pid: str, consumer_pid: str, code: str, *reasons: str) -> bytes:
    """Write a TransferError."""
    return _process_error("TransferError", provider_pid, consumer_pid, code, reasons)


def catalog_error(code: str, *reasons: str) -> bytes:
    """Write a CatalogError."""
    return _encoder.encode({"@context": [CONTEXT], "@type": "CatalogError", "code": code, "reason": list(reasons)})


def _process_error(kind: str, provider_pid: str, consumer_pid: str, code: str, reasons: tuple[str, ...]) -> bytes:
    body: dict[str, object] = {
        "@context": [CONTEXT],
        "@type": kind,
        "providerPid": provider_pid,
        "consumerPid": consumer_pid,
        "code": code,
    }
    if reasons:  # the schemas want at least one
        body["reason"] = list(reasons)
    return _encoder.encode(body)


def read_error(body: bytes) -> str:
    """Give a partner's reason as a text of limited length; empty when its answer says nothing readable."""
    try:
        value = msgspec.json.decode(body[:65_536])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""
    if isinstance(value, list):  # EDC's own error bodies are lists
        return reason_text(tuple(value[:10]))
    if not isinstance(value, dict):
        return ""
    code, reason = "", ()
    for key, inner in value.items():
        if key.endswith("code") and isinstance(inner, str | int):
            code = str(inner)
        elif key.endswith(("reason", "message", "detail")):
            reason = tuple(inner[:10]) if isinstance(inner, list) else (inner,)
    return reason_text(reason, code)[:REASON_CHARS]
