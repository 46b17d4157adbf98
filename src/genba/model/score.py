"""What a document's tables score for machine-readability."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A level's machine-readability before and after refinement; None where no rule of the level applies."""

    level: int
    before: int | None
    after: int | None
    failed_before: tuple[str, ...] = ()  # rule ids
    failed_after: tuple[str, ...] = ()
