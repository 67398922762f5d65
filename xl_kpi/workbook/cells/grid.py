"""What stands in the cells of one sheet, the same whether it is open in a host or only described."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from xl_kpi.calc import month_start
from xl_kpi.workbook.addresses import Place
from xl_kpi.workbook.spec import SheetSpec

STEPS = "steps:"  # in column A of tbl_rates: of which stage each of its columns is
RATES_BASIS = "basis:"  # … and there: the column that says where a channel's rates come from (no id has a colon)
RATES_OF = "rates:"  # … and the beginning of a row's id, before that of its channel
MARK = "xl_kpi:"  # begins the text in A1 of our sheets; what follows is the sheet's key
HEAD = "head:"  # begins the row id of a table's header
BOXES = "boxes:"  # begins the row id of a row of boxes: first column, width, then the ids from left to right
_MONTH = re.compile(r"=EDATE\(plan_start,\s*(\d+)\)")


@dataclass(frozen=True)
class Grid:
    """Values (of formulas: their results) and formulas (of constants: the constants) from A1 on."""

    values: Sequence[Sequence[Any]]
    formulas: Sequence[Sequence[Any]]

    @classmethod
    def of_sheet(cls, sheet: Any) -> Grid:
        """Of an xlwings Sheet, a snapshot of one, or one that was read from its file."""
        whole = getattr(sheet, "grid", None)
        if whole is not None:
            return whole
        used = sheet.used_range
        rows, columns = used.shape
        area = sheet.range((1, 1), (used.row + rows - 1, used.column + columns - 1))
        formulas = area.formula
        if not isinstance(formulas, (list, tuple)):
            formulas = ((formulas,),)
        return cls(area.options(ndim=2).value, formulas)

    @classmethod
    def of_spec(cls, spec: SheetSpec) -> Grid:
        """Of a sheet that is about to be written."""
        rows = max((row for row, _ in spec.cells), default=0)
        columns = max((column for _, column in spec.cells), default=0)
        values = [[None] * columns for _ in range(rows)]
        formulas: list[list[Any]] = [[""] * columns for _ in range(rows)]
        for (row, column), cell in spec.cells.items():
            values[row - 1][column - 1] = cell.value
            if cell.formula is not None or cell.value is not None:
                formulas[row - 1][column - 1] = cell.value if cell.formula is None else cell.formula
        return cls(values, formulas)

    @property
    def rows(self) -> int:
        return len(self.values)

    @cached_property
    def columns(self) -> int:
        return max((len(line) for line in self.values), default=0)

    def value(self, row: int, column: int) -> Any:
        return _at(self.values, row, column)

    def formula(self, row: int, column: int) -> str:
        """The formula with its "=", a constant as text, "" for a blank cell."""
        found = _at(self.formulas, row, column)
        return "" if found is None else str(found)

    def content(self, row: int, column: int) -> Any:
        """The formula, or the constant as every host tells it; "" for a blank cell."""
        return self.filled.get((row, column), "")

    @cached_property
    def filled(self) -> Mapping[Place, Any]:
        """Cell → its content, of the cells that are not blank, row by row."""
        found: dict[Place, Any] = {}
        for row, (values, formulas) in enumerate(zip(self.values, self.formulas), 1):
            for column, (value, formula) in enumerate(zip(values, formulas), 1):
                if value is None and not formula:
                    continue
                if isinstance(formula, str) and formula.startswith("=") and formula != value:
                    found[row, column] = formula
                elif isinstance(value, dt.datetime):
                    found[row, column] = value.date()
                elif value is not None and value != "":
                    found[row, column] = value
        return found

    @cached_property
    def written(self) -> Mapping[Place, str]:
        """Cell → its formula with the "=", of the cells that hold one, row by row."""
        found = {}
        for (row, column), content in self.filled.items():
            if isinstance(content, str) and content.startswith("=") and content != self.value(row, column):
                found[row, column] = content
        return found

    def id(self, row: int) -> str:
        """The stable id of a row, from column A."""
        found = self.value(row, 1)
        return found.strip() if isinstance(found, str) else ""

    @cached_property
    def ids(self) -> Mapping[int, str]:
        """Row → id, of the rows that have one; the sheet's own mark is none."""
        found = {row: self.id(row) for row in range(1, self.rows + 1)}
        return {row: id_ for row, id_ in found.items() if id_ and not id_.startswith(MARK)}

    def months(self, row: int, start: dt.date) -> dict[int, dt.date]:
        """Column → month, where the row is a header of months counted from ``start``."""
        months = self._months.get(row, {})
        return {column: month_start(start, at) if isinstance(at, int) else at for column, at in months.items()}

    @cached_property
    def _months(self) -> Mapping[int, Mapping[int, int | dt.date]]:
        """Row → column → how many months after the first, or the month itself."""
        found: dict[int, dict[int, int | dt.date]] = {}
        for (row, column), content in self.filled.items():
            if isinstance(content, dt.date):
                if isinstance(self.value(row, column), dt.datetime) and content.day == 1:
                    found.setdefault(row, {})[column] = content
            elif isinstance(content, str) and (match := _MONTH.fullmatch(content)):
                found.setdefault(row, {})[column] = int(match[1])
        return found


def _at(matrix: Sequence[Sequence[Any]], row: int, column: int) -> Any:
    if 0 < row <= len(matrix) and 0 < column <= len(matrix[row - 1]):
        return matrix[row - 1][column - 1]
    return None
