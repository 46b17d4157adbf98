"""Dates and times of whole columns as machines write them, read by Arrow; what is mixed or odd is left to others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from genba.steps.tables.values import names_days


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a date or a moment."""

    pattern: str  # understood alike by Python and Arrow
    kind: str
    rewritten: str = ""  # as ISO 8601, from the pattern's groups
    strptime: str = ""
    is_bare: bool = False  # digits only: any number may look so

    @property
    def is_iso(self) -> bool:
        """Whether Arrow reads it as it stands."""
        return not self.rewritten and not self.strptime


_FORMS = (
    Form(r"^\d{4}-\d\d-\d\d[ T]\d\d:\d\d", "datetime"),
    Form(r"^\d{4}-\d\d-\d\d$", "date"),
    Form(r"^(\d{4})/(\d\d)/(\d\d)[ T](\d\d:\d\d(:\d\d([.]\d{1,6})?)?)$", "datetime", rewritten=r"\1-\2-\3 \4"),
    Form(r"^\d{4}/\d\d?/\d\d? \d\d?:\d\d:\d\d$", "datetime", strptime="%Y/%m/%d %H:%M:%S"),
    Form(r"^\d{4}/\d\d?/\d\d? \d\d?:\d\d$", "datetime", strptime="%Y/%m/%d %H:%M"),
    Form(r"^\d{4}/\d\d?/\d\d?$", "date", strptime="%Y/%m/%d"),
    Form(r"^(\d\d)[.](\d\d)[.](\d{4})[ T](\d\d:\d\d(:\d\d([.]\d{1,6})?)?)$", "datetime", rewritten=r"\3-\2-\1 \4"),
    Form(r"^(\d\d)[.](\d\d)[.](\d{4})$", "date", rewritten=r"\3-\2-\1"),
    Form(
        r"^((?:19|20)\d\d)(\d\d)(\d\d)[ T_-]?(\d\d)(\d\d)(\d\d)$",
        "datetime",
        rewritten=r"\1-\2-\3 \4:\5:\6",
        is_bare=True,
    ),
)
_NAMED = Form(r"^((?:19|20)\d\d)(\d\d)(\d\d)$", "date", rewritten=r"\1-\2-\3", is_bare=True)
_READ = tuple((re.compile(form.pattern), form) for form in _FORMS)


def form_of(values: Any, name: str = "") -> Form | None:
    """The form of the first value; eight digits are a day only in a column whose name says so."""
    first = (values[0].as_py() if len(values) else "") or ""
    if not first[:1].isdigit():
        return None
    for pattern, form in _READ:
        if pattern.match(first):
            return form
    return _NAMED if re.match(_NAMED.pattern, first) and names_days(name) else None


def plain_moments(values: Any, form: Form) -> Any:
    """All values as timestamps; None where any is not written in the form, or is no day of the calendar."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        if form.rewritten:
            if not pc.all(pc.match_substring_regex(values, form.pattern)).as_py():
                return None
            moments = pc.cast(pc.replace_substring_regex(values, form.pattern, form.rewritten), pa.timestamp("us"))
        elif form.strptime:
            moments = pc.strptime(values, format=form.strptime, unit="us", error_is_null=False)
            days = pc.struct_field(pc.extract_regex(values, r"^\d+/\d+/(?P<day>\d+)"), "day")
            if not pc.all(pc.equal(pc.cast(days, pa.int64()), pc.day(moments))).as_py():
                return None  # strptime takes 2月30日 for 3月2日
        else:
            moments = pc.cast(values, pa.timestamp("us"))
    except pa.ArrowInvalid:
        return None
    if form.kind == "date" and not pc.all(pc.equal(pc.floor_temporal(moments, unit="day"), moments)).as_py():
        return None
    return moments
