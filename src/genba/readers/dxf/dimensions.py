"""Says what a DIMENSION shows: the text as drawn, or the measured length written as its style wants it."""

import math
import re
from typing import Any

from genba.formats.drawing.codes import formatted, plain
from genba.formats.drawing.written import WrittenDimension, read_dimension
from genba.model.drawing import Dimension
from genba.model.place import Place

KINDS = {0: "linear", 1: "aligned", 2: "angular", 3: "diameter", 4: "radius", 5: "angular", 6: "ordinate", 8: "arc"}
_STYLE: dict[str, float | str] = {
    "dimdec": 2, "dimadec": 0, "dimzin": 8, "dimlfac": 1.0, "dimrnd": 0.0, "dimpost": "", "dimtol": 0, "dimlim": 0,
    "dimtp": 0.0, "dimtm": 0.0, "dimtdec": 2, "dimtzin": 8,
}  # fmt: skip
_MOST_DECIMALS = 8


class Dimensions:
    """Reads the dimensions of one document; styles are looked up once."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._styles: dict[str, dict[str, Any]] = {}
        self.overridden = 0  # how many show a number that is not their length

    def read(self, entity: Any, layer: str, place: Place) -> Dimension | None:
        """Read one dimension; None where it shows no text at all."""
        kind = KINDS.get(entity.dimtype & 15, "linear")
        style = self._style(entity)
        override = entity.dxf.get("text", "") or ""
        measured = _measured(entity, kind, style)
        if override and not override.strip():
            return None  # a blank stands for no text
        own = "" if override == "<>" else override
        shown = self._shown(entity, kind, style, own, measured)
        if not shown:
            return None
        written = read_dimension(shown)
        upper, lower = self._deviations(written, style, own, measured)
        value = written.value
        if written.is_limits:
            value = measured if measured is not None else None
            upper, lower = _limits(written, value)
        if value is None and measured is not None and "<>" in own:
            value = measured
        if own and "<>" not in own and value is not None and measured is not None:
            self.overridden += not math.isclose(value, measured, rel_tol=1e-3, abs_tol=0.06)
        return Dimension(
            text=written.text,
            value=value,
            kind=kind,
            prefix=written.prefix,
            upper=upper,
            lower=lower,
            fit=written.fit,
            unit="°" if kind == "angular" else written.unit,
            count=written.count,
            is_reference=written.is_reference,
            layer=layer,
            place=place,
        )

    def _deviations(
        self, written: WrittenDimension, style: dict[str, Any], own: str, measured: float | None
    ) -> tuple[float | None, float | None]:
        """Take what is written; the style's tolerance is added only where the measured length is shown."""
        if written.upper is not None or written.lower is not None or (own and "<>" not in own):
            return written.upper, written.lower
        if style["dimtol"] or style["dimlim"]:
            return float(style["dimtp"]), -float(style["dimtm"])
        return None, None

    def _shown(self, entity: Any, kind: str, style: dict[str, Any], own: str, measured: float | None) -> str:
        if own and "<>" not in own:
            return formatted(own)
        drawn = self._drawn(entity)
        if drawn:
            return drawn
        if measured is None:
            return formatted(own.replace("<>", ""))
        number = _number(measured, style, kind)
        return formatted(own.replace("<>", number)) if own else formatted(number)

    def _drawn(self, entity: Any) -> str:
        """Give the one text of the block that a CAD drew for the dimension; several are not put together."""
        block = self._document.blocks.get(entity.dxf.get("geometry", ""))
        if block is None:
            return ""
        texts = [
            formatted(found.text) if found.dxftype() == "MTEXT" else plain(found.dxf.get("text", ""))
            for found in block
            if found.dxftype() in ("MTEXT", "TEXT")
        ]
        return texts[0] if len(texts) == 1 else ""

    def _style(self, entity: Any) -> dict[str, Any]:
        name = entity.dxf.get("dimstyle", "Standard")
        base = self._styles.get(name)
        if base is None:
            base = dict(_STYLE)
            style = self._document.dimstyles.get(name) if self._document.dimstyles.has_entry(name) else None
            if style is not None:
                base.update({key: style.dxf.get(key, default) for key, default in _STYLE.items()})
            self._styles[name] = base
        if not entity.has_xdata("ACAD"):
            return base
        own = entity.get_acad_dstyle(entity.get_dim_style()) if hasattr(entity, "get_acad_dstyle") else {}
        return {**base, **{key: value for key, value in own.items() if key in _STYLE}}


def _measured(entity: Any, kind: str, style: dict[str, Any]) -> float | None:
    try:
        length = entity.get_measurement()
    except Exception:  # noqa: BLE001 -- points that do not make a dimension
        length = entity.dxf.get("actual_measurement")
    if length is not None and not isinstance(length, int | float):  # an ordinate is given as a vector
        length = length.x if entity.dxf.get("dimtype", 0) & 64 else length.y
    if length is None or not math.isfinite(length):
        return None
    if kind == "angular":
        return abs(float(length))
    factor = abs(float(style["dimlfac"])) or 1.0
    return abs(float(length)) * factor


def _number(measured: float, style: dict[str, Any], kind: str) -> str:
    """Write a length as the style wants it, with its prefix and its tolerance."""
    angular = kind == "angular"
    step = float(style["dimrnd"])
    value = round(measured / step) * step if step > 0 and not angular else measured
    text = _decimal(value, int(style["dimadec"] if angular else style["dimdec"]), int(style["dimzin"]))
    post = str(style["dimpost"] or "")
    if angular:
        text += "°"
    elif post:
        text = post.replace("<>", text) if "<>" in post else text + post
    sign = {"diameter": "φ", "radius": "R"}.get(kind, "")
    if sign and not re.match(r"%%c|[φØ⌀R]", text):
        text = sign + text
    return text + _tolerance(value, style)


def _tolerance(value: float, style: dict[str, Any]) -> str:
    upper, lower = float(style["dimtp"]), float(style["dimtm"])
    if style["dimlim"] or not style["dimtol"]:
        return ""
    decimals, zeros = int(style["dimtdec"]), int(style["dimtzin"])
    if upper == lower:
        return f" ±{_decimal(upper, decimals, zeros)}"
    return f" {_signed(upper, decimals, zeros)}/{_signed(-lower, decimals, zeros)}"


def _signed(value: float, decimals: int, zeros: int) -> str:
    return "0" if value == 0 else f"{'+' if value > 0 else '-'}{_decimal(abs(value), decimals, zeros)}"


def _decimal(value: float, decimals: int, zeros: int) -> str:
    text = f"{value:.{max(0, min(_MOST_DECIMALS, decimals))}f}"
    if zeros & 8 and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text[1:] if zeros & 4 and text.startswith("0.") else text


def _limits(written: WrittenDimension, value: float | None) -> tuple[float | None, float | None]:
    """Turn the two limits into deviations from the measured length."""
    if value is None or written.upper is None or written.lower is None:
        return None, None
    return round(written.upper - value, 6), round(written.lower - value, 6)
