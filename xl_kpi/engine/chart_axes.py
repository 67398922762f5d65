"""The axes and the legend of a chart, as they were asked for."""

from __future__ import annotations

from typing import Any

from xlwings import base_classes
from xlwings.base_classes import _UNSET


class Axis(base_classes.ChartAxis):
    """One axis of a chart."""

    # As it is where nothing else was asked for; plain attributes, not the base's properties.
    title: str | None = None
    minimum_scale: float | None = None
    maximum_scale: float | None = None
    major_unit: float | None = None
    number_format: str = "General"
    visible: bool = True
    reverse_order: bool = False

    def __init__(self, chart: Any) -> None:
        self.chart = chart

    @property
    def api(self) -> Axis:
        return self

    def set(self, **changes: Any) -> None:
        self.chart.sheet.book.writable()
        for name, value in changes.items():
            if value is not _UNSET:
                if name == "crosses":
                    raise NotImplementedError("axis: crosses")
                setattr(self, name, value)


class Legend(base_classes.ChartLegend):
    """The legend of a chart."""

    visible: bool = True
    position: str = "bottom"

    @property
    def api(self) -> Legend:
        return self
