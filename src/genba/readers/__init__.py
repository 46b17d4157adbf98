"""One module per family of formats; `READERS` names the function that reads each kind, imported when first needed."""

import importlib
from typing import cast

from genba.ports.reader import Reader

READERS: dict[str, str] = {
    **dict.fromkeys(("xlsx", "xlsm", "xltx", "xltm"), "genba.readers.xlsx:read"),
    **dict.fromkeys(("docx", "docm", "dotx", "dotm"), "genba.readers.docx:read"),
    **dict.fromkeys(("pptx", "pptm", "ppsx", "ppsm", "potx"), "genba.readers.pptx:read"),
    "pdf": "genba.readers.pdf:read",
    **dict.fromkeys(("doc", "ppt"), "genba.readers.legacy_office:read"),
    "xls": "genba.readers.xls:read",
    **dict.fromkeys(("ods", "odt", "odp"), "genba.readers.opendocument:read"),
    **dict.fromkeys(("csv", "tsv"), "genba.readers.csv:read"),
    "txt": "genba.readers.text:read",
    "md": "genba.readers.markdown:read",
    "html": "genba.readers.html:read",
    "dxf": "genba.readers.dxf:read",
    **dict.fromkeys(("eml", "mhtml"), "genba.readers.email:read"),
    "msg": "genba.readers.outlook:read",
    **dict.fromkeys(("json", "jsonl"), "genba.readers.json:read"),
    **dict.fromkeys(("xml", "spreadsheetml"), "genba.readers.xml:read"),
    **dict.fromkeys(("zip", "jar", "tar", "gz", "bz2", "xz", "7z", "lzh"), "genba.readers.archive:read"),
    **dict.fromkeys(
        ("png", "jpeg", "gif", "bmp", "tiff", "webp", "heic", "emf", "wmf", "svg", "psd"), "genba.readers.image:read"
    ),
    **dict.fromkeys(
        (
            *("docuworks", "ichitaro", "dwg", "jww", "step", "iges", "cad", "vsd", "vsdx", "mpp", "pub", "odg"),
            *("xlsb", "mdb", "sqlite", "parquet", "arrow", "hdf5", "mat", "mcap", "ulog"),
            *("rosbag1", "rosbag2", "ide", "wav", "flac", "edge"),
            *("rtf", "epub", "xps"),
            *("rar", "cab", "zst", "iso", "exe", "elf", "lnk", "font", "audio", "video", "thumbs", "ole", "unknown"),
        ),
        "genba.readers.unsupported:read",
    ),
}


def reader_for(kind: str) -> Reader | None:
    """Import and give the reader of a kind; None for a kind nobody knows."""
    target = READERS.get(kind)
    if target is None:
        return None
    module, _, function = target.partition(":")
    return cast(Reader, getattr(importlib.import_module(module), function))
