"""What genba understands in a catalog request's `filter`, which the protocol leaves to each implementation.

`{"search": "words"}` looks through titles, keywords and texts; `{"facet": "kind", "value": ["xlsx", "csv"]}` keeps
datasets that have one of the values. All items must hold. Anything else is answered with 400, as the protocol asks.

Eclipse EDC puts a `QuerySpec` into every request, also when it only wants the first page: its page is given, its
conditions and its sorting are not understood.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from genba.errors import InvalidInput

MAX_CHARS = 200
MAX_VALUES = 50
# EDC counts datasets where others follow links; whoever wants more than this searches instead.
MAX_OFFSET = 10_000
_PAGES = frozenset({"limit", "offset", "sortOrder", "filterExpression"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogFilter:
    """What a catalog is asked for."""

    search: str = ""
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    limit: int = 0  # so many datasets at most; 0 when nothing was said
    offset: int = 0  # so many are left out first


def read_filter(items: Sequence[object]) -> CatalogFilter:
    """Read the items of `filter`; raises InvalidInput for one that is not ours."""
    words: list[str] = []
    facets: dict[str, tuple[str, ...]] = {}
    limit = offset = 0
    for item in items:
        if not isinstance(item, dict):
            raise InvalidInput("dsp.filter_unsupported")
        if item.get("@type") == "QuerySpec":
            limit, offset = _counted(item)
            continue
        if not item:  # the kit of the Decentralized Claims Protocol asks for everything in this way
            continue
        members = {name: value for name, value in item.items() if name != "@type"}
        if set(members) == {"search"} and _is_text(members["search"]):
            words.append(members["search"])
        elif set(members) == {"facet", "value"} and _is_text(members["facet"]):
            facets[members["facet"]] = _values(members["value"])
        else:
            raise InvalidInput("dsp.filter_unsupported")
    return CatalogFilter(search=" ".join(words), facets=facets, limit=limit, offset=offset)


def _counted(item: Mapping[str, object]) -> tuple[int, int]:
    """Read limit and offset of EDC's query; one that sorts or has conditions is not understood."""
    members = {name: value for name, value in item.items() if name != "@type"}
    limit, offset = members.get("limit", 0), members.get("offset", 0)
    if not set(members) <= _PAGES or members.get("filterExpression"):
        raise InvalidInput("dsp.filter_unsupported")
    if not isinstance(limit, int) or not isinstance(offset, int) or limit < 0 or not 0 <= offset <= MAX_OFFSET:
        raise InvalidInput("dsp.filter_unsupported")
    return limit, offset


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= MAX_CHARS


def _values(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    if not values or len(values) > MAX_VALUES or not all(_is_text(item) for item in values):
        raise InvalidInput("dsp.filter_unsupported")
    return tuple(values)


def write_filter(wanted: CatalogFilter) -> list[dict[str, object]]:
    """Write what `read_filter` reads."""
    items: list[dict[str, object]] = [{"search": wanted.search}] if wanted.search else []
    return items + [{"facet": name, "value": list(values)} for name, values in sorted(wanted.facets.items())]
