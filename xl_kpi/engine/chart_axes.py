"""The axes and the legend of a chart, as they were asked for."""

from __future__ import annotations

from typing import Any

from xlwings import base_classes
from xlwings.base_classes import _UNSET


class Axis(base_classes.ChartAxis):
    """One axis of a chart."""

    def __init__(self, chart: Any) -> None:
        self.chart = chart
        self.api = self
        self.title: str | None = None
        self.minimum_scale: float | None = None
        self.maximum_scale: float | None = None
        self.major_unit: float | None = None
        self.number_format = "General"
        self.visible = True
        self.reverse_order = False

    api = title = minimum_scale = maximum_scale = major_unit = number_format = visible = reverse_order = None

    def set(self, **changes: Any) -> None:
        self.chart.sheet.book.writable()
        for name, value in changes.items():
            if value is not _UNSET:
                if name == "crosses":
                    raise NotImplementedError("axis: crosses")
                setattr(self, name, value)


class Legend(base_classes.ChartLegend):
    """The legend of a chart."""

    def __init__(self) -> None:
        self.api = self
        self.visible = True
        self.position = "bottom"

    api = visible = position = None
