"""Install, upgrade or remove genba for one user, without internet access; only the standard library is used.

Program files go to one folder per version. Settings, logs and results are kept elsewhere and never touched.
"""

import argparse
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
WINDOWS = sys.platform == "win32"
NEWEST, OLDEST = (3, 13), (3, 11)
MARK = "installed.json"  # written last: a folder without it is half an installation

TEXTS = {
    "installing": (
        "genba {version} をインストールしています(1~2分かかります)…",
        "Installing genba {version} (takes a minute or two) ...",
    ),
    "done": (
        "インストールが終わりました。\n  場所: {target}\n  新しいコマンド画面で genba --help と入力してください。",
        "Installed in {target}\n  Open a new command window and type: genba --help",
    ),
    "path": (
        '「{folder}」がPATHにありません。次の行をシェルの設定に加えてください。\n  export PATH="{folder}:$PATH"',
        "{folder} is not on PATH: add the line above to your shell's settings, or type {command}",
    ),
    "removed": (
        "genba を削除しました。設定と記録は次の場所に残してあります: {state}",
        "genba has been removed. Your settings and logs are kept in {state}",
    ),
    "kept": (
        "使用中のため削除できませんでした。後で手で削除してください: {folder}",
        "In use and therefore not removed; delete it later: {folder}",
    ),
    "python": (
        "Python {found} では動きません。3.11~3.13 を使ってください。",
        "This is Python {found}; Python 3.11 to 3.13 is needed.",
    ),
    "failed": (
        "インストールできませんでした。下の英語の内容を担当者に伝えてください。以前の版はそのまま使えます。\n{reason}",
        "The installation failed; the previous version still works.",
    ),
}


def say(key: str, **details: object) -> None:
    """Print a text in Japanese and English; a console that lacks a letter shows a mark for it."""
    for text in TEXTS[key]:
        print(text.format(**details))


def default_target() -> Path:
    """Where program files of one user belong on this system."""
    if WINDOWS:
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "Programs" / "genba"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "genba"


def state_dir() -> Path:
    """Where genba keeps settings and logs; named to the user, never touched here."""
    if WINDOWS:
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "genba"
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "genba"


def install(target: Path, version: str) -> None:
    """Lay down this version, switch the start script to it, then remove older versions."""
    folder = target / version
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if WINDOWS and (HERE / "python" / "python.exe").exists():
        shutil.copytree(HERE / "python", folder / "python", copy_function=shutil.copyfile)
        python = folder / "python" / "python.exe"
    else:
        python = private_environment(folder / "env")
    starting = [str(python), "-m", "genba", "--version"]
    check = subprocess.run(starting, capture_output=True, text=True, errors="replace", check=False)
    if check.returncode:
        raise OSError(check.stderr.strip() or check.stdout.strip())
    shutil.copyfile(Path(__file__), folder / "install.py")
    (folder / MARK).write_text(json.dumps({"version": version}), encoding="utf-8")
    write_starters(target, python.relative_to(target), version)
    for older in installed(target):
        if older.name != version:
            remove(older)


def private_environment(folder: Path) -> Path:
    """Make an environment of its own from this Python and the wheels beside this file; hashes are checked."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / ("Scripts/python.exe" if WINDOWS else "bin/python")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    command = [str(python), "-I", "-m", "pip", "--isolated", "--disable-pip-version-check", "install", "--quiet"]
    command += ["--no-index", "--no-deps", "--find-links", str(HERE / "wheelhouse")]
    command += ["--require-hashes", "--requirement", str(HERE / "requirements.txt")]
    subprocess.run(command, check=True, env=environment)
    return python


def write_starters(target: Path, python: Path, version: str) -> None:
    """Write the command `genba` and the uninstaller; both name the version they belong to."""
    commands = target / "bin"
    commands.mkdir(exist_ok=True)
    if WINDOWS:
        start = f'@echo off\r\n"%~dp0..\\{python}" -P -m genba %*\r\nexit /b %ERRORLEVEL%\r\n'
        write(commands / "genba.cmd", start)
        shutil.copyfile(HERE / "refine.cmd", commands / "refine.cmd")
        # The interpreter cannot delete itself, so its folder goes after it has ended.
        goodbye = (
            f'@echo off\r\n"%~dp0{python}" "%~dp0{version}\\install.py" --uninstall --target "%~dp0."\r\n'
            f'rmdir /s /q "%~dp0{version}"\r\npause\r\n(goto) 2>nul & del "%~f0"\r\n'
        )
        write(target / "uninstall.cmd", goodbye)
        change_user_path(str(commands), add=True)
        return
    # The folder is found from the script's real place, so that a link to it works too.
    here = 'here=$(dirname -- "$(readlink -f -- "$0")")\n'
    write(commands / "genba", f'#!/bin/sh\n{here}exec "$here/../{python}" -P -m genba "$@"\n')
    write(
        target / "uninstall.sh",
        f'#!/bin/sh\n{here}exec "$here/{python}" "$here/{version}/install.py" --uninstall --target "$here"\n',
    )
    link = Path.home() / ".local" / "bin" / "genba"
    link.parent.mkdir(parents=True, exist_ok=True)
    if link.is_symlink() or not link.exists():
        link.unlink(missing_ok=True)
        link.symlink_to(commands / "genba")


def write(path: Path, text: str) -> None:
    """Replace a script in one go: a running shell keeps reading the old one."""
    fresh = path.with_name(path.name + ".new")
    fresh.write_bytes(text.encode("utf-8"))
    fresh.chmod(0o755)
    fresh.replace(path)


def installed(target: Path) -> list[Path]:
    """The version folders that an installer of ours finished."""
    return sorted(mark.parent for mark in target.glob(f"*/{MARK}"))


def remove(folder: Path) -> None:
    """Delete a version's folder; a file in use is left and said so."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        say("kept", folder=folder)


def uninstall(target: Path) -> None:
    """Delete what the installer made, and nothing else."""
    commands = target / "bin"
    if WINDOWS:
        change_user_path(str(commands), add=False)
    else:
        link = Path.home() / ".local" / "bin" / "genba"
        if link.is_symlink() and link.readlink() == commands / "genba":
            link.unlink()
        (target / "uninstall.sh").unlink(missing_ok=True)
    for name in ("genba", "genba.cmd", "refine.cmd"):
        (commands / name).unlink(missing_ok=True)
    running = Path(sys.executable).absolute()
    for folder in installed(target):
        if WINDOWS and folder.absolute() in running.parents:
            continue  # uninstall.cmd deletes it when this process has ended
        remove(folder)
    for folder in (commands, target):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    say("removed", state=state_dir())


def path_with(value: str, entry: str, *, add: bool) -> str:
    """A PATH value with the entry exactly once at its end, or without it; other entries stay as they are."""
    others = [part for part in value.split(";") if part and part.rstrip("\\").lower() != entry.rstrip("\\").lower()]
    return ";".join([*others, entry] if add else others)


if sys.platform == "win32":
    import ctypes
    import winreg

    def change_user_path(entry: str, *, add: bool) -> None:
        """Add to or take from the user's PATH (never the machine's); new windows see it at once."""
        with winreg.CreateKey(winreg.HKEY_CURRENT_USER, "Environment") as key:
            try:
                value, kind = winreg.QueryValueEx(key, "Path")
            except FileNotFoundError:
                value, kind = "", winreg.REG_EXPAND_SZ
            changed = path_with(str(value), entry, add=add)
            if changed != value:
                winreg.SetValueEx(key, "Path", 0, kind, changed)
        # HWND_BROADCAST, WM_SETTINGCHANGE, SMTO_ABORTIFHUNG
        ctypes.windll.user32.SendMessageTimeoutW(0xFFFF, 0x001A, 0, "Environment", 0x0002, 2000, None)

else:

    def change_user_path(entry: str, *, add: bool) -> None:
        """Other systems keep PATH in files of the user's shell, which we do not edit."""


def main() -> int:
    """Do what the start script asks; 0 when done, 1 with the reason otherwise."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--target", type=Path, default=default_target(), help="folder for the program files")
    parser.add_argument("--uninstall", action="store_true", help="remove the program, keep settings and logs")
    chosen = parser.parse_args()
    target = chosen.target.absolute()
    if chosen.uninstall:
        uninstall(target)
        return 0
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        say("python", found=sys.version.split()[0])
        return 1
    version = (HERE / "VERSION").read_text(encoding="ascii").strip()
    say("installing", version=version)
    try:
        install(target, version)
    except (OSError, subprocess.CalledProcessError) as error:
        shutil.rmtree(target / version, ignore_errors=True)
        say("failed", reason=error)
        return 1
    say("done", target=target)
    commands = Path.home() / ".local" / "bin"
    if not WINDOWS and str(commands) not in os.environ.get("PATH", "").split(os.pathsep):
        say("path", folder=commands, command=target / "bin" / "genba")
    return 0


if __name__ == "__main__":
    sys.exit(main())
