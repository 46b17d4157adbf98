"""What a document means, format 1.1, as it is read back: terms, codes, references, steps, a drawing."""

from genba.storage.product_parts import File, Origin


class TermItem(File, frozen=True, kw_only=True):
    """A word that tells what the document is about; `text` is as written, `normal` folds spellings and synonyms."""

    text: str
    normal: str
    weight: float
    kind: str = "term"
    count: int = 1
    concept: str = ""


class MentionItem(File, frozen=True, kw_only=True):
    """A code in the text, with the words beside it that say what it names (品番, 図面, 号機)."""

    text: str
    normal: str
    kind: str = "unknown"
    label: str = ""
    revision: str = ""
    confidence: float = 1.0
    node: str = ""
    origin: Origin = Origin()


class ReferenceItem(File, frozen=True, kw_only=True):
    """A pointer to another document, as written (「図面 A-1023 参照」); its target is found over all files."""

    as_written: str
    code: str = ""
    title: str = ""
    revision: str = ""
    kind: str = "document"
    node: str = ""
    origin: Origin = Origin()


class SectionSummaryItem(File, frozen=True, kw_only=True):
    """A summary of a section, or of one aspect of the whole document."""

    text: str
    slot: str = ""
    section: str = ""
    by: str = ""
    nodes: tuple[str, ...] = ()


class ParameterItem(File, frozen=True, kw_only=True):
    """A quantity that a step sets or a check asks for; `as_written` keeps the document's own words."""

    as_written: str
    name: str = ""
    value: float | None = None
    tolerance: str = ""
    lower: float | None = None
    upper: float | None = None
    unit: str = ""
    ucum: str = ""
    origin: Origin = Origin()


class CheckItem(File, frozen=True, kw_only=True):
    """How a result is judged; `characteristic` is what is looked at (外観, 締付けトルク)."""

    characteristic: str = ""
    method: str = ""
    criterion: str = ""
    instrument: str = ""
    frequency: str = ""
    parameters: tuple[ParameterItem, ...] = ()
    origin: Origin = Origin()


class HazardItem(File, frozen=True, kw_only=True):
    """A warning with its level."""

    level: str
    text: str
    origin: Origin = Origin()


class PartItem(File, frozen=True, kw_only=True):
    """A part or material that is used."""

    number: str = ""
    name: str = ""
    quantity: float | None = None
    unit: str = ""
    origin: Origin = Origin()


class BranchItem(File, frozen=True, kw_only=True):
    """Where the work goes on under a condition (NG の場合は手順5へ戻る)."""

    condition: str
    target: str


class StepItem(File, frozen=True, kw_only=True):
    """One thing to do; `number` is as displayed, `text` the whole wording, the other fields what it says in parts."""

    number: str
    text: str
    action: str = ""
    object: str = ""
    key_points: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    parameters: tuple[ParameterItem, ...] = ()
    checks: tuple[CheckItem, ...] = ()
    warnings: tuple[HazardItem, ...] = ()
    tools: tuple[str, ...] = ()
    parts: tuple[PartItem, ...] = ()
    figures: tuple[str, ...] = ()
    branches: tuple[BranchItem, ...] = ()
    time_s: float | None = None
    is_withdrawn: bool = False
    section: str = ""
    nodes: tuple[str, ...] = ()
    origin: Origin = Origin()
    confidence: float = 1.0


class InstructionItem(File, frozen=True, kw_only=True):
    """The whole document as something to be done."""

    kind: str
    steps: tuple[StepItem, ...]
    warnings: tuple[HazardItem, ...] = ()
    tools: tuple[str, ...] = ()
    parts: tuple[PartItem, ...] = ()
    protective_equipment: tuple[str, ...] = ()
    qualifications: tuple[str, ...] = ()
    confidence: float = 1.0


class DimensionItem(File, frozen=True, kw_only=True):
    """A dimension as the drawing shows it; `value` and the limits are in `unit`."""

    text: str
    value: float | None = None
    kind: str = ""
    prefix: str = ""
    upper: float | None = None
    lower: float | None = None
    fit: str = ""
    unit: str = "mm"
    count: int = 1
    is_reference: bool = False
    layer: str = ""
    origin: Origin = Origin()


class GeometricToleranceItem(File, frozen=True, kw_only=True):
    """A feature control frame as written (ISO 1101 / JIS B 0021)."""

    characteristic: str
    value: str
    datums: tuple[str, ...] = ()
    text: str = ""
    origin: Origin = Origin()


class RoughnessItem(File, frozen=True, kw_only=True):
    """A surface texture symbol as written: Ra 1.6 (JIS B 0031), ▽▽ in older drawings."""

    text: str
    parameter: str = ""
    value: float | None = None
    origin: Origin = Origin()


class LayerItem(File, frozen=True, kw_only=True):
    """A layer and how many things stand on it."""

    name: str
    entities: int
    is_off: bool = False
    is_frozen: bool = False


class EngineeringDrawingItem(File, frozen=True, kw_only=True):
    """A drawing; what its title block says stands in the document's properties too."""

    title_block: tuple[tuple[str, str], ...] = ()
    number: str = ""
    revision: str = ""
    title: str = ""
    scale: str = ""
    material: str = ""
    unit: str = "mm"
    dimensions: tuple[DimensionItem, ...] = ()
    tolerances: tuple[GeometricToleranceItem, ...] = ()
    roughness: tuple[RoughnessItem, ...] = ()
    notes: tuple[str, ...] = ()
    parts: tuple[PartItem, ...] = ()
    layers: tuple[LayerItem, ...] = ()
