"""What a drawing's wordings say: dimensions with tolerances and fits, surface roughness, feature control frames."""

import re
import unicodedata
from dataclasses import dataclass

from genba.model.drawing import GeometricTolerance, Roughness
from genba.model.place import NOWHERE, Place

_DIAMETER = re.compile("[Øø∅⌀ΦϕФ𝜙]")
_NUMBER = r"\d+(?:\.\d+)?|\.\d+"
_COUNT = re.compile(
    r"(\d{1,3})\s*(?:[-‐−–]\s*(?=S?φ|S?R\s?\d|C\s?\d|M\s?\d|□|t\s?\d|G\s?\d|Rc)|[×xX✕*]\s*(?![\d.]+\s*°))"
)
_COUNT_AFTER = re.compile(r"[(（]?\s*(\d{1,3})\s*(?:[箇個ヶケかカヵ]\s?所|PLACES|PLCS|PL\b)\s*[)）]?", re.IGNORECASE)
_PREFIX = re.compile(r"(Sφ|SR|CR|φ|Rc|Tr|PT|[RCMGt□⌒])\s?(?=[\d.])")
_VALUE = re.compile(rf"({_NUMBER}|\d+,\d{{1,2}}(?!\d))")
_BOTH = re.compile(rf"±\s*({_NUMBER})")
_SIGNED = re.compile(rf"([+-]\s?(?:{_NUMBER})|0(?:\.0+)?)\s*[/ ]\s*([+-]\s?(?:{_NUMBER})|0(?:\.0+)?)(?![\d.])")
_ONE_SIDED = re.compile(rf"(?<![\d.])([+-]\s?(?:{_NUMBER}))(?![\d.])")
_LIMITS = re.compile(rf"({_NUMBER})\s*/\s*({_NUMBER})")
_HOLE = r"(?:A|B|CD?|D|EF?|FG?|G|H|JS?|K|M|N|P|R|S|T|U|V|X|Y|Z[ABC]?)(?:0?1|[2-9]|1[0-8])"
_SHAFT = r"(?:a|b|cd?|d|ef?|fg?|g|h|js?|k|m|n|p|r|s|t|u|v|x|y|z[abc]?)(?:0?1|[2-9]|1[0-8])"
_FIT = re.compile(rf"(?<![A-Za-z\d])(?:({_HOLE})\s?/\s?({_SHAFT})|({_HOLE}|{_SHAFT}))(?![A-Za-z\d])")
_THREAD_FIT = re.compile(r"(?<=[-\s])([3-9](?:[GHefgh])(?:[3-9][gh])?)(?![A-Za-z\d])")
_ROUGHNESS = re.compile(
    rf"(?<![A-Za-z])(R(?:max|z?jis|zJIS|[aztqykv]))\s?(?:[=:]\s?)?({_NUMBER})(?![\d])", re.IGNORECASE
)
_TRIANGLES = re.compile(r"[▽∇]{1,4}")
_CALLOUT = re.compile(
    rf"[(（]?\s*(?:\d{{1,3}}\s?[-×xX]\s?)?(?:S?φ\s?|S?R\s?|C\s?|M\s?|□\s?|t\s?)?(?:{_NUMBER})\s?°?"
    rf"(?:\s?[×xX]\s?(?:{_NUMBER})°?)?(?:[-\s]?[3-9][GHgh])?"
    rf"(?:\s?[(（]?\s?(?:{_HOLE}|{_SHAFT})(?:\s?/\s?{_SHAFT})?\s?[)）]?)?"
    rf"\s*[(（]?(?:±\s?(?:{_NUMBER})|(?:[+-]?(?:{_NUMBER}))\s?[/ ]\s?[+-]?(?:{_NUMBER}))?[)）]?\s*"
    rf"(?:(?:キリ|リーマ|深さ?|深|通し?|貫通|座グリ|ザグリ|深ザグリ|皿|タップ|DEEP|DP|THRU|↓|⌴|⌵).*|[(（]?\d{{1,3}}\s?[箇個ヶケかカヵ]\s?所[)）]?)?\s*[)）]?",
    re.DOTALL,
)
_TELLING = re.compile(r"[φ□±°]|\d ?[+]\d|(?<![A-Za-z])(?:R|C|M|SR|t)\s?\d|\d\s?(?:キリ|リーマ)|^[(（]\d")

# The codes of AutoCAD's font gdt, and the characters of Unicode, for the characteristics of ISO 1101.
CHARACTERISTICS = {
    "a": "angularity", "b": "perpendicularity", "c": "flatness", "d": "profile_of_a_surface", "e": "roundness",
    "f": "parallelism", "g": "cylindricity", "h": "circular_runout", "i": "symmetry", "j": "position",
    "k": "profile_of_a_line", "r": "concentricity", "t": "total_runout", "u": "straightness",
}  # fmt: skip
_MODIFIERS = {"l": "Ⓛ", "m": "Ⓜ", "n": "φ", "p": "Ⓟ", "s": "Ⓢ"}
_SYMBOLS = {
    "∠": "angularity", "⟂": "perpendicularity", "⊥": "perpendicularity", "⏥": "flatness", "▱": "flatness",
    "⌓": "profile_of_a_surface", "⌭": "cylindricity", "∥": "parallelism", "⫽": "parallelism", "↗": "circular_runout",
    "⌰": "total_runout", "⌯": "symmetry", "⌖": "position", "⌒": "profile_of_a_line", "◎": "concentricity",
    "⏤": "straightness", "⌔": "profile_of_a_surface",
}  # fmt: skip
_NAMES = {
    "直角度": "perpendicularity", "平面度": "flatness", "平行度": "parallelism", "同軸度": "concentricity",
    "同心度": "concentricity", "真円度": "roundness", "円筒度": "cylindricity", "位置度": "position",
    "真直度": "straightness", "対称度": "symmetry", "傾斜度": "angularity", "円周振れ": "circular_runout",
    "全振れ": "total_runout", "面の輪郭度": "profile_of_a_surface", "線の輪郭度": "profile_of_a_line",
}  # fmt: skip
_FRAME = re.compile(
    rf"([{''.join(map(re.escape, _SYMBOLS))}]|{'|'.join(_NAMES)})\s*[|｜]?\s*((?:S?φ\s?)?(?:{_NUMBER})(?:\s?[ⓂⓁⓅ])?)"
    r"((?:\s*[-|｜,\s]\s*[A-Z][ⓂⓁ]?)*)\s*[|｜]?"
)
_GDT = re.compile(r"\{?\\F(?:gdt|GDT)[^;]*;([a-z])\}?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDimension:
    """A dimension's wording in parts; deviations carry their sign."""

    text: str
    value: float | None = None
    prefix: str = ""
    upper: float | None = None
    lower: float | None = None
    fit: str = ""
    unit: str = "mm"
    count: int = 1
    is_reference: bool = False
    is_limits: bool = False  # written as the two limits themselves; `upper` and `lower` are then absolute


def folded(text: str) -> str:
    """One sign for each thing: φ for every diameter sign, half-width digits, one space."""
    return " ".join(_DIAMETER.sub("φ", unicodedata.normalize("NFKC", text)).replace("−", "-").split())


def read_dimension(text: str) -> WrittenDimension:
    """Take a dimension's wording apart."""
    shown = folded(text)
    body = shown
    is_reference = bool(re.match(r"(?:\d{1,3}\s?[-×xX]\s?)?[(（][^()（）]*[)）]$", body))
    count, body = _count(body)
    body = body.strip(" ()（）") if is_reference else body.strip()
    prefix = ""
    if match := _PREFIX.match(body):
        prefix, body = match[1], body[match.end() :]
    found = _VALUE.match(body)
    if found is None:
        return WrittenDimension(text=shown, prefix=prefix, count=count, is_reference=is_reference)
    value = float(found[1].replace(",", "."))
    rest = body[found.end() :]
    limits = _LIMITS.match(body)
    if limits and not prefix.startswith("M") and 0 < abs(float(limits[1]) - float(limits[2])) < 0.2 * float(limits[1]):
        upper, lower = sorted((float(limits[1]), float(limits[2])), reverse=True)
        return WrittenDimension(
            text=shown, prefix=prefix, upper=upper, lower=lower, count=count, is_reference=is_reference, is_limits=True
        )
    upper_found, lower_found = _deviations(rest)
    return WrittenDimension(
        text=shown,
        value=value,
        prefix=prefix,
        upper=upper_found,
        lower=lower_found,
        fit=_fit(rest, prefix),
        unit="°" if rest.lstrip().startswith("°") else "mm",
        count=count,
        is_reference=is_reference,
    )


def _count(body: str) -> tuple[int, str]:
    if match := _COUNT.match(body):
        return max(1, int(match[1])), body[match.end() :]
    if match := _COUNT_AFTER.search(body):
        return max(1, int(match[1])), (body[: match.start()] + body[match.end() :]).strip()
    return 1, body


def _deviations(rest: str) -> tuple[float | None, float | None]:
    if match := _BOTH.search(rest):
        return float(match[1]), -float(match[1])
    if match := _SIGNED.search(rest):
        first, second = (float(part.replace(" ", "")) for part in match.groups())
        return max(first, second), min(first, second)
    if match := _ONE_SIDED.search(rest):
        deviation = float(match[1].replace(" ", ""))
        return max(deviation, 0.0), min(deviation, 0.0)
    return None, None


def _fit(rest: str, prefix: str) -> str:
    if prefix == "M":
        thread = _THREAD_FIT.search(rest)
        return thread[1] if thread else ""
    match = _FIT.search(rest)
    if match is None:
        return ""
    return f"{match[1]}/{match[2]}" if match[1] else match[3]


def is_callout(text: str, *, bare: bool) -> bool:
    """Say whether a text by itself is a dimension: 4-φ6.6 キリ; a bare number is one only where all are drawn so."""
    if len(text) > 80:
        return False
    shown = folded(text)
    if not _CALLOUT.fullmatch(shown) or not re.search(r"\d", shown):
        return False
    return bare or _TELLING.search(shown) is not None or bool(_FIT.search(shown) and re.match(r"\d", shown))


def read_roughness(text: str, place: Place = NOWHERE) -> list[Roughness]:
    """Find surface texture in a text: Ra 1.6, Rz 6.3, ▽▽."""
    shown = folded(text)
    found = [
        Roughness(text=match[0], parameter=match[1][0].upper() + match[1][1:], value=float(match[2]), place=place)
        for match in _ROUGHNESS.finditer(shown)
    ]
    return found or [Roughness(text=match[0], place=place) for match in _TRIANGLES.finditer(text)]


def read_frames(content: str, place: Place = NOWHERE) -> list[GeometricTolerance]:
    """Read a TOLERANCE's content: {\\Fgdt;j}%%v{\\Fgdt;n}0.05%%v%%vA%%vB, one frame a line."""
    found: list[GeometricTolerance] = []
    characteristic = ""
    for line in re.split(r"\^J|\n", content[:2000]):
        fields = line.split("%%v")
        if match := _GDT.search(fields[0]):
            characteristic = CHARACTERISTICS.get(match[1].lower(), characteristic)
        texts = [_GDT.sub(lambda code: _MODIFIERS.get(code[1].lower(), ""), field).strip(" {}") for field in fields[1:]]
        texts = [_DIAMETER.sub("φ", text.replace("%%c", "φ").replace("%%p", "±")) for text in texts]
        if not texts or not texts[0]:
            continue
        # A second tolerance may stand before the datums; programs leave its field out or empty.
        value, datums = texts[0], tuple(text for text in texts[1:] if text and not re.match(r"[φ.\d]", text))
        shown = " | ".join((characteristic, value, *datums))
        found.append(
            GeometricTolerance(characteristic=characteristic, value=value, datums=datums, text=shown, place=place)
        )
    return found


def read_written_frames(text: str, place: Place = NOWHERE) -> list[GeometricTolerance]:
    """Find frames that are written as text: ⌖ φ0.05 A, 平行度 0.02 A."""
    return [
        GeometricTolerance(
            characteristic=_SYMBOLS.get(match[1]) or _NAMES[match[1]],
            value=match[2].replace(" ", ""),
            datums=tuple(re.findall(r"[A-Z][ⓂⓁ]?", match[3])),
            text=match[0].strip(),
            place=place,
        )
        for match in _FRAME.finditer(_DIAMETER.sub("φ", text[:2000]))
    ]
