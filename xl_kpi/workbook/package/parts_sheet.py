"""One sheet of a returned workbook: the cells behind our names, as values and formulas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

from xl_kpi.workbook.cells.areas import Area, area_of
from xl_kpi.workbook.package.parts import Parts, Shared, shared_formula
from xl_kpi.workbook.package.sheet_rows import Cell, column_number, unescaped


class PartsSheet:
    """One sheet, as far as names reach; read when first asked for.

    ``words``: how many columns beside the ids are read of rows that do not matter otherwise; 0 leaves these out.
    """

    def __init__(self, parts: Parts, needless: Callable[[str], bool], name: str, part: str):
        self._parts, self._needless, self.name, self._part = parts, needless, name, part
        self.wanted: list[Area] = []
        self.in_percent: set[tuple[int, int]] = set()  # row and column of cells that show their number as one
        self.words = 0

    def range(self, first: Any, last: Any = None) -> Area:
        """By address, (row, column), or two corners."""
        return area_of(self, first, last)

    @property
    def part_name(self) -> str:
        return self._part

    @property
    def content(self) -> bytes:
        """The XML of the sheet."""
        return self._parts.part(self._part)

    @property
    def used_range(self) -> Area:
        """From A1 to the last row that was read."""
        return Area(self, 1, 1, max(1, len(self.values)), 1)

    @property
    def formats(self) -> Mapping[tuple[str, int, int], str]:
        """Number formats: the one that is ever asked for is the growth's, which our page shows in percent."""
        return defaultdict(lambda: "0%")

    @property
    def values(self) -> _Rows:
        """Numbers, texts, dates; the stored result of a formula; None for blanks and error values."""
        return self._matrices[0]

    @property
    def formulas(self) -> _Rows:
        """Formulas with "=", error values by their name, "" for everything else."""
        return self._matrices[1]

    @cached_property
    def _matrices(self) -> tuple[_Rows, _Rows]:
        values, formulas = _Rows(), _Rows()
        shared: Shared = {}
        last = max((area.last_row for area in self.wanted), default=0)
        for number, row in self._parts.rows_of(self._part, self._wanted_to):
            if number > last:
                break
            areas = [area for area in self.wanted if area.row <= number <= area.last_row]
            if areas and number > len(values):  # a number that does not rise is in no sound file
                columns = min(area.column for area in areas), max(area.last_column for area in areas)
                self._row(number, row, columns, values.add(number), formulas.add(number), shared)
        return values, formulas

    def _wanted_to(self, number: int, letters: str, text: int) -> int:
        """The last column of a row that matters; 0 where none does."""
        areas = [area for area in self.wanted if area.row <= number <= area.last_row]
        if not areas:
            return 0
        first, last = min(area.column for area in areas), max(area.last_column for area in areas)
        if letters and column_number(letters.encode()) == first and self._needless(self._parts.string(text) or ""):
            return self.words and first + self.words
        return last

    def _row(
        self, number: int, row: Iterable[Cell], columns: tuple[int, int], values: list, formulas: list,
        shared: Shared,
    ) -> None:  # fmt: skip
        first, last = columns
        for cell in row:
            column = cell.column or len(values) + 1
            if not len(values) < column <= last:
                continue
            value, formula = self._cell(cell, number, shared)
            if cell.style in self._parts.in_percent and cell.stored is not None:
                self.in_percent.add((number, column))
            if blanks := column - len(values) - 1:
                values += [None] * blanks
                formulas += [""] * blanks
            values.append(value)
            formulas.append(formula)
            if column == first and isinstance(value, str) and self._needless(value):
                last = first + self.words

    def _cell(self, cell: Cell, row: int, shared: Shared) -> tuple[Any, str]:
        """Value and formula of a cell."""
        formula = "" if cell.formula is None else shared_formula(cell, row, shared)
        if cell.kind == "e" and cell.stored is not None:
            return None, formula or unescaped(cell.stored)
        return self._parts.value(cell), formula


class _Rows:
    """The rows of a sheet of which most are blank, as ``Area`` reads them: by position, the first is 0."""

    def __init__(self) -> None:
        self._filled: dict[int, list[Any]] = {}
        self._count = 0

    def add(self, number: int) -> list[Any]:
        """A new last row; rows are counted from 1."""
        self._count = number
        return self._filled.setdefault(number - 1, [])

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, position: int) -> list[Any]:
        return self._filled.get(position, [])
