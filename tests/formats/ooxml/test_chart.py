# ruff: noqa: E501 - raw XML is easier to compare with a file when it is not wrapped
"""Charts give title, axes and the values the file has cached, gaps and all."""

from __future__ import annotations

import io
import zipfile

from genba.formats.ooxml.chart import read_chart
from genba.formats.ooxml.package import Package
from genba.model.nodes import Chart

C = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
CX = 'xmlns:cx="http://schemas.microsoft.com/office/drawing/2014/chartex" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'


def chart_of(xml: str) -> Chart:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("c.xml", xml)
    return read_chart(Package(stream, unpacked_bytes=1 << 20, member_bytes=1 << 20, members=9, ratio=99), "c.xml")


def points(*values: tuple[int, str]) -> str:
    return "".join(f'<c:pt idx="{index}"><c:v>{value}</c:v></c:pt>' for index, value in values)


def series(categories: str, values: str, name: str = "良品") -> str:
    return (
        f"<c:ser><c:tx><c:strRef><c:f>S!$B$1</c:f><c:strCache>{points((0, name))}</c:strCache></c:strRef></c:tx>"
        f"<c:cat>{categories}</c:cat><c:val><c:numRef><c:f>S!$B$2:$B$4</c:f><c:numCache>{values}</c:numCache></c:numRef></c:val></c:ser>"
    )


def test_values_missing_in_the_cache_are_gaps_and_dates_are_shown_as_dates() -> None:
    dates = (
        "<c:numRef><c:numCache><c:formatCode>yyyy/m/d</c:formatCode>"
        + points((0, "46099"), (1, "46100"))
        + "</c:numCache></c:numRef>"
    )
    inner = series(dates, '<c:ptCount val="3"/>' + points((0, "1"), (2, "2.5")))
    title = "<c:title><c:tx><c:rich><a:p><a:r><a:t>実績</a:t></a:r></a:p></c:rich></c:tx></c:title>"
    found = chart_of(
        f"<c:chartSpace {C}><c:chart>{title}<c:plotArea><c:barChart>{inner}</c:barChart></c:plotArea></c:chart></c:chartSpace>"
    )
    assert (found.title, found.kind) == ("実績", "bar")
    assert found.series[0].values == (1.0, None, 2.5)
    assert found.series[0].categories == ("2026/3/18", "2026/3/19")
    assert found.series[0].reference == "S!$B$2:$B$4"


def test_categories_of_several_levels_are_joined_from_the_outside_in() -> None:
    levels = f"<c:lvl>{points((0, '4月'), (1, '5月'))}</c:lvl><c:lvl>{points((0, '上期'))}</c:lvl>"
    inner = series(
        f"<c:multiLvlStrRef><c:multiLvlStrCache>{levels}</c:multiLvlStrCache></c:multiLvlStrRef>", points((0, "1"))
    )
    found = chart_of(
        f"<c:chartSpace {C}><c:chart><c:plotArea><c:lineChart>{inner}</c:lineChart></c:plotArea></c:chart></c:chartSpace>"
    )
    assert found.series[0].categories == ("上期/4月", "上期/5月")


def test_an_automatic_title_is_the_name_of_the_only_series() -> None:
    inner = series("", points((0, "1")))
    found = chart_of(
        f"<c:chartSpace {C}><c:chart><c:title/><c:plotArea><c:pieChart>{inner}</c:pieChart></c:plotArea></c:chart></c:chartSpace>"
    )
    assert found.title == "良品"


def test_counts_and_indexes_from_outside_make_no_giant_series() -> None:
    inner = series("", '<c:ptCount val="999999999999"/>' + points((888888888888, "1"), (1, "x"), (0, "3")))
    found = chart_of(
        f"<c:chartSpace {C}><c:chart><c:plotArea><c:barChart>{inner}</c:barChart></c:plotArea></c:chart></c:chartSpace>"
    )
    assert found.series[0].values[:2] == (3.0, None)
    assert len(found.series[0].values) <= 100_000


def test_the_newer_charts_are_read_too() -> None:
    data = (
        '<cx:chartData><cx:data id="0"><cx:strDim type="cat"><cx:lvl><cx:pt idx="0">開始</cx:pt><cx:pt idx="1">増減</cx:pt></cx:lvl>'
        '</cx:strDim><cx:numDim type="val"><cx:f>S!$B$1:$B$2</cx:f><cx:lvl><cx:pt idx="0">5</cx:pt><cx:pt idx="1">-2</cx:pt></cx:lvl></cx:numDim></cx:data></cx:chartData>'
    )
    title = "<cx:title><cx:tx><cx:txData><cx:v>原価</cx:v></cx:txData></cx:tx></cx:title>"
    shown = '<cx:series layoutId="waterfall"><cx:tx><cx:txData><cx:v>円</cx:v></cx:txData></cx:tx><cx:dataId val="0"/></cx:series>'
    found = chart_of(
        f"<cx:chartSpace {CX}>{data}<cx:chart>{title}<cx:plotArea><cx:plotAreaRegion>{shown}</cx:plotAreaRegion></cx:plotArea></cx:chart></cx:chartSpace>"
    )
    assert (found.title, found.kind) == ("原価", "waterfall")
    (line,) = found.series
    assert (line.name, line.categories, line.values, line.reference) == (
        "円",
        ("開始", "増減"),
        (5.0, -2.0),
        "S!$B$1:$B$2",
    )
