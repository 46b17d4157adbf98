"""Installing, upgrading and removing work without a network and touch nothing but program files."""

import base64
import hashlib
import os
import runpy
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT / "distribution" / "files"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="drives the shell scripts of the Linux archive")


def archive_of(parent: Path, version: str, main: str) -> Path:
    """An unpacked Linux archive around a package with one module, as `make dist` lays it out."""
    top = parent / f"genba {version} 配布"
    house = top / "program" / "wheelhouse"
    house.mkdir(parents=True)
    wheel = house / f"genba-{version}-py3-none-any.whl"
    info = f"genba-{version}.dist-info"
    members = {
        "genba/__init__.py": "",
        "genba/__main__.py": main,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: genba\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(wheel, "w") as container:
        record = ""
        for name, text in members.items():
            container.writestr(name, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            record += f"{name},sha256={digest},{len(text)}\n"
        container.writestr(f"{info}/RECORD", record + f"{info}/RECORD,,\n")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (top / "program" / "requirements.txt").write_text(f"genba=={version} --hash=sha256:{digest}\n", encoding="ascii")
    (top / "program" / "VERSION").write_text(version, encoding="ascii")
    shutil.copy2(FILES / "program" / "install.py", top / "program")
    for script in ("install.sh", "uninstall.sh"):
        shutil.copy2(FILES / "linux" / script, top)
    return top


def run(home: Path, *command: object) -> subprocess.CompletedProcess[str]:
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "PYTHON": sys.executable, "PIP_NO_INDEX": "1"}
    words = [str(word) for word in command]
    return subprocess.run(words, env=environment, capture_output=True, text=True, check=False, timeout=300)


def test_install_upgrade_and_removal_keep_the_users_files(tmp_path: Path) -> None:
    home = tmp_path / "家 の"
    state = home / ".local" / "state" / "genba"
    state.mkdir(parents=True)
    (state / "settings.toml").write_text("lang = 'ja'", encoding="utf-8")
    command = home / ".local" / "bin" / "genba"

    done = run(home, "sh", archive_of(tmp_path, "1.0", "print('one')") / "install.sh")
    assert done.returncode == 0, done.stdout + done.stderr
    assert run(home, command).stdout == "one\n"

    assert run(home, "sh", archive_of(tmp_path, "2.0", "print('two')") / "install.sh").returncode == 0
    assert run(home, command).stdout == "two\n"
    programs = home / ".local" / "share" / "genba"
    assert sorted(path.name for path in programs.iterdir()) == ["2.0", "bin", "uninstall.sh"]

    (programs / "mine.txt").write_text("a user's file", encoding="utf-8")
    assert run(home, "sh", programs / "uninstall.sh").returncode == 0
    assert [path.name for path in programs.iterdir()] == ["mine.txt"]
    assert not command.is_symlink()
    assert (state / "settings.toml").read_text(encoding="utf-8") == "lang = 'ja'"


def test_an_upgrade_that_does_not_start_leaves_the_previous_version_in_place(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    assert run(home, "sh", archive_of(tmp_path, "1.0", "print('one')") / "install.sh").returncode == 0
    failed = run(home, "sh", archive_of(tmp_path, "2.0", "raise SystemExit('broken')") / "install.sh")
    assert failed.returncode == 1
    assert "broken" in failed.stdout
    assert run(home, home / ".local" / "bin" / "genba").stdout == "one\n"


def test_a_tampered_wheel_is_refused(tmp_path: Path) -> None:
    top = archive_of(tmp_path, "1.0", "print('one')")
    wheel = next((top / "program" / "wheelhouse").iterdir())
    wheel.write_bytes(wheel.read_bytes() + b"x")
    home = tmp_path / "home"
    home.mkdir()
    assert run(home, "sh", top / "install.sh").returncode == 1
    assert not (home / ".local" / "bin" / "genba").exists()


def test_the_windows_path_keeps_its_entries_and_gets_ours_once() -> None:
    path_with = runpy.run_path(str(FILES / "program" / "install.py"), run_name="installer")["path_with"]
    ours = r"C:\Users\山田\AppData\Local\Programs\genba\bin"
    added = path_with(r"C:\a;%USERPROFILE%\b;", ours, add=True)
    assert added == rf"C:\a;%USERPROFILE%\b;{ours}"
    assert path_with(added + "\\", ours.upper(), add=True) == rf"C:\a;%USERPROFILE%\b;{ours.upper()}"
    assert path_with(added, ours, add=False) == r"C:\a;%USERPROFILE%\b"


def test_the_linux_archive_installs_offline_and_starts(tmp_path: Path) -> None:
    """Builds the real archive for this Python, so it needs what `make dist` needs: a registry or pip's cache of it."""
    if os.environ.get("GENBA_REQUIRE_ALL") != "1":
        pytest.skip("downloads 60 MB: set GENBA_REQUIRE_ALL=1")
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    build = [sys.executable, "-m", "distribution", "--only", "linux", "--python", python, "--out", str(tmp_path)]
    built = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert built.returncode == 0, built.stdout + built.stderr
    packed = next(tmp_path.glob("genba-*-linux-x64.tar.gz"))
    subprocess.run(["tar", "xf", str(packed), "-C", str(tmp_path)], check=True)
    home = tmp_path / "家"
    home.mkdir()
    done = run(home, "sh", tmp_path / packed.name.removesuffix(".tar.gz") / "install.sh")
    assert done.returncode == 0, done.stdout + done.stderr
    shown = run(home, home / ".local" / "bin" / "genba", "--version")
    assert shown.stdout.startswith("genba ")
    assert run(home, home / ".local" / "bin" / "genba", "--help").returncode in (0, 2)
