"""One column of raw values as the smallest of the representations that fit it, proven by decoding before it is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from genba.formats.lossless.entropy import damaged, pack_bytes, pack_numbers, unpack_bytes, unpack_numbers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[Any]


class Constant(msgspec.Struct, tag="constant", array_like=True, forbid_unknown_fields=True):
    """The same bytes again and again; none where there are no values."""

    data: bytes


class Packed(msgspec.Struct, tag="pcodec", array_like=True, forbid_unknown_fields=True):
    """Numbers by pcodec."""

    data: bytes


class Squeezed(msgspec.Struct, tag="zstd", array_like=True, forbid_unknown_fields=True):
    """Bytes by zstd, the first bytes of all values before the second ones where `width` is above 1."""

    width: int
    data: bytes


Form = Constant | Packed | Squeezed
_DECODER = msgspec.msgpack.Decoder(Form)
_ENCODE = msgspec.msgpack.Encoder().encode


def pack(values: Numbers) -> bytes:
    """Encode values of any shape; whoever decodes says their type and shape again."""
    flat = _flat(values)
    if _is_constant(flat):
        return _ENCODE(Constant(flat[:1].tobytes()))
    forms: Sequence[Callable[[Numbers], Form]] = (_pcodec, _zstd) if flat.dtype.itemsize > 1 else (_zstd,)
    found = min((_ENCODE(form(flat)) for form in forms), key=len)
    if unpack(found, flat.dtype, flat.shape).tobytes() != flat.tobytes():
        return _ENCODE(_zstd(flat))
    return found


def unpack(data: bytes, dtype: np.dtype[Any], shape: tuple[int, ...]) -> Numbers:
    """Decode values of this type and shape."""
    import numpy as np

    try:
        form = _DECODER.decode(data)
    except msgspec.MsgspecError as error:
        raise damaged(type(error).__name__) from None
    count = int(np.prod(shape, dtype=np.int64))
    if isinstance(form, Constant):
        if len(form.data) != (dtype.itemsize if count else 0):
            raise damaged("a constant of another size")
        return np.full(shape, np.frombuffer(form.data, dtype)[0]) if count else np.empty(shape, dtype)
    if isinstance(form, Packed):
        return unpack_numbers(form.data, dtype, count).reshape(shape)
    return _unshuffled(unpack_bytes(form.data, count * dtype.itemsize), form.width, dtype).reshape(shape)


def pack_text(data: bytes) -> bytes:
    """Encode bytes that lie one after the other without a structure known here."""
    return _ENCODE(Squeezed(1, pack_bytes(data)))


def unpack_text(data: bytes, size: int) -> bytes:
    """Decode that many bytes."""
    try:
        form = _DECODER.decode(data)
    except msgspec.MsgspecError as error:
        raise damaged(type(error).__name__) from None
    if not isinstance(form, Squeezed) or form.width != 1:
        raise damaged("not bytes")
    return unpack_bytes(form.data, size)


def _flat(values: Numbers) -> Numbers:
    import numpy as np

    return np.ascontiguousarray(values).reshape(-1)


def _is_constant(flat: Numbers) -> bool:
    raw = flat.view(f"V{flat.dtype.itemsize}") if flat.dtype.itemsize not in (1, 2, 4, 8) else _bits(flat)
    return len(raw) == 0 or bool((raw == raw[0]).all())


def _bits(flat: Numbers) -> Numbers:
    """The values' bits as integers, so that NaN equals itself and -0.0 is not 0.0."""
    return flat.view(f"<u{flat.dtype.itemsize}")


def _pcodec(flat: Numbers) -> Form:
    return Packed(pack_numbers(flat))


def _zstd(flat: Numbers) -> Form:
    width = flat.dtype.itemsize
    data = flat.view("u1").reshape(-1, width).T.tobytes() if width > 1 else flat.tobytes()
    return Squeezed(width, pack_bytes(data))


def _unshuffled(data: bytes, width: int, dtype: np.dtype[Any]) -> Numbers:
    import numpy as np

    if width != dtype.itemsize:
        raise damaged("values of another size")
    raw = np.frombuffer(data, "u1")
    return np.ascontiguousarray(raw.reshape(width, -1).T).reshape(-1).view(dtype)
