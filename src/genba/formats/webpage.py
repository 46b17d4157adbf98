"""Pages for people from templates: everything that comes from outside is escaped and looks like what it is."""

import re
from functools import cache
from importlib import resources
from typing import Any

# Invisible characters that turn the order of what follows, and control characters: a name must look like what it is.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@cache
def template(package: str, name: str) -> Any:
    """Load a template of a package's folder `templates`; it may include others that lie there."""
    import jinja2

    folder = resources.files(package).joinpath("templates")
    environment = jinja2.Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        finalize=lambda value: plain(value) if type(value) is str else value,
        loader=jinja2.FunctionLoader(lambda wanted: folder.joinpath(wanted).read_text(encoding="utf-8")),
    )
    return environment.get_template(name)


def plain(text: str) -> str:
    """Show characters that would turn or hide others as replaced."""
    return _TURNING.sub("\ufffd", text)


def readable_size(size_bytes: int) -> str:
    """Write a size in the largest unit that leaves at least one."""
    for unit, step in (("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)):
        if size_bytes >= step:
            return f"{size_bytes / step:.1f} {unit}"
    return f"{size_bytes} B"
