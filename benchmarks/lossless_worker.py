"""Sizes and times of FLAC and Blosc2, run in the peers' environment: arrays come as .npy files, answers as JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np


def flac(values: Any) -> bytes:
    """Encode by FLAC at level 8; it takes 16 and 24 bits signed."""
    import pyflac

    if values.dtype.kind not in "iu" or values.dtype.itemsize > 4:
        raise TypeError("integers of 16 to 32 bits only")
    shift = 1 << (8 * values.dtype.itemsize - 1) if values.dtype.kind == "u" else 0
    signed = (values.astype(np.int64) - shift).astype("<i2" if values.dtype.itemsize <= 2 else "<i4")
    parts: list[bytes] = []
    encoder = pyflac.StreamEncoder(
        sample_rate=44_100,
        write_callback=lambda buffer, size, samples, frame: parts.append(bytes(buffer)),
        compression_level=8,
    )
    encoder.process(signed.reshape(-1, 1))
    encoder.finish()
    return b"".join(parts)


def blosc2(values: Any) -> bytes:
    """Encode by Blosc2: bits shuffled, zstd."""
    import blosc2 as library

    return bytes(
        library.compress2(
            np.ascontiguousarray(values),
            codec=library.Codec.ZSTD,
            clevel=5,
            filters=[library.Filter.BITSHUFFLE],
            typesize=values.dtype.itemsize,
        )
    )


CODERS: dict[str, Callable[[Any], bytes]] = {"flac": flac, "blosc2": blosc2}


def main() -> None:
    """Answer with the size and seconds of each coder for each file."""
    answer: dict[str, dict[str, Any]] = {}
    for name in json.loads(sys.stdin.read()):
        values = np.load(name)
        found: dict[str, Any] = {}
        for coder, encode in CODERS.items():
            begin = time.process_time()
            try:
                found[coder] = {"size": len(encode(values)), "s": time.process_time() - begin}
            except Exception as error:
                found[coder] = {"error": f"{type(error).__name__}: {error}"[:200]}
        answer[Path(name).stem] = found
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
