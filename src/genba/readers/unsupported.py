"""Count a file nobody here can read, and say how to turn it into one that can be read."""

from collections.abc import Iterator

from genba.formats.detection import detect
from genba.model.finding import Finding, Severity
from genba.ports.blob import Blob
from genba.ports.reader import Limits, Part

# Families of formats that are converted in the same way.
FAMILIES: dict[str, tuple[str, ...]] = {
    "file.unsupported_docuworks": ("docuworks",),
    "file.unsupported_ichitaro": ("ichitaro",),
    "file.unsupported_drawing": ("dwg", "jww", "step", "iges", "cad"),
    "file.unsupported_diagram": ("vsd", "vsdx", "mpp", "pub", "odg", "xps"),
    "file.unsupported_xlsb": ("xlsb",),
    "file.unsupported_database": ("mdb", "sqlite"),
    "file.unsupported_rich_text": ("rtf", "epub"),
    "file.unsupported_archive": ("rar", "cab", "zst", "iso"),
    "file.unsupported_recording": ("audio", "video"),
    "file.unsupported_program": ("exe", "elf", "lnk", "font", "thumbs"),
    "file.unsupported_measurements": ("hdf5", "mat", "parquet", "arrow"),
    "file.recording_not_described": ("mcap", "ulog", "rosbag1", "rosbag2", "ide", "wav", "flac", "edge"),
    "file.unsupported_ole": ("ole",),
}
CODES = {kind: code for code, kinds in FAMILIES.items() for kind in kinds}
UNREMARKABLE = frozenset(
    {
        "file.unsupported_program",
        "file.unsupported_recording",
        "file.unsupported_measurements",
        "file.recording_not_described",
    }
)


def read(blob: Blob, limits: Limits) -> Iterator[Part]:
    """Yield one finding; detection has already said what it has to say about unknown files."""
    kind = detect(blob, limits).kind
    code = CODES.get(kind)
    if code is not None:
        severity = Severity.NOTICE if code in UNREMARKABLE else Severity.BLOCKER
        yield Finding(code=code, severity=severity, details={"kind": kind})
