"""Runs LibreOffice to turn old Office files into new ones: own profile, no macros, no network, a time limit."""

import io
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from genba.errors import InvalidInput
from genba.ports.blob import Blob

FILTERS = {"docx": "docx:MS Word 2007 XML", "pptx": "pptx:Impress MS PowerPoint 2007 XML"}
NAMES = {"docx": "input.doc", "pptx": "input.ppt"}
# Macros off, links and updates off, and a proxy where nobody answers: a document must not reach out.
_SETTINGS = (
    ("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("org.openoffice.Inet/Settings", "ooInetProxyType", "2"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
)
WATCH_S = 0.3


@dataclass(frozen=True, slots=True)
class _Limits:
    timeout_s: float
    largest_bytes: int
    memory_bytes: int  # of all its processes together


def find_soffice() -> str:
    """Find LibreOffice on PATH or where its installers put it; empty when there is none."""
    for name in ("soffice", "libreoffice"):
        found = shutil.which(name)
        if found and Path(found).absolute().parent != Path.cwd():  # Windows looks in the current folder first
            return found
    places = (
        Path("C:/Program Files/LibreOffice/program/soffice.com"),
        Path("C:/Program Files (x86)/LibreOffice/program/soffice.com"),
        Path("/Applications/LibreOffice.app/Contents/MacOS/soffice"),
        Path("/opt/libreoffice/program/soffice"),
    )
    return next((str(place) for place in places if place.is_file()), "")


def converter(
    soffice: str, *, timeout_s: float = 120.0, largest_bytes: int = 512 << 20, memory_bytes: int = 900 << 20
) -> Callable[[Blob, str], Blob]:
    """Make the function that readers of old formats are given: blob and kind wanted, converted blob."""
    limits = _Limits(timeout_s, largest_bytes, memory_bytes)

    def convert(blob: Blob, kind: str) -> Blob:
        with tempfile.TemporaryDirectory(prefix="genba-", ignore_cleanup_errors=True) as folder:
            data = _convert(soffice, blob, kind, Path(folder), limits)
        stem = blob.name.rsplit(".", 1)[0]
        return Blob(name=f"{stem}.{kind}", size_bytes=len(data), open=lambda: io.BytesIO(data), modified=blob.modified)

    return convert


def _convert(soffice: str, blob: Blob, kind: str, folder: Path, limits: _Limits) -> bytes:
    source, profile, out = folder / NAMES[kind], folder / "profile", folder / "out"
    out.mkdir()
    with blob.open() as stream, source.open("wb") as target:
        shutil.copyfileobj(stream, target)
    _write_profile(profile)
    command = [
        soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--invisible", "--norestore", "--nologo",
        "--nodefault", "--nofirststartwizard", "--nolockcheck", "--convert-to", FILTERS[kind], "--outdir", str(out),
        str(source),
    ]  # fmt: skip
    _run(command, folder, limits)
    converted = out / f"input.{kind}"
    if not converted.is_file():
        raise InvalidInput("legacy_office.conversion_failed", reason="no output")
    if converted.stat().st_size > limits.largest_bytes:
        raise InvalidInput("legacy_office.conversion_failed", reason="too large")
    return converted.read_bytes()


def _write_profile(profile: Path) -> None:
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    folder = profile / "user"
    folder.mkdir(parents=True)
    (folder / "registrymodifications.xcu").write_text(f"{_HEAD}{items}</oor:items>", encoding="utf-8")


def _run(command: list[str], folder: Path, limits: _Limits) -> None:
    """Run to the end or a limit; what LibreOffice has started ends with it."""
    try:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    except OSError as error:
        raise InvalidInput("legacy_office.conversion_failed", reason=error.strerror or type(error).__name__) from None
    try:
        status = _watched(process, limits)
    finally:
        _end(process)
    if status != 0:
        raise InvalidInput("legacy_office.conversion_failed", reason=f"exit {status}")


def _watched(process: "subprocess.Popen[bytes]", limits: _Limits) -> int:
    until = time.monotonic() + limits.timeout_s
    while True:
        try:
            return process.wait(min(WATCH_S, max(0.0, until - time.monotonic())))
        except subprocess.TimeoutExpired:
            if time.monotonic() >= until:
                raise InvalidInput("legacy_office.conversion_failed", reason=f"{limits.timeout_s:g} s") from None
        if _resident_bytes(process.pid) > limits.memory_bytes:
            raise InvalidInput("legacy_office.conversion_failed", reason=f"{limits.memory_bytes >> 20} MB")


def _resident_bytes(process_id: int) -> int:
    import psutil

    try:
        first = psutil.Process(process_id)
        return sum(int(member.memory_info().rss) for member in (first, *first.children(recursive=True)))
    except psutil.Error:
        return 0


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is not None:
        return
    import psutil  # takes longer to load than most files take to refine

    try:
        family = [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]
    except psutil.NoSuchProcess:
        return
    for member in family:
        try:
            member.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(family, timeout=5)
    process.wait(5)
