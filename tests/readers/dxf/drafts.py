"""Small drawings for the tests of the DXF reader, drawn with ezdxf."""

from __future__ import annotations

import io
from typing import Any

from genba.model.drawing import Drawing
from tests.readers.blobs import of_kind, parts_of


def new(version: str = "R2010") -> Any:
    """An empty drawing whose dimensions are not scaled."""
    import ezdxf

    document = ezdxf.new(version, setup=True)  # type: ignore[attr-defined]
    document.header["$INSUNITS"] = 4
    return document


def data_of(document: Any) -> bytes:
    """The drawing as a file in text form."""
    stream = io.StringIO()
    document.write(stream)
    return stream.getvalue().encode(document.output_encoding, "surrogateescape")


def box(space: Any, x0: float, y0: float, x1: float, y1: float) -> None:
    """Four lines."""
    corners = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    for start, end in zip(corners, (*corners[1:], corners[0]), strict=True):
        space.add_line(start, end)


def write(space: Any, words: str, x: float, y: float, height: float = 3) -> None:
    """A text with its left bottom corner at a point."""
    space.add_text(words, height=height).set_placement((x, y))


def drawing_in(parts: list[Any]) -> Drawing:
    """The one drawing among the parts."""
    (drawing,) = of_kind(parts, Drawing)
    assert isinstance(drawing, Drawing)
    return drawing


def read(document: Any) -> Drawing:
    """Write and read."""
    return drawing_in(parts_of(data_of(document), "a.dxf"))
