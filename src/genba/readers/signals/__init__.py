"""Readers of recordings, by kind of file; each is a `SignalReader`, imported when a file of its kind is met."""

import importlib
from typing import cast

from genba.ports.signals import SignalReader

SIGNAL_READERS: dict[str, str] = {
    "arbin": "genba.readers.signals.cyclers:read",
    "csv": "genba.readers.signals.csv:read",
    "edge": "genba.readers.signals.edge:read",
    "flac": "genba.readers.signals.flac:read",
    "ide": "genba.readers.signals.ide:read",
    "lerobot": "genba.readers.signals.lerobot:read",
    "maccor": "genba.readers.signals.cyclers:read",
    "mcap": "genba.readers.signals.mcap:read",
    "parquet": "genba.readers.signals.parquet:read",
    "rosbag1": "genba.readers.signals.rosbag1:read",
    "rosbag2": "genba.readers.signals.rosbag2:read",
    "tsv": "genba.readers.signals.csv:read",
    "ulog": "genba.readers.signals.ulog:read",
    "video": "genba.readers.signals.video:read",
    "wav": "genba.readers.signals.wav:read",
}


def signal_reader_for(kind: str) -> SignalReader | None:
    """Import and give the reader of a kind of recording; None for a kind that is none."""
    target = SIGNAL_READERS.get(kind)
    if target is None:
        return None
    module, _, function = target.partition(":")
    return cast(SignalReader, getattr(importlib.import_module(module), function))
