"""The file a document was read from, as it was found."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file by portable path and content hash; a file inside an archive names its container."""

    path: str  # portable: NFC, forward slashes, starts with the name of the folder given; members: "a.zip!/図面/b.xlsx"
    sha256: str
    size_bytes: int
    kind: str  # what the content is: "xlsx", "csv", … by detection, not by name
    modified: str = ""  # ISO 8601, UTC, from the file system or the archive's entry
    owner: str = ""
    access: str = ""  # who may read it, as the file system says: "rw-r-----" or the ACL in short


def document_id(path: str) -> str:
    """Name a document by its portable path, so that its id outlives changes of its content."""
    return hashlib.blake2b(path.encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()
