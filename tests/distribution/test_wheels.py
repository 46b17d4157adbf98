"""The lock is read strictly, markers decide per target, and the table shows what is missing."""

from pathlib import Path

import pytest

from distribution.targets import LINUX, WINDOWS
from distribution.wheels import DistributionError, Locked, read_lock, table

ROOT = Path(__file__).resolve().parents[2]
LOCK = """# made by make lock
lxml==6.1.3 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
Colour_ama==0.4 ; sys_platform == 'win32' \\
    --hash=sha256:cc
"""


def test_a_lock_is_read_with_hashes_markers_and_canonical_names() -> None:
    assert read_lock(LOCK) == (
        Locked("lxml", "6.1.3", ("sha256:aa", "sha256:bb")),
        Locked("colour-ama", "0.4", ("sha256:cc",), "sys_platform == 'win32'"),
    )


@pytest.mark.parametrize("line", ["lxml>=6 --hash=sha256:aa", "lxml==6", "--find-links wheels", "name @ file.whl"])
def test_a_line_that_pins_nothing_is_refused(line: str) -> None:
    with pytest.raises(DistributionError):
        read_lock(line + "\n")


def test_a_marker_speaks_of_the_target_and_not_of_the_machine_that_builds() -> None:
    package = read_lock(LOCK)[1]
    assert package.applies(WINDOWS.environment("3.13"))
    assert not package.applies(LINUX.environment("3.13"))


def test_the_runtime_lock_is_part_of_the_full_lock() -> None:
    runtime = read_lock((ROOT / "requirements-runtime.lock").read_text(encoding="utf-8"))
    full = read_lock((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    assert runtime
    # A package may stand there twice: numpy has another version for newer Pythons.
    assert {(package.name, package.version) for package in runtime} <= {(p.name, p.version) for p in full}


def test_the_table_names_the_wheel_that_serves_and_marks_what_is_missing() -> None:
    packages = [Locked("lxml", "6.1.3", ("x",)), Locked("jinja2", "3.1.6", ("x",))]
    columns = {
        "windows 3.13": ["lxml-6.1.3-cp313-cp313-win_amd64.whl"],
        "linux 3.13": ["jinja2-3.1.6-py3-none-any.whl"],
    }
    shown = table(packages, columns)
    assert [line.split() for line in shown.splitlines()[1:]] == [
        ["lxml", "6.1.3", "cp313-cp313-win_amd64", "-"],
        ["jinja2", "3.1.6", "-", "any"],
    ]
