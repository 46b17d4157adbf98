"""What a reader or step noticed and a person should know, with the place and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from genba.model.place import NOWHERE, Place


class Severity(StrEnum):
    """How much a finding stands in the way of using the data."""

    BLOCKER = "blocker"  # the file, or a part of it, could not be used at all
    PROBLEM = "problem"  # used, but something is lost, doubtful or must be mended at the source
    NOTICE = "notice"  # good to know


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing noticed; its sentence and what to do are found by its code in `messages/`."""

    code: str
    severity: Severity = Severity.PROBLEM
    place: Place = NOWHERE
    details: Mapping[str, str | int | float] = field(default_factory=dict)
    count: int = 1  # how many times, where one finding stands for many alike
