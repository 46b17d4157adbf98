"""Keeps pyarrow from loading pandas: where it happens to be installed, the first array would cost a second."""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType


class _NoPandas:
    """An import finder that says pandas is not installed."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name == "pandas" or name.startswith("pandas."):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


def hide_pandas() -> None:
    """Let pyarrow find no pandas in this process; nothing of ours uses it."""
    if _NoPandas not in sys.meta_path and "pandas" not in sys.modules:
        sys.meta_path.insert(0, _NoPandas)
