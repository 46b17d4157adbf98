"""Keeps pyarrow from loading pandas and numpy, which cost up to a second; whoever needs numpy itself may have it."""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType


class _Absent:
    """An import finder that says they are not installed."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        # pandas is asked for by compiled code, which has no frame of its own: it is hidden from everybody.
        top = name.partition(".")[0]
        if top == "pandas" or (top == "numpy" and _importer().startswith("pyarrow")):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


def _importer() -> str:
    """Name the module whose import this is: the first frame above that is not the import system's own."""
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_code.co_filename.startswith("<frozen importlib"):
        frame = frame.f_back
    return str(frame.f_globals.get("__name__", ""))


def keep_arrow_small() -> None:
    """Let pyarrow find neither in this process, unless they are loaded already."""
    if _Absent not in sys.meta_path and "numpy" not in sys.modules and "pandas" not in sys.modules:
        sys.meta_path.insert(0, _Absent)
