"""A workbook as its description has it, for whatever asks a book for sheets, names, values and formulas."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, overload

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


class _Lines(Sequence[list[Any]]):
    """Rows of a sheet as a book tells them, each made when it is asked for: most sheets are asked for a few cells."""

    def __init__(self, rows: int, line: Callable[[int], list[Any]]):
        self._made: list[list[Any] | None] = [None] * rows
        self._line = line

    def __len__(self) -> int:
        return len(self._made)

    @overload
    def __getitem__(self, at: int) -> list[Any]: ...
    @overload
    def __getitem__(self, at: slice) -> list[list[Any]]: ...
    def __getitem__(self, at: int | slice) -> list[Any] | list[list[Any]]:
        if isinstance(at, slice):
            return [self[row] for row in range(*at.indices(len(self)))]
        line = self._made[at]
        if line is None:
            line = self._made[at] = self._line(at)
        return line


class DescribedSheet:
    """One sheet of it."""

    def __init__(self, spec: SheetSpec):
        self.name, self._spec = spec.name, spec

    @cached_property
    def _grid(self) -> Grid:
        return Grid.of_spec(self._spec)

    @cached_property
    def formulas(self) -> Sequence[list[Any]]:
        lines = self._grid.formulas
        return _Lines(len(lines), lambda row: ["" if found is None else str(found) for found in lines[row]])

    @cached_property
    def values(self) -> Sequence[list[Any]]:
        lines = self._grid.values
        return _Lines(len(lines), lambda row: [_read(value) for value in lines[row]])

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
