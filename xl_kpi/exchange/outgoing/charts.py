"""The chart of a tab, drawn from the tab itself when the calculation sheet is left out."""

from __future__ import annotations

import re

from lxml import etree

from xl_kpi.exchange.outgoing.package import OutgoingSheet, OutgoingWorkbook, serialised
from xl_kpi.exchange.outgoing.sheet import SheetPart, sheet_of, tag
from xl_kpi.workbook.addresses import quoted

_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_CORNER = re.compile(r"\$([A-Z]+)\$([0-9]+)")


def onto_sheet(package: OutgoingWorkbook, sheet: OutgoingSheet, chart: bytes, key: str) -> bytes:
    """The chart with its series on ``sheet``.

    The cells behind a series on the calculation sheet are formulas, each over one cell of the tab: the series
    takes these.  Months come from the header above the tab's actuals, the series' name becomes a plain text.
    """
    root = etree.fromstring(chart)
    header = _corners(package.name(f"act_{key.partition(':')[2]}"))[0][1]
    for series in root.iter(f"{_CHART}ser"):
        values = series.find(f"{_CHART}val/{_CHART}numRef/{_CHART}f")
        source = values.text
        first, last, row = _source(package, source, sheet)
        name = quoted(sheet.name)
        values.text = f"{name}!${first}${row}:${last}${row}"
        series.find(f"{_CHART}cat/{_CHART}numRef/{_CHART}f").text = f"{name}!${first}${header}:${last}${header}"
        title = series.find(f"{_CHART}tx")
        words = _cell(package, title.findtext(f"{_CHART}strRef/{_CHART}f")).findtext(tag("v"))
        title[:] = [etree.Element(f"{_CHART}v")]
        title[0].text = words
    return serialised(root)


def _source(package: OutgoingWorkbook, area: str, sheet: OutgoingSheet) -> tuple[str, str, str]:
    """First column, last column and row on ``sheet`` of the cells that an area of the calculation sheet shows."""
    head = area.rpartition("!")[0]
    formulas = (_cell(package, f"{head}!${column}${row}").findtext(tag("f")) for column, row in _corners(area))
    here = re.compile(re.escape(quoted(sheet.name)) + r"!\$([A-Z]+)\$([0-9]+)")
    (first, row), (last, _) = (here.findall(formula)[0] for formula in formulas)
    return first, last, row


def _corners(area: str) -> list[tuple[str, str]]:
    """Column and row of the first and, where there is one, of the last cell of an area."""
    return _CORNER.findall(area.rpartition("!")[2])


def _cell(package: OutgoingWorkbook, reference: str) -> etree._Element:
    column, row = _corners(reference)[0]
    part = next(sheet.part for sheet in package.sheets if sheet.name == sheet_of(reference))
    address = f"{column}{row}"
    return next(cell for cell in SheetPart(package.parts[part], []).cells() if cell.get("r") == address)
