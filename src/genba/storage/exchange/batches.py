"""One INSERT for many rows: a server answers once instead of once for each."""

import re
from collections.abc import Iterator, Mapping, Sequence

AT_ONCE = 64
_VALUES = re.compile(r"^(INSERT INTO .*? VALUES )(\([^()]*\))(.*)$", re.DOTALL)
_NAME = re.compile(r":(\w+)")


def batches(sql: str, rows: Sequence[Mapping[str, object]]) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Give statements with their parameters that together do what one statement does for each row.

    The numbers of rows are powers of two, so that few different statements are prepared.
    """
    found = _VALUES.match(sql)
    start = 0
    while start < len(rows):
        count = 1
        while found and count < AT_ONCE and count * 2 <= len(rows) - start:
            count *= 2
        chosen = rows[start : start + count]
        start += count
        if found is None or count == 1:
            yield sql, chosen[0]
            continue
        before, group, behind = found.groups()
        groups = ", ".join(_NAME.sub(rf":\1_{place}", group) for place in range(count))
        values = {f"{name}_{place}": value for place, row in enumerate(chosen) for name, value in row.items()}
        yield f"{before}{groups}{behind}", values
