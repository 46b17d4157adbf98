"""Charts with the data the file has cached: DrawingML charts (ISO/IEC 29500-1, 21.2) and the newer cx charts."""

from collections.abc import Iterator

from lxml import etree

from genba.formats.ooxml.drawing import drawn_text
from genba.formats.ooxml.package import Package
from genba.formats.xml import whole_number
from genba.model.nodes import Chart, Series

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
CX = "{http://schemas.microsoft.com/office/drawing/2014/chartex}"
POINTS_LIMIT = 100_000  # a point's index comes from outside


def read_chart(package: Package, part: str) -> Chart:
    """Read a chart part, `c:chartSpace` or `cx:chartSpace`; raises InvalidInput when it is missing or broken."""
    root = package.xml(part)
    if root.tag == CX + "chartSpace":
        return _extended_chart(root)
    return _classic_chart(root)


def _classic_chart(root: etree._Element) -> Chart:
    chart = root.find(C + "chart")
    plot = chart.find(C + "plotArea") if chart is not None else None
    if chart is None or plot is None:
        return Chart(title="", kind="", series=())
    kinds: list[str] = []
    series: list[Series] = []
    axes: list[str] = []
    for child in plot.iterchildren("*"):
        name = child.tag.removeprefix(C)
        if name.endswith("Chart"):
            kinds.append(name.removesuffix("Chart"))
            series.extend(_series(found) for found in child.iterchildren(C + "ser"))
        elif name.endswith("Ax"):
            title = _title(child.find(C + "title"))
            if title:
                axes.append(title)
    heading = chart.find(C + "title")
    title = _title(heading)
    if heading is not None and not title and len(series) == 1:
        title = series[0].name  # an automatic title shows the name of the only series
    return Chart(title=title, kind="+".join(dict.fromkeys(kinds)), series=tuple(series), axes=tuple(axes))


def _title(element: etree._Element | None) -> str:
    if element is None:
        return ""
    rich = element.find(f"{C}tx/{C}rich")
    if rich is not None:
        return drawn_text(rich).text
    return _first_text(element.find(f"{C}tx/{C}strRef/{C}strCache"))


def _series(element: etree._Element) -> Series:
    name = element.find(C + "tx")
    title = ""
    if name is not None:
        title = _first_text(name.find(f"{C}strRef/{C}strCache")) or (name.findtext(C + "v") or "")
    values = element.find(C + "val")
    if values is None:
        values = element.find(C + "yVal")
    categories = element.find(C + "cat")
    if categories is None:
        categories = element.find(C + "xVal")
    numbers, reference = _numbers(values)
    return Series(name=title, categories=_categories(categories), values=numbers, reference=reference)


def _first_text(cache: etree._Element | None) -> str:
    if cache is None:
        return ""
    return " ".join(point.findtext(C + "v") or "" for point in cache.iterchildren(C + "pt"))


def _numbers(source: etree._Element | None) -> tuple[tuple[float | None, ...], str]:
    if source is None:
        return (), ""
    reference = source.findtext(f"{C}numRef/{C}f") or source.findtext(f"{C}strRef/{C}f") or ""
    cache = next((found for tag in ("numCache", "numLit", "strCache") for found in source.iter(C + tag)), None)
    if cache is None:
        return (), reference
    points = dict(_points(cache))
    return tuple(_number(points.get(index)) for index in range(_count(cache, points))), reference


def _categories(source: etree._Element | None) -> tuple[str, ...]:
    if source is None:
        return ()
    levels = [
        dict(_points(level, _format(cache)))
        for tag in ("strCache", "strLit", "numCache", "numLit", "multiLvlStrCache")
        for cache in source.iter(C + tag)
        for level in (cache.iterchildren(C + "lvl") if tag == "multiLvlStrCache" else (cache,))
    ]
    if not levels:
        return ()
    inner = levels[0]
    if len(levels) == 1:
        return tuple(inner.get(index, "") for index in range(max(inner, default=-1) + 1))
    size = max((max(level, default=-1) for level in levels), default=-1) + 1
    current = [""] * len(levels)
    joined: list[str] = []
    for index in range(size):
        for depth, level in enumerate(levels):
            current[depth] = level.get(index, current[depth] if depth else "")
        joined.append("/".join(text for text in reversed(current) if text))
    return tuple(joined)


def _points(cache: etree._Element, code: str = "General") -> Iterator[tuple[int, str]]:
    for point in cache.iterchildren(C + "pt"):
        index = whole_number(point.get("idx"), default=POINTS_LIMIT)
        if index < POINTS_LIMIT:
            yield index, _shown(point.findtext(C + "v") or "", point.get("formatCode") or code)


def _format(cache: etree._Element) -> str:
    return cache.findtext(C + "formatCode") or "General"


def _shown(text: str, code: str) -> str:
    """Display a numeric category (mostly dates) as the axis does."""
    if code in ("General", ""):
        return text
    number = _number(text)
    if number is None:
        return text
    from genba.formats.numberformat import render

    return render(number, code).text


def _count(cache: etree._Element, points: dict[int, str]) -> int:
    stated = cache.find(C + "ptCount")
    count = stated.get("val") if stated is not None else None
    return max(min(whole_number(count), POINTS_LIMIT), max(points, default=-1) + 1)


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _extended_chart(root: etree._Element) -> Chart:
    data = {found.get("id") or "": found for found in root.iterfind(f"{CX}chartData/{CX}data")}
    chart = root.find(CX + "chart")
    if chart is None:
        return Chart(title="", kind="", series=())
    kinds: list[str] = []
    series: list[Series] = []
    for element in chart.iterfind(f"{CX}plotArea/{CX}plotAreaRegion/{CX}series"):
        kinds.append(element.get("layoutId") or "")
        used = element.find(CX + "dataId")
        source = data.get((used.get("val") if used is not None else None) or "")
        series.append(_extended_series(_extended_title(element), source))
    titles = (_extended_title(axis.find(CX + "title")) for axis in chart.iterfind(f"{CX}plotArea/{CX}axis"))
    return Chart(
        title=_extended_title(chart.find(CX + "title")),
        kind="+".join(dict.fromkeys(kind for kind in kinds if kind)),
        series=tuple(series),
        axes=tuple(title for title in titles if title),
    )


def _extended_title(element: etree._Element | None) -> str:
    tx = element.find(CX + "tx") if element is not None else None
    if tx is None:
        return ""
    rich = tx.find(CX + "rich")
    return drawn_text(rich).text if rich is not None else tx.findtext(f"{CX}txData/{CX}v") or ""


def _extended_series(name: str, source: etree._Element | None) -> Series:
    if source is None:
        return Series(name=name, categories=(), values=())
    levels = [_extended_points(level) for level in source.iterfind(f"{CX}strDim/{CX}lvl")]
    size = max((max(level, default=-1) for level in levels), default=-1) + 1
    # Levels are written from the innermost outwards, as in multi-level categories.
    categories = tuple("/".join(level[i] for level in reversed(levels) if level.get(i)) for i in range(size))
    numbers = next((level for level in source.iterfind(f"{CX}numDim/{CX}lvl")), None)
    points = _extended_points(numbers) if numbers is not None else {}
    values = tuple(_number(points.get(index)) for index in range(max(points, default=-1) + 1))
    return Series(name=name, categories=categories, values=values, reference=source.findtext(f"{CX}numDim/{CX}f") or "")


def _extended_points(level: etree._Element) -> dict[int, str]:
    found: dict[int, str] = {}
    for point in level.iterchildren(CX + "pt"):
        index = whole_number(point.get("idx"), default=POINTS_LIMIT)
        if index < POINTS_LIMIT:
            found[index] = point.text or ""
    return found
