"""Charts: kept as a short description, and turned into openpyxl's charts when the book is written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from xlwings import base_classes
from xlwings.base_classes import _UNSET

from xl_kpi.engine import chart_file
from xl_kpi.engine.chart_axes import Axis, Legend
from xl_kpi.engine.colors import hex_color
from xl_kpi.engine.geometry import Corner

DEFAULT_TYPE = "column_clustered"  # Excel's own


@dataclass
class SeriesData:
    """One series: ranges as addresses with their sheet ("'Plan'!$B$2:$B$13"), colours as "RRGGBB"."""

    values: str
    name: str = ""  # an address or a text
    name_is_address: bool = False
    categories: str = ""
    chart_type: str = ""  # "" for the chart's own
    axis_group: str = "primary"
    fill_color: str = ""
    line_color: str = ""


class Series(base_classes.ChartSeries):
    """One series of a chart."""

    def __init__(self, chart: Chart, data: SeriesData) -> None:
        self.chart = chart
        self.data = data

    @property
    def api(self) -> Series:
        return self

    def set(self, **changes: Any) -> None:
        self.chart.sheet.book.writable()
        for name, value in changes.items():
            if value is _UNSET:
                continue
            if name in ("fill_color", "line_color"):
                value = hex_color(value)[2:]
            elif name == "chart_type":
                chart_file.check_type(value)
            elif name == "name":
                self.data.name_is_address = value.startswith("=")
                value = value.removeprefix("=")
            elif name != "axis_group":
                raise NotImplementedError(f"series: {name}")
            setattr(self.data, name, value)

    name = property(lambda self: f"={self.data.name}" if self.data.name_is_address else self.data.name)
    chart_type = property(lambda self: self.data.chart_type or self.chart.main_type)
    axis_group = property(lambda self: self.data.axis_group)
    fill_color = property(lambda self: _tuple(self.data.fill_color))
    line_color = property(lambda self: _tuple(self.data.line_color))


def _tuple(color: str) -> tuple[int, ...] | None:
    return tuple(bytes.fromhex(color)) if color else None


def _address(area: Any) -> str:
    """The address of a range with its sheet, as formulas have it."""
    sheet = area.sheet.name.replace("'", "''")
    return f"'{sheet}'!{area.address}"


class SeriesList(base_classes.ChartSeriesCollection):
    """The series of a chart, in the order in which they are drawn."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart

    @property
    def api(self) -> Chart:
        return self.chart

    @property
    def parent(self) -> Chart:
        return self.chart

    def __call__(self, key: int | str) -> Series:
        if isinstance(key, int):
            return Series(self.chart, self.chart.all_series[key - 1])
        return next(series for series in self if series.name == key)

    def __len__(self) -> int:
        return len(self.chart.all_series)

    def __iter__(self) -> Any:
        return (Series(self.chart, data) for data in self.chart.all_series)

    def __contains__(self, key: str) -> bool:
        return any(series.name == key for series in self)


class Chart(base_classes.Chart):
    """One chart.  Series come from ``set_source_data``, or one by one from ``chart.api.add_series``."""

    def __init__(self, sheet: Any, name: str, box: tuple[float, float, float, float]) -> None:
        self.sheet = sheet
        self.api = self
        self.name = name
        self._place(*box)
        self.main_type = DEFAULT_TYPE
        self.all_series: list[SeriesData] = []

    # Plain attributes, not the base's properties.
    api: Any = None
    name: str = ""
    title: str | None = None
    style: int = 227  # Excel's own number for "plain"; ours is drawn plain in any case

    @cached_property
    def legend(self) -> Legend:
        return Legend()

    @cached_property
    def category_axis(self) -> Axis:
        return Axis(self)

    @cached_property
    def value_axis(self) -> Axis:
        return Axis(self)

    @cached_property
    def secondary_category_axis(self) -> Axis:
        return Axis(self)

    @cached_property
    def secondary_value_axis(self) -> Axis:
        return Axis(self)

    @property
    def parent(self) -> Any:
        return self.sheet

    def _place(self, left: float, top: float, width: float, height: float) -> None:
        """Tie both corners to the cells they lie in now; widths that change later move or stretch the chart."""
        self.corners = Corner(self.sheet.ws, left, top), Corner(self.sheet.ws, left + width, top + height)

    left = property(
        lambda self: self.corners[0].left,
        lambda self, value: self._place(value, self.top, self.width, self.height),
    )
    top = property(
        lambda self: self.corners[0].top,
        lambda self, value: self._place(self.left, value, self.width, self.height),
    )
    width = property(
        lambda self: self.corners[1].left - self.corners[0].left,
        lambda self, value: self._place(self.left, self.top, value, self.height),
    )
    height = property(
        lambda self: self.corners[1].top - self.corners[0].top,
        lambda self, value: self._place(self.left, self.top, self.width, value),
    )

    @property
    def series(self) -> SeriesList:
        return SeriesList(self)

    @property
    def chart_type(self) -> str:
        """The type of all series, "combination" when they differ."""
        types = {data.chart_type or self.main_type for data in self.all_series} or {self.main_type}
        return types.pop() if len(types) == 1 else "combination"

    @chart_type.setter
    def chart_type(self, value: str) -> None:
        chart_file.check_type(value)
        self.main_type = value
        for data in self.all_series:
            data.chart_type = ""

    def add_series(
        self,
        name: str,
        values: str,
        categories: str = "",
        *,
        chart_type: str = "",
        secondary: bool = False,
        color: str = "",
    ) -> Series:
        """Add a series; gives it for further settings (xlwings builds series from one block of cells only).

        ``name`` an address with a leading "=" ("=$A$3") or a text; ``values`` and ``categories`` addresses,
        of this sheet unless they name another; ``chart_type`` column_stacked, column_clustered, line or
        line_markers, "" for the chart's own; ``color`` "RRGGBB".
        """
        self.sheet.book.writable()
        if chart_type:
            chart_file.check_type(chart_type)
        data = SeriesData(
            values=self._with_sheet(values),
            name=self._with_sheet(name[1:]) if name.startswith("=") else name,
            name_is_address=name.startswith("="),
            categories=self._with_sheet(categories) if categories else "",
            chart_type=chart_type,
            axis_group="secondary" if secondary else "primary",
            fill_color=color,
            line_color=color,
        )
        self.all_series.append(data)
        return Series(self, data)

    def _with_sheet(self, address: str) -> str:
        address = address.removeprefix("=")
        if "!" in address:
            return address
        return _address(self.sheet.range(address))

    def set_source_data(self, rng: Any, plot_by: str | None = None) -> None:
        """Series from a block: names and categories from its first row and column where these hold no numbers."""
        self.sheet.book.writable()
        rows, columns = rng.shape
        by_columns = plot_by == "columns" or (plot_by is None and rows >= columns)
        get = rng.sheet.ws._cells.get

        def heading(cells: list[tuple[int, int]]) -> bool:
            kinds = [cell.data_type for key in cells if (cell := get(key)) is not None and cell._value is not None]
            return bool(kinds) and all(kind in "sd" for kind in kinds)

        (last_row, last_column), row, column = rng.last, rng.row, rng.column
        top = rows > 1 and heading([(row, c) for c in range(column + (columns > 1), last_column + 1)])
        side = columns > 1 and heading([(r, column) for r in range(row + top, last_row + 1)])

        def part(r1: int, c1: int, r2: int, c2: int) -> str:
            return f"={_address(rng.sheet.range((r1, c1), (r2, c2)))}"

        self.all_series.clear()
        if by_columns:
            labels = part(row + top, column, last_row, column) if side else ""
            for c in range(column + side, last_column + 1):
                self.add_series(part(row, c, row, c) if top else "", part(row + top, c, last_row, c), labels)
        else:
            labels = part(row, column + side, row, last_column) if top else ""
            for r in range(row + top, last_row + 1):
                self.add_series(
                    part(r, column, r, column) if side else "", part(r, column + side, r, last_column), labels
                )

    def delete(self) -> None:
        self.sheet.book.charts[self.sheet.ws].remove(self)

    def build(self) -> Any:
        """The chart as openpyxl writes it."""
        return chart_file.build(self)


class Charts:
    """The charts of one sheet, as far as they were added here."""

    def __init__(self, sheet: Any) -> None:
        self.sheet = self.parent = sheet
        self.api = self
        self._all: list[Chart] = sheet.book.charts.setdefault(sheet.ws, [])

    def add(
        self,
        left: float,
        top: float,
        width: float,
        height: float,
        chart_type: str | None = None,
        source: Any = None,
        plot_by: str | None = None,
        name: str | None = None,
        anchor: Any = None,
        style: int | None = None,
    ) -> Chart:
        """Add a chart at a place in points; ``anchor`` gives its upper left corner by a range."""
        self.sheet.book.writable()
        if anchor is not None:
            left, top = anchor.left, anchor.top
        chart = Chart(self.sheet, name or f"Chart {len(self._all) + 1}", (left, top, width, height))
        if chart_type is not None:
            chart.chart_type = chart_type
        if source is not None:
            chart.set_source_data(source, plot_by)
        self._all.append(chart)
        return chart

    def __call__(self, key: int | str) -> Chart:
        if isinstance(key, int):
            return self._all[key - 1]
        return next(chart for chart in self._all if chart.name == key)

    def __contains__(self, name: str) -> bool:
        return any(chart.name == name for chart in self._all)

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Any:
        return iter(self._all)
