"""One sheet of a returned workbook: the cells behind our names, as values and formulas."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from xl_kpi.exchange.returned_rows import MAIN, text_of, unescaped, whole
from xl_kpi.workbook.areas import Area, area_of

if TYPE_CHECKING:
    from xl_kpi.exchange.returned_parts import PartsBook

_C, _F, _V, _IS = (MAIN + tag for tag in ("c", "f", "v", "is"))


class PartsSheet:
    """One sheet, as far as names reach; read when first asked for."""

    def __init__(self, book: PartsBook, name: str, part: str):
        self.book, self.name, self._part = book, name, part
        self.wanted: list[Area] = []

    def range(self, first: Any, last: Any = None) -> Area:
        """By address, (row, column), or two corners."""
        return area_of(self, first, last)

    @property
    def content(self) -> bytes:
        """The XML of the sheet."""
        return self.book.part(self._part)

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
        shared: dict[str, str] = {}
        last = max((area.last_row for area in self.wanted), default=0)
        number = 0
        for row in self.book.rows_of(self._part, self._is_wanted):
            number = whole(row.get("r"), number + 1)
            if number > last:
                break
            areas = [area for area in self.wanted if area.row <= number <= area.last_row]
            if areas and number > len(values):  # a number that does not rise is in no sound file
                columns = min(area.column for area in areas), max(area.last_column for area in areas)
                self._row(row, columns, values.add(number), formulas.add(number), shared)
        return values, formulas

    def _is_wanted(self, number: int, letters: str, text: int) -> bool:
        areas = [area for area in self.wanted if area.row <= number <= area.last_row]
        if not areas or not letters or _column(letters) != min(area.column for area in areas):
            return bool(areas)
        return not self.book.needless(self.book.string(text) or "")

    def _row(self, row: Any, columns: tuple[int, int], values: list, formulas: list, shared: dict[str, str]) -> None:
        first, last = columns
        for cell in row:
            if cell.tag != _C:
                continue
            column = _column_of(cell.get("r")) or len(values) + 1
            if not len(values) < column <= last:
                continue
            value, formula = self._cell(cell, shared)
            if blanks := column - len(values) - 1:
                values += [None] * blanks
                formulas += [""] * blanks
            values.append(value)
            formulas.append(formula)
            if column == first and isinstance(value, str) and self.book.needless(value):
                return

    def _cell(self, cell: Any, shared: dict[str, str]) -> tuple[Any, str]:
        """Value and formula of a cell."""
        kind, stored, inline, formula = cell.get("t", "n"), None, None, ""
        for part in cell:
            if part.tag == _V:
                stored = part.text
            elif part.tag == _F:
                formula = _formula(part, shared)
            elif part.tag == _IS:
                inline = part
        if kind == "inlineStr":
            return None if inline is None else text_of(inline), formula
        if kind == "str":
            return unescaped(stored or ""), formula
        if stored is None:
            return None, formula
        if kind == "s":
            return self.book.string(whole(stored, -1)), formula
        if kind == "e":
            return None, formula or unescaped(stored)
        if kind == "b":
            return stored.strip() in ("1", "true"), formula
        return self._number(stored, kind, cell.get("s", "0")), formula

    def _number(self, stored: str, kind: str, style: str) -> Any:
        try:
            if kind == "d":
                return dt.datetime.fromisoformat(stored.strip()).replace(tzinfo=None)
            number = float(stored)
            return self.book.epoch + dt.timedelta(days=number) if style in self.book.dated else number
        except (ValueError, OverflowError):  # 1E+300 is no date
            return unescaped(stored)


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


def _formula(formula: Any, shared: dict[str, str]) -> str:
    """The formula with "="; one that is shared with another cell in the words of that cell."""
    words, group = formula.text or "", formula.get("si", "")
    if words and group:
        shared[group] = words
    return "=" + (words or shared.get(group, ""))


def _column_of(address: str | None) -> int:
    """The column of a cell's address; 0 where it has none."""
    return _column((address or "").rstrip("0123456789"))


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    number = 0
    for letter in letters if len(letters) <= 3 and letters.isascii() and letters.isupper() else "":
        number = number * 26 + ord(letter) - 64
    return number
