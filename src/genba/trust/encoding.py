"""The texts that keys and tokens are written in: base64url without padding, and base58 of Bitcoin."""

import base64
import binascii

from genba.errors import InvalidInput

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGITS = {digit: value for value, digit in enumerate(_BASE58)}
_TO_STANDARD = bytes.maketrans(b"-_+/", b"+/\0\0")


def to_base64url(data: bytes) -> str:
    """Write as JOSE does, without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_base64url(text: str) -> bytes:
    """Read exactly one spelling: padding, foreign characters and loose last bits are refused."""
    try:
        raw = text.encode("ascii").translate(_TO_STANDARD)
        data = binascii.a2b_base64(raw + b"=" * (-len(raw) % 4), strict_mode=True)
    except (ValueError, UnicodeEncodeError):
        raise InvalidInput("trust.encoding") from None
    if "=" in text or to_base64url(data) != text:
        raise InvalidInput("trust.encoding")
    return data


def to_base58(data: bytes) -> str:
    """Write a multibase base58btc text, without its leading z."""
    number, digits = int.from_bytes(data, "big"), []
    while number:
        number, digit = divmod(number, 58)
        digits.append(_BASE58[digit])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return _BASE58[0] * zeros + "".join(reversed(digits))


def from_base58(text: str, *, limit: int = 256) -> bytes:
    """Read base58btc; longer texts than any key are refused, for the work grows with the square."""
    if len(text) > limit:
        raise InvalidInput("trust.encoding")
    number = 0
    for character in text:
        digit = _DIGITS.get(character)
        if digit is None:
            raise InvalidInput("trust.encoding")
        number = number * 58 + digit
    zeros = len(text) - len(text.lstrip(_BASE58[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
