"""Keeps pyarrow from loading pandas and numpy: where they happen to be installed, they cost up to a second."""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

_HIDDEN = ("pandas", "numpy")


class _Absent:
    """An import finder that says they are not installed."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name.partition(".")[0] in _HIDDEN:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


def keep_arrow_small() -> None:
    """Let pyarrow find neither in this process, unless they are loaded already; nothing of ours uses them."""
    if _Absent not in sys.meta_path and not any(name in sys.modules for name in _HIDDEN):
        sys.meta_path.insert(0, _Absent)
