"""Which kind of recording a file is, for those who look for signals; empty for what holds none."""

from genba.formats.detection import detect
from genba.formats.plaintext import HEAD_BYTES, rough_text
from genba.formats.recordings.lerobot import INFO, INFO_BYTES, is_dataset
from genba.ports.blob import Blob
from genba.ports.reader import Limits

# Kinds that are recordings whatever is looked for; tables and logs are recordings only when they are captured.
RECORDINGS = frozenset({"mcap", "rosbag1", "rosbag2", "ulog", "ide", "wav", "flac", "edge"})
LOGS = frozenset({"csv", "tsv", "txt"})


def recording_kind(blob: Blob) -> str:
    """Name the reader of signals that a file is for; raises InvalidInput where nobody can read the file."""
    if blob.name == INFO.rpartition("/")[2] and blob.size_bytes <= INFO_BYTES:
        with blob.open() as stream:
            if is_dataset(stream.read()):
                return "lerobot"
    kind = detect(blob, Limits()).kind
    if kind in RECORDINGS or kind == "parquet":
        return kind
    if kind == "video":
        with blob.open() as stream:
            return kind if stream.read(8)[4:] == b"ftyp" else ""
    if kind in LOGS:
        with blob.open() as stream:
            return _kind_of_log(rough_text(stream.read(HEAD_BYTES)), kind)
    return ""


def _kind_of_log(text: str, kind: str) -> str:
    lines = text.splitlines()[:3]
    if any(line.startswith("Rec#\t") for line in lines):
        return "maccor"
    first = lines[0].lower() if lines else ""
    if "step_index" in first and "cycle_index" in first and "test_time" in first:
        return "arbin"
    return "csv" if kind != "txt" else ""
