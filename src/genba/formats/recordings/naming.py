"""Names of streams and channels: portable, unique in one recording, as near to the source's own words as can be."""

from genba.formats.paths import safe_name

LONGEST = 400


class Names:
    """Gives each name once; a second bearer of a name gets a number."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, written: str, *, otherwise: str = "stream") -> str:
        """Give a portable relative path for a stream's name, unlike all given before in any case of its letters."""
        parts = [safe_name(part) for part in written[:LONGEST].replace("\\", "/").split("/") if part.strip(" .")]
        wanted = "/".join(parts) or otherwise
        return self._unique(wanted)

    def _unique(self, wanted: str) -> str:
        name, number = wanted, 2
        while name.casefold() in self._taken:
            name, number = f"{wanted}~{number}", number + 1
        self._taken.add(name.casefold())
        return name


def unique(names: list[str], *, otherwise: str = "channel") -> list[str]:
    """Make the names of a stream's channels distinct, in their order; an empty one is numbered."""
    taken: set[str] = set()
    given: list[str] = []
    for at, written in enumerate(names, 1):
        wanted = written.strip()[:LONGEST] or f"{otherwise}{at}"
        name, number = wanted, 2
        while name in taken:
            name, number = f"{wanted}~{number}", number + 1
        taken.add(name)
        given.append(name)
    return given


def stem(name: str) -> str:
    """Give a file's name without its extension, for a stream that has no other name."""
    return name.rpartition(".")[0] or name
