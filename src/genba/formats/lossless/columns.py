"""One column of raw values as the smallest of the forms that fit it, proven by decoding before it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from genba.formats.lossless.entropy import damaged, pack_bytes, pack_numbers, unpack_bytes, unpack_numbers
from genba.formats.lossless.frames import Pictured, pack_frames, unpack_frames
from genba.formats.lossless.grid import Gridded, counts_of
from genba.formats.lossless.grid import restored as floats_of
from genba.formats.lossless.integers import Predicted, Stepped, common_step, predicted
from genba.formats.lossless.integers import restored as integers_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[Any]

# Whether bytes repeat themselves as zstd likes it, is tried on so many of them.
TRIED_BYTES = 1 << 17


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


Form = Constant | Packed | Squeezed | Predicted | Stepped | Gridded | Pictured
_DECODER = msgspec.msgpack.Decoder(Form)
_ENCODE = msgspec.msgpack.Encoder().encode


def pack(values: Numbers) -> bytes:
    """Encode values of any shape; whoever decodes says their type and shape again."""
    import numpy as np

    values = np.ascontiguousarray(values)
    flat = _bytes_for_bools(values.reshape(-1))
    if _is_constant(flat):
        return _ENCODE(Constant(flat[:1].tobytes()))
    found = _smallest(flat, values)
    raw = values.tobytes()
    if unpack(found, values.dtype, values.shape).tobytes() != raw:
        found = _ENCODE(_zstd(flat))  # no form is trusted before it has shown itself, this one neither
        if unpack(found, values.dtype, values.shape).tobytes() != raw:
            raise damaged("not the values that went in")
    return found


def unpack(data: bytes, dtype: np.dtype[Any], shape: tuple[int, ...]) -> Numbers:
    """Decode values of this type and shape."""
    import numpy as np

    form = _decoded(data)
    if isinstance(form, Pictured):
        return unpack_frames(form, dtype, shape)
    count = int(np.prod(shape, dtype=np.int64))
    if dtype.kind == "b":
        return _numbers(form, np.dtype("u1"), count, nested=False).view(dtype).reshape(shape)
    return _numbers(form, dtype, count, nested=False).reshape(shape)


def pack_text(data: bytes) -> bytes:
    """Encode bytes that lie one after the other without a structure known here; proven by decoding."""
    packed = pack_bytes(data)
    if unpack_bytes(packed, len(data)) != data:
        raise damaged("not the bytes that went in")
    return _ENCODE(Squeezed(1, packed))


def unpack_text(data: bytes, size: int) -> bytes:
    """Decode that many bytes."""
    form = _decoded(data)
    if not isinstance(form, Squeezed) or form.width != 1:
        raise damaged("not bytes")
    return unpack_bytes(form.data, size)


def _decoded(data: bytes) -> Form:
    try:
        form: Form = _DECODER.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise damaged(type(error).__name__) from None
    return form


def _numbers(form: Form, dtype: np.dtype[Any], count: int, *, nested: bool) -> Numbers:
    """Decode a flat column; a form within a form is one of integers that has none within itself but a step."""
    import numpy as np

    if isinstance(form, Constant):
        if len(form.data) != (dtype.itemsize if count else 0):
            raise damaged("a constant of another size")
        return np.full(count, np.frombuffer(form.data, dtype)[0]) if count else np.empty(0, dtype)
    if isinstance(form, Packed):
        return unpack_numbers(form.data, dtype, count)
    if isinstance(form, Squeezed):
        return _unshuffled(unpack_bytes(form.data, count * dtype.itemsize), form.width, dtype)
    if isinstance(form, Predicted) and dtype.kind in "iu":
        return integers_of(form, count).astype(dtype)
    if isinstance(form, Stepped) and dtype.kind in "iu" and form.width in (1, 2, 4, 8):
        inner = _decoded(form.form)
        if isinstance(inner, Stepped | Gridded | Pictured):
            raise damaged("forms within forms")
        counts = _numbers(inner, np.dtype(f"<u{form.width}"), count, nested=True).astype(np.uint64)
        try:
            step, base = np.uint64(form.step), np.array(form.base % (1 << 64), np.uint64)
        except OverflowError:
            raise damaged("step") from None
        return (counts * step + base).astype(dtype)
    if isinstance(form, Gridded) and dtype.kind == "f" and not nested and form.width in (4, 8):
        inner = _decoded(form.counts)
        if isinstance(inner, Gridded | Pictured):
            raise damaged("forms within forms")
        counts = _numbers(inner, np.dtype(f"<i{form.width}"), count, nested=True)
        return floats_of(form, counts.astype(np.int64), dtype)
    raise damaged("a form that does not fit")


def _smallest(flat: Numbers, values: Numbers) -> bytes:
    if values.ndim >= 3 and values.dtype.kind == "u" and values.dtype.itemsize <= 2 and min(values.shape[:3]) > 1:
        frames = _ENCODE(pack_frames(values))
        return min(frames, _ENCODE(_zstd(flat)), key=len) if len(flat) < TRIED_BYTES else frames
    return _ENCODE(_float(flat) if flat.dtype.kind == "f" else _integer(flat))


def _integer(flat: Numbers) -> Form:
    """Choose among step, prediction, pcodec and zstd."""
    import numpy as np

    base, step = common_step(flat) if flat.dtype.str != "<u8" else (0, 1)
    if step > 1 and (int(flat.max()) - base) // step < 1 << 63:
        counts = ((flat.astype(np.int64) - base) // step).astype(np.uint64)
        width = next(size for size in (1, 2, 4, 8) if int(counts.max()) < 1 << (8 * size))
        inner = _whole(counts.astype(f"<u{width}"))
        return Stepped(base, step, width, _ENCODE(inner))
    return _whole(flat)


def _whole(flat: Numbers) -> Form:
    import numpy as np

    some = flat[: TRIED_BYTES // flat.dtype.itemsize]
    repeats, numbers = len(_zstd(some).data), len(pack_numbers(some))
    forms: list[Form] = [_zstd(flat)] if repeats < 1.1 * numbers else []
    found = predicted(flat.astype(np.int64)) if flat.dtype.str != "<u8" else None
    forms += [found] if found is not None else []
    # Where prediction is far ahead, the whole column need not be coded without it.
    if found is None or len(flat) <= len(some) or len(_ENCODE(found)) / len(flat) > 0.97 * numbers / len(some):
        forms.append(Packed(pack_numbers(flat)))
    return min(forms, key=lambda form: len(_ENCODE(form)))


def _float(flat: Numbers) -> Form:
    import numpy as np

    plain = _pcodec_or_zstd(flat)
    found = counts_of(flat)
    if found is None:
        return plain
    form, counts = found
    form.width = 4 if int(counts.min()) >= -(1 << 31) and int(counts.max()) < 1 << 31 else 8
    form.counts = _ENCODE(_integer(counts.astype(np.dtype(f"<i{form.width}"))) if len(counts) else plain)
    return min((plain, form), key=lambda one: len(_ENCODE(one)))


def _pcodec_or_zstd(flat: Numbers) -> Form:
    numbers, squeezed = Packed(pack_numbers(flat)), _zstd(flat)
    return numbers if len(numbers.data) <= len(squeezed.data) else squeezed


def _zstd(flat: Numbers) -> Squeezed:
    width = flat.dtype.itemsize
    data = flat.view("u1").reshape(-1, width).T.tobytes() if width > 1 else flat.tobytes()
    return Squeezed(width, pack_bytes(data))


def _bytes_for_bools(flat: Numbers) -> Numbers:
    return flat.view("u1") if flat.dtype.kind == "b" else flat


def _is_constant(flat: Numbers) -> bool:
    """Compare bits, so that NaN equals itself and -0.0 is not 0.0."""
    raw = flat.view(f"<u{flat.dtype.itemsize}")
    return len(raw) == 0 or bool(raw[0] == raw[-1] and (raw == raw[0]).all())


def _unshuffled(data: bytes, width: int, dtype: np.dtype[Any]) -> Numbers:
    import numpy as np

    if width != dtype.itemsize:
        raise damaged("values of another size")
    raw = np.frombuffer(data, "u1")
    return np.ascontiguousarray(raw.reshape(width, -1).T).reshape(-1).view(dtype)
