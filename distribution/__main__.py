"""Build dist/: both wheels, and one archive each for Windows and Linux; fails when a dependency has no wheel."""

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Mapping
from email.parser import HeaderParser
from pathlib import Path

from distribution import archive
from distribution.bundle import SITE, install_wheels, locked_windows_python, unpack_embeddable
from distribution.targets import PYTHON_VERSIONS, TARGETS, WINDOWS, Target
from distribution.wheels import DistributionError, Locked, download, read_lock, table

ROOT = Path(__file__).resolve().parents[1]
EDGE = ROOT / "packages" / "genba-edge"
FILES = Path(__file__).with_name("files")
PLACES = {
    "target_windows": r"%LOCALAPPDATA%\Programs\genba",
    "state_windows": r"%LOCALAPPDATA%\genba",
    "state_linux": "~/.local/state/genba",
}
NO_PYTHON = "none"


def main() -> int:
    """Build what was asked for and print which wheel serves which Python."""
    parser = argparse.ArgumentParser(prog="python -m distribution", description=__doc__)
    parser.add_argument("--only", choices=sorted(TARGETS), action="append", help="not both systems")
    parser.add_argument("--python", choices=PYTHON_VERSIONS, action="append", help="not all Python versions")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--python-windows", default="", help="an embeddable Python zip, or none")
    chosen = parser.parse_args()
    try:
        build(chosen.out, chosen.only or list(TARGETS), tuple(chosen.python or PYTHON_VERSIONS), chosen.python_windows)
    except DistributionError as error:
        print(f"dist: {error}", file=sys.stderr)
        return 1
    return 0


def build(out: Path, names: list[str], pythons: tuple[str, ...], python_windows: str) -> None:
    """Make the wheel, collect the wheels it needs, and pack an archive per target."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    packages = read_lock((ROOT / "requirements-runtime.lock").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as work:
        own = build_wheel(Path(work) / "wheel", version)
        columns: dict[str, list[str]] = {}
        lacking: list[str] = []
        for target in (TARGETS[name] for name in names):
            for python in pythons:
                column = f"{target.name} {python}"
                folder = Path(work) / column
                lacking += [f"{package.name} for {column}" for package in download(packages, target, python, folder)]
                columns[column] = sorted(path.name for path in folder.glob("*.whl"))
        print(table(packages, columns))
        if lacking:
            raise DistributionError("no wheel: " + ", ".join(lacking))
        out.mkdir(parents=True, exist_ok=True)
        shutil.copy2(own, out / own.name)
        edge = build_wheel(Path(work) / "edge", edge_version(), EDGE, "genba_edge")
        shutil.copy2(edge, out / edge.name)
        for target in (TARGETS[name] for name in names):
            top = Path(work) / f"genba-{version}-{target.name}"
            wheels = {python: Path(work) / f"{target.name} {python}" for python in pythons}
            lay_out(top, target, wheels, own)
            if target is WINDOWS and python_windows != NO_PYTHON:
                add_python(top / "program" / "python", Path(python_windows) if python_windows else None, wheels, own)
            (top / "CONTENTS.txt").write_text(contents(top, packages), encoding="utf-8")
            packed = out / f"{top.name}{target.archive}"
            archive.write(top, packed)
            print(f"{packed}  {packed.stat().st_size / 1e6:.1f} MB  sha256 {digest(packed)}")


def edge_version() -> str:
    """The SDK has versions of its own."""
    return str(tomllib.loads((EDGE / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def build_wheel(folder: Path, version: str, source: Path = ROOT, name: str = "genba") -> Path:
    """Build a wheel of ours with what is installed here."""
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DistributionError(f"the wheel could not be built:\n{(done.stdout + done.stderr)[-2000:]}")
    return folder / f"{name}-{version}-py3-none-any.whl"


def lay_out(top: Path, target: Target, wheels: Mapping[str, Path], own: Path) -> None:
    """Put start scripts, texts, installer and wheelhouse where users and install.py look for them."""
    program = top / "program"
    house = program / "wheelhouse"
    house.mkdir(parents=True)
    for folder in wheels.values():
        for wheel in folder.glob("*.whl"):
            shutil.copy2(wheel, house / wheel.name)
    shutil.copy2(own, house / own.name)
    version = own.name.split("-")[1]
    (program / "VERSION").write_bytes(version.encode("ascii"))
    (program / "requirements.txt").write_text(requirements(house), encoding="ascii")
    shutil.copy2(FILES / "program" / "install.py", program)
    for source in sorted((FILES / target.name.split("-")[0]).iterdir()):
        text = source.read_text(encoding="utf-8")
        inside = source.name in ("no-python.txt",)
        (program if inside else top).joinpath(source.name).write_bytes(ended(text, target))
        if source.name == "refine.cmd":
            (program / source.name).write_bytes(ended(text, target))
    for name in ("README.ja.txt", "README.en.txt"):
        text = (FILES / name).read_text(encoding="utf-8").format(version=version, **PLACES)
        (top / name).write_bytes(b"\xef\xbb\xbf" * (target is WINDOWS) + ended(text, target))  # BOM for old Notepad
    for name in ("LICENSE", "NOTICE"):
        (top / f"{name}.txt").write_bytes(ended((ROOT / name).read_text(encoding="utf-8"), target))


def ended(text: str, target: Target) -> bytes:
    """Text with the line ends a system's own programs expect; cmd.exe misreads labels without CR LF."""
    lines = text.replace("\r\n", "\n")
    return (lines.replace("\n", "\r\n") if target is WINDOWS else lines).encode("utf-8")


def requirements(house: Path) -> str:
    """Pin every package of the wheelhouse to the very files in it."""
    pins: dict[str, list[str]] = {}
    for wheel in sorted(house.glob("*.whl")):
        name, version = wheel.name.split("-")[:2]
        pins.setdefault(f"{name.replace('_', '-').lower()}=={version}", []).append(f"--hash=sha256:{digest(wheel)}")
    return "".join(f"{pin} {' '.join(hashes)}\n" for pin, hashes in sorted(pins.items()))


def add_python(folder: Path, given: Path | None, wheels: Mapping[str, Path], own: Path) -> None:
    """Put a ready-to-run Python with everything installed into the archive."""
    if given is not None and not given.is_file():
        raise DistributionError(f"PYTHON_WINDOWS={given} does not exist")
    with tempfile.TemporaryDirectory() as work:
        python = unpack_embeddable(given or locked_windows_python(Path(work)), folder)
    if python not in wheels:
        raise DistributionError(f"the Python given is {python}; wheels are collected for {', '.join(wheels)}")
    install_wheels([*sorted(wheels[python].glob("*.whl")), own], folder / SITE, WINDOWS.platforms, python)
    shutil.rmtree(folder / SITE / "bin", ignore_errors=True)  # start scripts for another system


def contents(top: Path, packages: tuple[Locked, ...]) -> str:
    """List what is inside, with versions and licences."""
    lines = []
    seen = set()
    for wheel in sorted((top / "program" / "wheelhouse").glob("*.whl")):
        name, version = wheel.name.split("-")[:2]
        if (name, version) not in seen:
            seen.add((name, version))
            lines.append(f"{name} {version}: {licence(wheel)}")
    if (top / "program" / "python").is_dir():
        lines.append("CPython for Windows: PSF-2.0 (program/python/LICENSE.txt)")
    # Of some packages each Python has a version of its own.
    assert len({name for name, _ in seen}) >= len({package.name for package in packages}), (
        "the wheelhouse is incomplete"
    )
    return "\n".join(lines) + "\n"


def licence(wheel: Path) -> str:
    """What a wheel's metadata says about its licence."""
    with zipfile.ZipFile(wheel) as container:
        name = next(name for name in container.namelist() if name.endswith(".dist-info/METADATA"))
        fields = HeaderParser().parsestr(container.read(name).decode("utf-8"))
    said = fields.get("License-Expression") or fields.get("License") or ""
    classifiers = [
        line.rpartition(" :: ")[2] for line in fields.get_all("Classifier", []) if line.startswith("License")
    ]
    first = said.strip().splitlines()[0] if said.strip() else ""
    return first if first and len(first) < 80 else ", ".join(classifiers) or "see its files"


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


if __name__ == "__main__":
    sys.exit(main())
