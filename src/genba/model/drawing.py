"""What an engineering drawing says: its title block, dimensions, tolerances, roughness, notes, parts list, layers."""

from dataclasses import dataclass

from genba.model.instruction import Part
from genba.model.place import NOWHERE, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """A dimension as the drawing shows it; `value` and the limits are in `unit`."""

    text: str  # as displayed: "φ25 H7", "120 ±0.05"
    value: float | None = None
    kind: str = ""  # linear | aligned | angular | diameter | radius | ordinate | arc
    prefix: str = ""  # φ, R, C, M, □
    upper: float | None = None  # deviation, with its sign
    lower: float | None = None
    fit: str = ""  # H7, g6, H7/g6
    unit: str = "mm"
    count: int = 1  # 4-φ6.6 stands for four
    is_reference: bool = False  # in brackets: (120)
    layer: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class GeometricTolerance:
    """A feature control frame as written (ISO 1101 / JIS B 0021)."""

    characteristic: str  # position, flatness, perpendicularity, …
    value: str  # φ0.05
    datums: tuple[str, ...] = ()
    text: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Roughness:
    """A surface texture symbol as written: Ra 1.6 (JIS B 0031), ▽▽ in older drawings."""

    text: str
    parameter: str = ""  # Ra, Rz, …
    value: float | None = None
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A layer and how many things stand on it."""

    name: str
    entities: int
    is_off: bool = False
    is_frozen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A drawing; what its title block says stands in the document's properties too."""

    title_block: tuple[tuple[str, str], ...] = ()  # label as written → value as written
    number: str = ""
    revision: str = ""
    title: str = ""
    scale: str = ""
    material: str = ""
    unit: str = "mm"
    dimensions: tuple[Dimension, ...] = ()
    tolerances: tuple[GeometricTolerance, ...] = ()
    roughness: tuple[Roughness, ...] = ()
    notes: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    layers: tuple[Layer, ...] = ()
