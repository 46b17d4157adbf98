"""Archives that come out byte-identical from the same files, whoever builds them and when."""

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

# 1980-01-01 is the oldest time zip knows; one fixed time serves both formats.
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
TAR_TIME = 315532800
PACKED = (".whl", ".zip", ".gz")
EXECUTABLE = (".sh",)


def write(folder: Path, archive: Path) -> None:
    """Pack a folder, itself included, as .zip or .tar.gz."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    if archive.suffix == ".zip":
        write_zip(folder, archive)
    else:
        write_tar(folder, archive)


def members(folder: Path) -> list[tuple[str, Path]]:
    """The files below a folder under the names they get, in a fixed order."""
    files = [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return sorted((f"{folder.name}/{path.relative_to(folder).as_posix()}", path) for path in files)


def write_zip(folder: Path, archive: Path) -> None:
    """Pack for Windows; what is already compressed is stored."""
    with zipfile.ZipFile(archive, "w") as container:
        for name, path in members(folder):
            entry = zipfile.ZipInfo(name, ZIP_TIME)
            entry.compress_type = zipfile.ZIP_STORED if path.suffix in PACKED else zipfile.ZIP_DEFLATED
            entry.external_attr = mode(path) << 16
            container.writestr(entry, path.read_bytes())


def write_tar(folder: Path, archive: Path) -> None:
    """Pack for Linux, with no owner and no times of the builder's machine."""
    with (
        archive.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=TAR_TIME, compresslevel=6) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as container,
    ):
        for name, path in members(folder):
            content = path.read_bytes()
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime, entry.mode = len(content), TAR_TIME, mode(path) & 0o777
            container.addfile(entry, io.BytesIO(content))


def mode(path: Path) -> int:
    """Unix permissions by kind of file, not by what the builder's file system says."""
    return 0o100755 if path.suffix in EXECUTABLE else 0o100644
