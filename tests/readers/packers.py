"""Small encoders for tests: 7z with any method of the standard library, LZH with static Huffman codes."""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from collections import Counter

from genba.formats.lzh import crc16

LZMA_PROPERTIES = bytes([0x5D]) + struct.pack("<I", 1 << 16)


def _raw(data: bytes, *filters: dict[str, int]) -> bytes:
    return lzma.compress(data, lzma.FORMAT_RAW, filters=list(filters))


def _deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def _packed(data: bytes, method: str) -> tuple[bytes, list[tuple[str, bytes]]]:
    """Packed bytes and the coders in the order a header lists them: the last to decode first."""
    one = {"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16, "lc": 3, "lp": 0, "pb": 2}
    two = {"id": lzma.FILTER_LZMA2, "dict_size": 1 << 16}
    if method == "copy":
        return data, [("00", b"")]
    if method == "aes":
        return data, [("06f10701", b"\0\0")]
    if method == "deflate":
        return _deflated(data), [("040108", b"")]
    if method == "bzip2":
        return bz2.compress(data), [("040202", b"")]
    filtered, coders = data, []
    first, _, second = method.partition("+")
    if first == "delta":
        filtered = bytes((value - (data[at - 4] if at >= 4 else 0)) & 0xFF for at, value in enumerate(data))
        coders.append(("03", b"\x03"))
    elif first == "bcj":
        alone = _raw(data, {"id": lzma.FILTER_X86}, two)
        filtered = lzma.decompress(alone, lzma.FORMAT_RAW, filters=[two])
        coders.append(("03030103", b""))
    if (second or first) == "lzma":
        return _raw(filtered, one), [*coders, ("030101", LZMA_PROPERTIES)]
    return _raw(filtered, two), [*coders, ("21", bytes([8]))]


def _number(value: int) -> bytes:
    if value < 0x80:
        return bytes([value])
    return b"\xff" + struct.pack("<Q", value)


def _streams(packed: int, at: int, coders: list[tuple[str, bytes]], size: int, subs: list[bytes] | None) -> bytes:
    out = b"\x06" + _number(at) + b"\x01\x09" + _number(packed) + b"\x00\x07\x0b\x01\x00"
    out += bytes([len(coders)])
    for identity, properties in coders:
        code = bytes.fromhex(identity)
        out += bytes([len(code) | (0x20 if properties else 0)]) + code
        if properties:
            out += _number(len(properties)) + properties
    for at_input in range(len(coders) - 1):
        out += bytes([at_input, at_input + 1])
    out += b"\x0c" + _number(size) * len(coders) + b"\x00"
    if subs is not None:
        out += b"\x08\x0d" + _number(len(subs))
        if len(subs) > 1:
            out += b"\x09" + b"".join(_number(len(sub)) for sub in subs[:-1])
        out += b"\x0a\x01" + b"".join(struct.pack("<I", zlib.crc32(sub)) for sub in subs) + b"\x00"
    return out + b"\x00"


def _bits(values: list[bool]) -> bytes:
    out = bytearray((len(values) + 7) // 8)
    for at, value in enumerate(values):
        if value:
            out[at >> 3] |= 0x80 >> (at & 7)
    return bytes(out)


def seven_zip(files: dict[str, bytes | None], method: str, *, encoded: bool = False) -> bytes:
    """Pack files as one solid folder; None stands for a folder."""
    subs = [data for data in files.values() if data]
    body, coders = _packed(b"".join(subs), method) if subs else (b"", [])
    header = b"\x01"
    if subs:
        header += b"\x04" + _streams(len(body), 0, coders, sum(map(len, subs)), subs)
    empty = [not data for data in files.values()]
    names = b"".join(name.rstrip("/").encode("utf-16-le") + b"\0\0" for name in files)
    header += b"\x05" + _number(len(files))
    if any(empty):
        header += b"\x0e" + _number(len(_bits(empty))) + _bits(empty)
        kinds = _bits([data is not None for data in files.values() if not data])
        header += b"\x0f" + _number(len(kinds)) + kinds
    header += b"\x11" + _number(len(names) + 1) + b"\0" + names + b"\x00\x00"
    if encoded:
        packed, header_coders = _packed(header, "lzma")
        outer = b"\x17" + _streams(len(packed), len(body), header_coders, len(header), None)
        body, header = body + packed, outer
    start = struct.pack("<QQI", len(body), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<I", zlib.crc32(start)) + start + body + header


class _Bits:
    def __init__(self) -> None:
        self.text: list[str] = []

    def put(self, value: int, count: int) -> None:
        if count:
            self.text.append(format(value, f"0{count}b"))

    def bytes(self) -> bytes:
        text = "".join(self.text)
        text += "0" * (-len(text) % 8)
        return int(text or "0", 2).to_bytes(len(text) // 8, "big") if text else b""


def _codes(used: list[int]) -> dict[int, tuple[int, int]]:
    """Give equal-length codes (filled up to a complete tree) to symbols: symbol → (code, length)."""
    width = max(1, (len(used) - 1).bit_length())
    short = (1 << width) - len(used)  # so many symbols can do with a bit less
    lengths = {symbol: width - 1 if at < short and width > 1 else width for at, symbol in enumerate(used)}
    if len(used) == 2:
        lengths = dict.fromkeys(used, 1)
    code, found = 0, {}
    for length in sorted(set(lengths.values())):
        for symbol in sorted(symbol for symbol in used if lengths[symbol] == length):
            found[symbol] = (code >> (width - length), length)
            code += 1 << (width - length)
    return found


def _tokens(data: bytes, window: int) -> list[tuple[int, int]]:
    """Cut data into literals (byte, -1) and matches (length, distance − 1) found by the last three bytes."""
    seen: dict[bytes, int] = {}
    out, at = [], 0
    while at < len(data):
        key = data[at : at + 3]
        back = seen.get(key, -1)
        length = 0
        if len(key) == 3 and back >= 0 and at - back <= window:
            while length < 256 and at + length < len(data) and data[back + length] == data[at + length]:
                length += 1
        step = max(1, length if length >= 3 else 1)
        out.append((length, at - back - 1) if length >= 3 else (data[at], -1))
        for passed in range(at, at + step):
            seen[data[passed : passed + 3]] = passed
        at += step
    return out


def lzh_packed(data: bytes, method: str) -> bytes:
    """Pack by one of the methods lh5 to lh7."""
    window_bits = {"-lh5-": 13, "-lh6-": 15, "-lh7-": 16}[method]
    position_bits = 4 if window_bits == 13 else 5
    tokens = _tokens(data, (1 << window_bits) - 300)
    bits = _Bits()
    for start in range(0, len(tokens), 30_000):
        _block(bits, tokens[start : start + 30_000], position_bits)
    return bits.bytes()


def _block(bits: _Bits, tokens: list[tuple[int, int]], position_bits: int) -> None:
    symbols = [value if back < 0 else value + 253 for value, back in tokens]
    slots = [back.bit_length() for _, back in tokens if back >= 0]
    used = sorted(Counter(symbols))
    bits.put(len(tokens), 16)
    codes = _codes(used) if len(used) > 1 else {used[0]: (0, 0)}
    if len(used) == 1:
        bits.put(0, 5)
        bits.put(0, 5)
        bits.put(0, 9)
        bits.put(used[0], 9)
    else:
        _code_lengths(bits, [codes[s][1] if s in codes else 0 for s in range(used[-1] + 1)])
    places = sorted(set(slots))
    if len(places) <= 1:
        bits.put(0, position_bits)
        bits.put(places[0] if places else 0, position_bits)
        positions = {places[0] if places else 0: (0, 0)}
    else:
        positions = _codes(places)
        _small_lengths(
            bits, [positions[s][1] if s in positions else 0 for s in range(places[-1] + 1)], position_bits, -1
        )
    for (_, back), symbol in zip(tokens, symbols, strict=True):
        bits.put(*codes[symbol])
        if back >= 0:
            slot = back.bit_length()
            bits.put(*positions[slot])
            if slot > 1:
                bits.put(back - (1 << (slot - 1)), slot - 1)


def _small_lengths(bits: _Bits, lengths: list[int], count_bits: int, gap_at: int) -> None:
    bits.put(len(lengths), count_bits)
    at = 0
    while at < len(lengths):
        length = lengths[at]
        if length < 7:
            bits.put(length, 3)
        else:
            bits.put(7, 3)
            bits.put((1 << (length - 7 + 1)) - 2, length - 7 + 1)
        at += 1
        if at == gap_at:
            gap = 0
            while gap < 3 and at < len(lengths) and lengths[at] == 0:
                gap, at = gap + 1, at + 1
            bits.put(gap, 2)


def _code_lengths(bits: _Bits, lengths: list[int]) -> None:
    runs: list[tuple[int, int]] = []  # symbol of the small alphabet, run length
    at = 0
    while at < len(lengths):
        if lengths[at]:
            runs.append((lengths[at] + 2, 0))
            at += 1
            continue
        run = next((n for n in range(at, len(lengths)) if lengths[n]), len(lengths)) - at
        run = 18 if run == 19 else run
        runs.append((0, 1) if run < 3 else (1, run) if run < 20 else (2, run))
        at += 1 if run < 3 else run
    used = sorted({symbol for symbol, _ in runs})
    small = _codes(used) if len(used) > 1 else {used[0]: (0, 0)}
    if len(used) == 1:
        bits.put(0, 5)
        bits.put(used[0], 5)
    else:
        _small_lengths(bits, [small[s][1] if s in small else 0 for s in range(used[-1] + 1)], 5, 3)
    bits.put(len(lengths), 9)
    for symbol, run in runs:
        bits.put(*small[symbol])
        if symbol == 1:
            bits.put(run - 3, 4)
        elif symbol == 2:
            bits.put(run - 20, 9)


def lzh_archive(files: dict[str, bytes], method: str, level: int) -> bytes:
    """Write an archive with headers of one level; names are CP932 with backslashes or folders apart."""
    out = b""
    for name, data in files.items():
        body = data if method == "-lh0-" else lzh_packed(data, method)
        out += _lzh_header(name.encode("cp932"), method.encode(), len(body), data, level) + body
    return out + b"\0"


def _lzh_header(name: bytes, method: bytes, packed: int, data: bytes, level: int) -> bytes:
    crc = struct.pack("<H", crc16(data))
    if level == 2:
        folder, _, base = name.decode("cp932").rpartition("\\")
        extensions = _extension(0x01, base.encode("cp932"))
        if folder:
            extensions += _extension(0x02, folder.encode("cp932").replace(b"\\", b"\xff") + b"\xff")
        total = 26 + len(extensions)
        head = method + struct.pack("<III", packed, len(data), 1_700_000_000) + b"\x20\x02" + crc + b"M"
        return struct.pack("<H", total) + head + extensions + b"\0\0"
    extensions = _extension(0x40, b"\x20\0") if level == 1 else b""
    head = method + struct.pack("<III", packed + len(extensions), len(data), 0x5876_6000) + bytes([0x20, level])
    head += bytes([len(name)]) + name + crc
    if level == 1:
        head += b"M" + (extensions[:2] if extensions else b"\0\0")
    checked = bytes([len(head), sum(head) & 0xFF]) + head
    return checked + (extensions[2:] + b"\0\0" if level == 1 else b"")


def _extension(kind: int, data: bytes) -> bytes:
    return struct.pack("<H", len(data) + 3) + bytes([kind]) + data
