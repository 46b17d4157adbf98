"""Which edition of a package is installed, read off its folder's name: importlib.metadata alone costs 50 ms a start."""

from importlib.util import find_spec
from pathlib import Path


def edition(module: str, distribution: str) -> str:
    """Give the version of the package that holds a module, empty where nothing beside it tells."""
    spec = find_spec(module)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for found in sorted(Path(folder).parent.glob(f"{distribution}-*.dist-info")):
            return found.name.removeprefix(f"{distribution}-").removesuffix(".dist-info")
    return ""
