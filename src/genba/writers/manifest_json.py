"""Writes the manifest: every file of the product with its size and SHA-256, so that a partner can check what came."""

from collections.abc import Iterable

import msgspec

from genba.model.record import OutputRecord

FORMAT = "genba-manifest/1.0"


def encode(outputs: Iterable[OutputRecord]) -> bytes:
    """Encode the manifest, files in the order of their names."""
    files = [
        {"path": output.path, "size_bytes": output.size_bytes, "sha256": output.sha256}
        for output in sorted(outputs, key=lambda item: item.path)
    ]
    return msgspec.json.format(msgspec.json.encode({"format": FORMAT, "files": files}), indent=1) + b"\n"
