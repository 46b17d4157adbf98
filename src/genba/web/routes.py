"""Paths with their ids left out: what the log and the metrics may say about where a request went."""

OTHER = "other"
DEEPEST = 6
WORDS = frozenset(
    """.well-known dspace-version did.json dsp 2025-1 catalog request datasets negotiations offers events agreement
    verification termination transfers start completion suspension data files receipts dcp presentations query
    credentials health live ready""".split()
)


def template_of(path: str) -> str:
    """Replace every part that is no word of ours; what follows `files` may be deep and is one part."""
    parts = [part for part in path.split("/") if part]
    if "files" in parts[:DEEPEST]:
        parts = parts[: parts.index("files") + 2]
    if len(parts) > DEEPEST:
        return OTHER
    return "/" + "/".join(part if part in WORDS else "{id}" for part in parts)
