"""A workbook as its description has it, for whatever asks a book for sheets, names, values and formulas."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any

from xl_kpi.workbook.cells.areas import Area, NamedArea, area_of
from xl_kpi.workbook.cells.grid import Grid
from xl_kpi.workbook.spec import BookSpec, SheetSpec
from xl_kpi.workbook.theme import style


class DescribedBook:
    """The workbook that a description makes, before it is written."""

    def __init__(self, spec: BookSpec, name: str = ""):
        self.name = name
        self.sheets = {sheet.name: DescribedSheet(sheet) for sheet in spec.sheets}
        self.names = [NamedArea(self, name, "=" + refers_to) for name, refers_to in spec.names.items()]


class DescribedSheet:
    """One sheet of it."""

    def __init__(self, spec: SheetSpec):
        self.name, self._spec = spec.name, spec
        self._grid = Grid.of_spec(spec)

    @cached_property
    def formulas(self) -> list[list[Any]]:
        grid, columns = self._grid, range(1, self._grid.columns + 1)
        return [[grid.formula(row, column) for column in columns] for row in range(1, grid.rows + 1)]

    @cached_property
    def values(self) -> list[list[Any]]:
        return [[_read(value) for value in line] for line in self._grid.values]

    @cached_property
    def formats(self) -> dict[tuple[Any, ...], str]:
        return {(self.name, *place): style(cell.style).number_format for place, cell in self._spec.cells.items()}

    @property
    def used_range(self) -> Area:
        """From A1 to the last cell in which anything stands."""
        return Area(self, 1, 1, max(1, self._grid.rows), max(1, self._grid.columns))

    def range(self, first: Any, last: Any = None) -> Area:
        """By address, (row, column), or two corners."""
        return area_of(self, first, last)


def _read(value: Any) -> Any:
    """A value as a book tells it: dates with a time."""
    plain_date = isinstance(value, dt.date) and not isinstance(value, dt.datetime)
    return dt.datetime.combine(value, dt.time()) if plain_date else value
