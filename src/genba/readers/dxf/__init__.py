"""Read drawings in DXF, text or binary, R12 to 2018, with ezdxf: the extra `drawings`."""

from collections.abc import Iterator
from importlib.util import find_spec

from genba.model.finding import Finding, Severity
from genba.ports.blob import Blob
from genba.ports.reader import Limits, Part


def read(blob: Blob, limits: Limits) -> Iterator[Part]:
    """Yield what the drawing says, its facts first; without ezdxf a finding that names the extra."""
    if find_spec("ezdxf") is None:
        yield Finding(code="drawing.extra_missing", severity=Severity.BLOCKER, details={"extra": "drawings"})
        return
    from genba.readers.dxf.reading import parts_of

    yield from parts_of(blob, limits)
