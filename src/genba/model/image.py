"""A picture kept as it was found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """Bytes of a picture with what the file says of it; `name` is unique in its document."""

    name: str
    media_type: str
    data: bytes
    width_px: int = 0
    height_px: int = 0
    id: str = ""
