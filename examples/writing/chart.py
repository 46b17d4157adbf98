"""Charts with their cached data, as Excel stores them."""

# ruff: noqa: E501 - parts of the file format are not broken over lines

from __future__ import annotations

from dataclasses import dataclass

from examples.writing.package import text

C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"


@dataclass(frozen=True)
class Chart:
    """What a chart shows: its kind (bar or line), titles, categories and series of (name, values)."""

    kind: str
    title: str
    axis_titles: tuple[str, str]
    categories: tuple[str, ...]
    series: tuple[tuple[str, tuple[float, ...]], ...]
    sheet: str = "Sheet1"
    first_row: int = 2
    first_column: str = "A"


def xml(plot: Chart) -> str:
    """The chart part."""
    rows = "".join(_series(plot, number) for number in range(len(plot.series)))
    axes = '<c:axId val="111111111"/><c:axId val="222222222"/>'
    if plot.kind == "bar":
        drawn = f'<c:barChart><c:barDir val="col"/><c:grouping val="clustered"/>{rows}{axes}</c:barChart>'
    else:
        drawn = f'<c:lineChart><c:grouping val="standard"/>{rows}<c:marker val="1"/>{axes}</c:lineChart>'
    category, value = plot.axis_titles
    drawn += (
        '<c:catAx><c:axId val="111111111"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="b"/>{_title(category)}<c:crossAx val="222222222"/></c:catAx>'
        '<c:valAx><c:axId val="222222222"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="l"/>{_title(value)}<c:crossAx val="111111111"/></c:valAx>'
    )
    return (
        f'<c:chartSpace xmlns:c="{C}" xmlns:a="{A}"><c:chart>{_title(plot.title)}<c:autoTitleDeleted val="0"/>'
        f'<c:plotArea><c:layout/>{drawn}</c:plotArea><c:legend><c:legendPos val="b"/></c:legend>'
        '<c:plotVisOnly val="1"/></c:chart></c:chartSpace>'
    )


def _title(label: str) -> str:
    if not label:
        return ""
    run = f'<a:r><a:rPr lang="ja-JP"/><a:t>{text(label)}</a:t></a:r>'
    return (
        f'<c:title><c:tx><c:rich><a:bodyPr/><a:lstStyle/><a:p>{run}</a:p></c:rich></c:tx><c:overlay val="0"/></c:title>'
    )


def _series(plot: Chart, number: int) -> str:
    name, values = plot.series[number]
    sheet, first, last = f"'{plot.sheet}'", plot.first_row, plot.first_row + len(values) - 1
    column = chr(ord(plot.first_column) + 1 + number)
    points = "".join(f'<c:pt idx="{place}"><c:v>{value!r}</c:v></c:pt>' for place, value in enumerate(values))
    labels = "".join(
        f'<c:pt idx="{place}"><c:v>{text(label)}</c:v></c:pt>' for place, label in enumerate(plot.categories)
    )
    return (
        f'<c:ser><c:idx val="{number}"/><c:order val="{number}"/><c:tx><c:strRef><c:f>{text(sheet)}!${column}${first - 1}</c:f>'
        f'<c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>{text(name)}</c:v></c:pt></c:strCache></c:strRef></c:tx>'
        f"<c:cat><c:strRef><c:f>{text(sheet)}!${plot.first_column}${first}:${plot.first_column}${last}</c:f><c:strCache>"
        f'<c:ptCount val="{len(plot.categories)}"/>{labels}</c:strCache></c:strRef></c:cat>'
        f"<c:val><c:numRef><c:f>{text(sheet)}!${column}${first}:${column}${last}</c:f><c:numCache>"
        f'<c:formatCode>General</c:formatCode><c:ptCount val="{len(values)}"/>{points}</c:numCache></c:numRef></c:val></c:ser>'
    )
