"""Places as they are written down: as fields in JSON, as one line for people."""

from genba.model.place import NOWHERE, Place


def origin(place: Place) -> dict[str, object]:
    """Give the fields of a place that say something."""
    if place is NOWHERE:
        return {}
    found: dict[str, object] = {}
    if place.sheet:
        found["sheet"] = place.sheet
    if place.range:
        found["range"] = place.range
    if place.page:
        found["page"] = place.page
    if place.box is not None:
        found["box"] = list(place.box)
    if place.line:
        found["line"] = place.line
    if place.line_end:
        found["line_end"] = place.line_end
    if place.part:
        found["part"] = place.part
    if place.pointer:
        found["pointer"] = place.pointer
    return found


def origin_text(place: Place) -> str:
    """Write a place as a person reads it: 検査表!B3:D9, p. 3, line 12."""
    if place.sheet:
        return f"{place.sheet}!{place.range}" if place.range else place.sheet
    parts = [f"p. {place.page}" if place.page else "", place.part, place.pointer]
    if place.line:
        parts.append(f"line {place.line}" + (f"–{place.line_end}" if place.line_end > place.line else ""))
    return " ".join(part for part in parts if part)
