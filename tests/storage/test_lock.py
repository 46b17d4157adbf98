"""Two runs never write into the same folder."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from genba.errors import Conflict
from genba.storage.lock import FolderLock

HOLDER = """
import sys, time
from pathlib import Path
from genba.storage.lock import FolderLock
with FolderLock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_holder_is_refused_and_the_first_one_keeps_it(tmp_path: Path) -> None:
    path = tmp_path / "product" / ".genba" / "lock"
    with FolderLock(path), pytest.raises(Conflict, match=r"storage\.locked"), FolderLock(path):
        pass


def test_a_lock_is_free_again_after_its_holder_was_killed(tmp_path: Path) -> None:
    path = tmp_path / "product" / ".genba" / "lock"
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(Conflict), FolderLock(path):
            pass
        holder.kill()
        holder.wait()
    deadline = time.monotonic() + 10
    while True:
        try:
            with FolderLock(path):
                break
        except Conflict:
            assert time.monotonic() < deadline
            time.sleep(0.05)
