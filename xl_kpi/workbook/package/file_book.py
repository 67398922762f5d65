"""A user's workbook as it stands in its file, for reading: the sheets that matter whole, of all others what is asked.

A sheet is read when somebody asks for its cells.  To know whose it is the first rows do, and what a sheet of the
user's own holds besides formulas is never looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from xl_kpi.errors import BadFile
from xl_kpi.workbook.addresses import Place, plain_areas
from xl_kpi.workbook.cells.areas import Area, NamedArea, area_of
from xl_kpi.workbook.cells.grid import MARK, Grid
from xl_kpi.workbook.cells.made_paper import MadePaper, read
from xl_kpi.workbook.cells.references import LAST_COLUMN, LAST_ROW
from xl_kpi.workbook.package.parts import BIG, Parts, Shared, shared_formula
from xl_kpi.workbook.package.sheet_rows import MAIN, Cell, cut, first_rows, rows_with_formulas, unescaped

MOST_PLACES = 3_000_000  # of one sheet, those between its filled cells counted: more than the memory should hold
_HEAD_ROWS = 5  # tell whose a sheet is
_SMALL = 100_000  # bytes of a sheet that is read as a whole, whatever of it is asked for
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_EXCEL = "_xlnm."  # begins the names that Excel itself gives
_PRINTED = f"{_EXCEL}Print_Area"
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")


class FileBook:
    """What ``workbook.reading`` and ``workbook.relocation`` ask of a book, over the parts of a package.

    Arguments: ``parts`` as ``safety.opened_package`` gives them; ``file`` its name in messages; ``meant`` by sheet and
    place what stands in cells whose number format says something else.
    Errors: BadFile where a part is missing that is asked for, or is no XML.
    """

    def __init__(self, parts: Mapping[str, bytes], file: str, meant: Mapping[tuple[str, Place], Any] | None = None):
        self.name, self.parts = file, Parts(parts, file)
        workbook = self.parts.workbook
        targets = {id_: target for id_, kind, target in self.parts.main_relations if kind.endswith("/worksheet")}
        listed = list(workbook.iterfind(f"{MAIN}sheets/{MAIN}sheet"))
        tabs = [sheet.get("name", "") for sheet in listed]
        names, local, printed = _defined(workbook, tabs)
        self.sheets = {
            name: FileSheet(
                self.parts, name, targets.get(sheet.get(_RELATION, ""), ""), printed.get(name), lambda: self.made_paper
            )
            for name, sheet in zip(tabs, listed)
        }
        for (name, place), value in (meant or {}).items():
            self.sheets[name].meant[place] = value
        self.names = [NamedArea(self, name, f"={words}") for name, words in (*names.items(), *local.items())]

    @cached_property
    def made_paper(self) -> Mapping[str, MadePaper]:
        """Key of each sheet of ours → how it was set up for paper; nothing in a file of a former version."""
        area = next((one.refers_to_range for one in self.names if one.name == "made_paper"), None)
        return {} if area is None else read(str(area.value))


def _defined(workbook: Any, tabs: list[str]) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Name → what it refers to: of the whole workbook; of one sheet (Sheet!name); sheet → what of it is printed."""
    whole: dict[str, str] = {}
    local: dict[str, str] = {}
    printed: dict[str, str] = {}
    for item in workbook.iterfind(f"{MAIN}definedNames/{MAIN}definedName"):
        name, words, at = item.get("name", ""), item.text or "", item.get("localSheetId")
        if at is None:
            whole.setdefault(name, words)
            continue
        sheet = tabs[int(at)] if at.isascii() and at.isdigit() and int(at) < len(tabs) else None
        if sheet is not None and name == _PRINTED:
            printed[sheet] = words
        elif sheet is not None and not name.startswith(_EXCEL):
            local.setdefault(f"{sheet}!{name}", words)
    return whole, local, printed


@dataclass(frozen=True)
class PageSetup:
    """What of a sheet of ours was to be printed when it was written, which is all that is ours: the user may print
    less.  Of one that no record knows, what is printed, as the file says it; None for all of it."""

    print_area: str | None


class FileSheet:
    """One sheet; ``part`` "" for one that has no cells, such as a sheet that is a chart."""

    def __init__(
        self,
        parts: Parts,
        name: str,
        part: str,
        print_area: str | None,
        made: Callable[[], Mapping[str, MadePaper]] = dict,
    ):
        self._parts, self.name, self.part = parts, name, part
        self._printed, self._made = ",".join(plain_areas(print_area)) if print_area else None, made
        self._percent: set[Place] = set()
        self.meant: dict[Place, Any] = {}
        self.shown_as_dates: set[Place] = set()  # numbers in cells with the format of a date

    @cached_property
    def page_setup(self) -> PageSetup:
        """What of it is printed; see ``PageSetup``."""
        made = self._made().get(str(self.range("A1").value).removeprefix(MARK))
        return PageSetup(self._printed if made is None or made.area is None else made.area or None)

    @cached_property
    def grid(self) -> Grid:
        """Everything that stands on it.  Constants stand among the formulas as they are."""
        rows = self._parts.rows_of(self.part, lambda row, letters, text: LAST_COLUMN) if self.part else ()
        return self._grid(rows)

    @property
    def values(self) -> Any:
        """Numbers, texts, dates; the stored result of a formula; None for blanks and error values.

        Of a big sheet that nobody has asked for as a whole (計算, of which a reader wants two names) each row is read
        when somebody wants it.
        """
        whole = "grid" in self.__dict__ or self._lines is None
        return self.grid.values if whole else self._lines

    @cached_property
    def _lines(self) -> _Lines | None:
        content = self._parts.part(self.part) if self.part and self._parts.holds(self.part) else b""
        rows = cut(content, lambda row, letters, text: LAST_COLUMN) if _SMALL < len(content) < BIG else None
        return None if rows is None else _Lines({number: row for number, row, _ in rows[::-1]}, self._line)

    def _line(self, number: int, row: bytes) -> Sequence[Any]:
        """The values of one row, cut out of its sheet."""
        cells = self._parts.cells_in(self.part, self._parts.part(self.part), row)
        values = self._grid([(number, cells)]).values
        return values[number - 1] if len(values) == number else _BLANK

    @property
    def formulas(self) -> Any:
        """Formulas with "=", error values by their name, other constants as they are, "" for blanks."""
        return self.grid.formulas

    @property
    def formats(self) -> _Formats:
        """The number formats, as far as anybody asks: whether a cell shows its number in percent."""
        return _Formats(self)

    @property
    def used_range(self) -> Area:
        """From A1 to the last cell in which anything stands."""
        return Area(self, 1, 1, max(self.grid.rows, 1), max(self.grid.columns, 1))

    def range(self, first: Any, last: Any = None) -> Area:
        """By address, (row, column), or two corners."""
        area = area_of(self, first, last)
        if area.last_row <= _HEAD_ROWS and "grid" not in self.__dict__:
            return area_of(self._head, first, last)
        return area

    def is_percent(self, row: int, column: int) -> bool:
        """Whether a cell shows its number in percent."""
        return bool(self.grid) and (row, column) in self._percent

    @cached_property
    def formula_cells(self) -> Mapping[Place, str]:
        """The formulas alone, with "=": a sheet of the user's own may hold a thousand times as many numbers.

        Special cases: none on a sheet that can't be read, which is nobody's matter as long as it is not written.
        """
        if not self.part or not self._parts.holds(self.part):
            return {}
        content = self._parts.part(self.part)
        if not _FORMULA.search(content):
            return {}
        try:
            return dict(self._formulas(content))
        except BadFile:
            return {}

    def _formulas(self, content: bytes) -> Iterator[tuple[Place, str]]:
        shared: Shared = {}
        for number, cells in self._rows_with_formulas(content):
            for cell in cells:
                if cell.formula is not None and cell.column > 0:
                    words = shared_formula(cell, number, shared)
                    if words != "=":
                        yield (number, cell.column), words

    def _rows_with_formulas(self, content: bytes) -> Iterator[tuple[int, Iterable[Cell]]]:
        found = rows_with_formulas(content)
        if found is None:
            yield from self._parts.rows_of(self.part, lambda row, letters, text: LAST_COLUMN)
            return
        for number, row in found:
            yield number, self._parts.cells_in(self.part, content, row)

    @cached_property
    def _head(self) -> _Head:
        """The first rows alone; blank on a sheet that can't be read."""
        rows = None
        if self.part and self._parts.holds(self.part):
            rows = first_rows(self._parts.part(self.part), _HEAD_ROWS)
        if rows is None:
            try:
                return _Head(self.name, self.grid, self.formats)
            except BadFile:
                rows = []
        found = [(number, self._parts.cells_in(self.part, self._parts.part(self.part), row)) for number, row in rows]
        try:
            return _Head(self.name, self._grid(found), self.formats)
        except BadFile:  # on a sheet of the user's own nothing is judged
            return _Head(self.name, self._grid([]), self.formats)

    def _grid(self, rows: Iterable[tuple[int, Iterable[Cell]]]) -> Grid:
        """Values and formulas; each row is as long as it is filled."""
        values: list[list[Any]] = []
        formulas: list[list[Any]] = []
        shared: Shared = {}
        places, value_of = 0, self._parts.value
        in_percent, dated = self._parts.in_percent, self._parts.dated
        for number, cells in rows:
            if not len(values) < number <= LAST_ROW:
                continue  # a number that does not rise is in no sound file
            line: list[Any] = []
            said: list[Any] = []
            for cell in cells:
                if cell.column < 0:
                    self._parts.damaged(self.part)
                column = cell.column or len(line) + 1
                if cell.style in in_percent:
                    self._percent.add((number, column))
                value = value_of(cell)
                if self.meant:
                    value = self.meant.get((number, column), value)
                if cell.style in dated and isinstance(value, float):
                    self.shown_as_dates.add((number, column))
                if value is None and cell.kind == "s" and cell.stored is not None:  # a text that is not there
                    self._parts.damaged(self.part)
                formula = "" if cell.formula is None else shared_formula(cell, number, shared)
                if value is None and cell.kind == "e" and cell.stored is not None:
                    constant = unescaped(cell.stored)
                else:
                    value = None if value == "" else value
                    constant = "" if value is None else value
                if len(formula) < 2:  # none, or that of a table of what-if results
                    formula = constant
                if (value is None and formula == "") or not len(line) < column <= LAST_COLUMN:
                    continue
                if blanks := column - len(line) - 1:
                    line += [None] * blanks
                    said += [""] * blanks
                line.append(value)
                said.append(formula)
            if not line:
                continue
            places += len(line)
            if places > MOST_PLACES:
                self._parts.refuse("file_large_sheet", count=f"{places:,}", limit=f"{MOST_PLACES:,}")
            gap = number - 1 - len(values)
            values += [*[_BLANK] * gap, line]
            formulas += [*[_BLANK] * gap, said]
        for (row, column), value in self.meant.items():
            if row <= len(values) and values[row - 1] is not _BLANK and not _at(values, row, column):
                _put(values[row - 1], column, value, None)
                _put(formulas[row - 1], column, value, "")
        return Grid(values, formulas)


def _at(lines: list[list[Any]], row: int, column: int) -> Any:
    line = lines[row - 1]
    return line[column - 1] if column <= len(line) else None


def _put(line: list[Any], column: int, value: Any, blank: Any) -> None:
    """A value in a cell that the file does not have."""
    line += [blank] * (column - len(line))
    line[column - 1] = value


_BLANK: list[Any] = []  # a row in which nothing stands


class _Lines:
    """The rows of a sheet by their place, each read when somebody asks for it; row 1 has place 0."""

    def __init__(self, rows: Mapping[int, bytes], read: Callable[[int, bytes], Sequence[Any]]):
        self._rows, self._read = rows, read
        self._known: dict[int, Sequence[Any]] = {}

    def __len__(self) -> int:
        return max(self._rows, default=0)

    def __getitem__(self, place: int) -> Sequence[Any]:
        number = place + 1
        if number not in self._known:
            self._known[number] = self._read(number, self._rows[number]) if number in self._rows else _BLANK
        return self._known[number]


@dataclass(frozen=True)
class _Head:
    """The first rows of a sheet, as ``Area`` reads them."""

    name: str
    grid: Grid
    formats: Any

    @property
    def values(self) -> Any:
        return self.grid.values

    @property
    def formulas(self) -> Any:
        return self.grid.formulas


class _Formats:
    """The number format of a cell, by (sheet, row, column)."""

    def __init__(self, sheet: FileSheet):
        self._sheet = sheet

    def __getitem__(self, place: tuple[str, int, int]) -> str:
        return "0%" if self._sheet.is_percent(*place[1:]) else "General"
