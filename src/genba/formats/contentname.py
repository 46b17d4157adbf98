"""Names for content that need no registration and say nothing of where it lies (RFC 6920)."""

from base64 import urlsafe_b64encode


def content_name(sha256: str) -> str:
    """Name bytes by their SHA-256, given in hexadecimal."""
    return f"ni:///sha-256;{urlsafe_b64encode(bytes.fromhex(sha256)).decode().rstrip('=')}"
