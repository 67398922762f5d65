"""Tables: rows with ids, columns with styles, rules and widths; to type into, to read, by month, as a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xl_kpi.errors import XlKpiError
from xl_kpi.sheets.blocks.head import FIRST_COLUMN
from xl_kpi.sheets.blocks.layout import Block
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.excel_text import digits_wide
from xl_kpi.workbook.addresses import CellAt, RangeAt, relative
from xl_kpi.workbook.cells.grid import HEAD
from xl_kpi.workbook.spec import Cell, SheetSpec, Validation

MARGIN = 4  # digits of a column's width that a text in several lines does not use


@dataclass(frozen=True)
class Rule:
    """What may be typed: as for ``Validation``, with the words shown to who types."""

    kind: str
    one: str
    title: str
    allowed: str
    two: str = ""
    operator: str = "between"
    strict: bool = True  # else it offers a list, and Excel takes other words as well

    def on(self, area: RangeAt) -> Validation:
        error = self.allowed if self.strict else ""
        return Validation(area.free, self.kind, self.one, self.two, self.operator, self.title, error, self.allowed)


@dataclass(frozen=True)
class Column:
    """One column of a table.

    ``head`` and ``head_formula`` what stands in the header; ``style`` of its cells; ``rule`` for its rows; ``span``
    how many columns of the sheet it takes, merged; ``margin`` of its width when rows are made as high as their
    texts; ``link``: whether a link of the row on top begins over it.
    """

    id: str
    head: Any
    width: float | None = None
    style: str = "body"
    rule: Rule | None = None
    span: int = 1
    margin: float = MARGIN
    link: bool = True
    head_formula: str | None = None
    head_style: str = "header"


@dataclass(frozen=True)
class Row:
    """One row: ``key`` by which it is found in the table, ``id`` what stands in the hidden first column.

    ``spare``: a blank one to type into.
    """

    key: str
    id: str | None
    height: float | None = None
    spare: bool = False


@dataclass(frozen=True)
class Fit:
    """Rows as high as their longest text: ``line`` points a line and ``air`` besides, at least ``least``.

    ``most`` lines are shown; with ``least`` None a row of one line keeps the page's height.
    """

    line: float = 14
    air: float = 6
    least: float | None = 20
    most: int | None = None


class Table(Block):
    """A header and rows below it.

    Arguments: ``rows`` their keys, which are the ids in the first column too where no ``Row`` says otherwise;
    ``spare`` blank rows to type more into; ``foot`` keys of rows below, which belong to no name and no rule;
    ``section`` a heading over the page's width; ``mark`` the id of the header's row ("": none); ``name`` a defined
    name for the header and the rows, up to ``name_to``; ``frozen_to`` the last column that stays when the page
    scrolls; ``repeat``: the header is printed on every page; ``filter``: it can be narrowed down; ``rules_to`` how many
    rows below the header the rules hold for, where the table has fewer; ``groups`` keys of the rows at which a group
    begins that no printed page cuts.
    Errors: XlKpiError for ids that appear twice or that there are not.
    """

    def __init__(
        self,
        id: str,
        columns: Sequence[Column],
        rows: Sequence[str | Row],
        *,
        above: int = 1,
        section: str = "",
        spare: int = 0,
        foot: Sequence[str] = (),
        mark: str | None = None,
        header_height: float | None = None,
        name: str = "",
        name_to: str = "",
        frozen_to: str = "",
        repeat: bool = False,
        filter: bool = False,
        rules_to: int = 0,
        groups: Sequence[str] = (),
    ):
        super().__init__(id, above)
        self._section, self._mark = section, f"{HEAD}{id}" if mark is None else mark
        self._header_height, self._name, self._name_to = header_height, name, name_to
        self._frozen_to, self._repeat, self._filter = frozen_to, repeat, filter
        self._rules_to, self._groups = rules_to, groups
        self._columns = {column.id: column for column in columns}
        if len(self._columns) < len(columns):
            raise XlKpiError(f"table {id!r}: two columns have the same id: {_twice([one.id for one in columns])}")
        self._at: dict[str, int] = {}  # column of the sheet
        width = 0
        for column in columns:
            self._at[column.id], width = FIRST_COLUMN + width, width + column.span
        self._width = width
        body = [row if isinstance(row, Row) else Row(row, row) for row in rows]
        body += [Row(f"spare {number}", None, spare=True) for number in range(1, spare + 1)]
        self._body, self._rows = len(body), [*body, *(Row(key, key) for key in foot)]
        self._down = {row.key: number for number, row in enumerate(self._rows, 1)}
        if len(self._down) < len(self._rows):
            raise XlKpiError(f"table {id!r}: two rows have the same key: {_twice([row.key for row in self._rows])}")
        self._cells: dict[tuple[str, str], Cell] = {}
        self._heights: dict[str, float] = {}

    # --- where things stand

    @property
    def rows(self) -> int:
        return bool(self._section) + 1 + len(self._rows)

    @property
    def columns(self) -> int:
        return self._width

    @property
    def header(self) -> int:
        """The header's row on the sheet."""
        return self.top + bool(self._section)

    @property
    def groups(self) -> Sequence[int]:
        blank = (row.key for row in self._rows if row.spare) if self._groups else ()
        return [self.row(key) for key in (*self._groups, *blank)]

    @property
    def filled(self) -> int:
        if not self._rows or not self._rows[-1].spare:
            return 0
        return self.row(self.keys[-1]) if self.keys else self.header

    @property
    def titled(self) -> int:
        return self.header

    @property
    def keys(self) -> list[str]:
        """The keys of the rows, without spare ones and those at the foot."""
        return [row.key for row in self._rows[: self._body] if not row.spare]

    def row(self, key: str) -> int:
        """A row's number on the sheet."""
        return self.header + self._number(key)

    def cell(self, row: str, column: str) -> CellAt:
        """The cell of a row in a column."""
        if row in self._down and column in self._at:
            return CellAt(self._sheet, self.header + self._down[row], self._at[column])
        return CellAt(self._sheet, self.row(row), self._column(column))  # one of them says what is wrong

    def head(self, column: str) -> CellAt:
        """The cell of a column in the header."""
        return CellAt(self._sheet, self.header, self._column(column))

    def head_text(self, column: str) -> Any:
        """What stands in the header of a column."""
        self._column(column)
        return self._columns[column].head

    def across(self, row: str, first: str, last: str) -> RangeAt:
        """The cells of a row from one column to another."""
        return self.cell(row, first).to(self.cell(row, last))

    def down(self, column: str, first: str = "", last: str = "") -> RangeAt:
        """The cells of a column in all rows, spare ones too; or from one row to another."""
        top = self.row(first) if first else self.header + 1
        bottom = self.row(last) if last else self.header + max(self._body, 1)
        number = self._column(column)
        return CellAt(self._sheet, top, number).to(CellAt(self._sheet, bottom, number))

    def body(self) -> RangeAt:
        """All cells of all rows, spare ones too."""
        last = self.at(self.header - self.top + self._body, self._width - 1)
        return self.at(self.header - self.top + 1, 0).to(last)

    def columns_of(self, *ids: str) -> list[int]:
        """The columns of the sheet in which some columns begin."""
        return [self._column(id) for id in ids]

    def links(self) -> list[int]:
        """The columns over which a link of the row on top may begin."""
        return self.columns_of(*(column.id for column in self._columns.values() if column.link))

    def _number(self, key: str) -> int:
        if key not in self._down:
            raise XlKpiError(f"table {self.id!r} has no row {key!r}")
        return self._down[key]

    def _column(self, id: str) -> int:
        if id not in self._columns:
            raise XlKpiError(f"table {self.id!r} has no column {id!r}; it has {', '.join(self._columns)}")
        return self._at[id]

    # --- what stands there

    def put(
        self, row: str, column: str, value: Any = None, style: str | None = None, *, formula: str | None = None
    ) -> None:
        """Set one cell, in the column's style where none is given.

        Arguments: ``value`` and ``formula`` as for ``Cell``: with a formula, Python's own number, or None where an
        independent test computes it.
        """
        if row not in self._down or column not in self._at:
            self._number(row), self._column(column)  # one of them says what is wrong
        if (row, column) in self._cells:
            raise XlKpiError(f"table {self.id!r}: row {row!r}, column {column!r} is set twice")
        self._cells[row, column] = Cell(value, formula, style or self._columns[column].style)

    def fill(self, row: str, **cells: Any) -> None:
        """Set several cells of a row to constants, each in its column's style."""
        for column, value in cells.items():
            self.put(row, column, value)

    def blank(self, row: str, columns: Sequence[str], style: str) -> None:
        """Cells of a row in which nothing stands."""
        for column in columns:
            self.put(row, column, None, style)

    def at_cell(self, row: str, column: str) -> Cell | None:
        """What has been put there."""
        return self._cells.get((row, column))

    def fit(self, row: str, columns: Sequence[str], fit: Fit) -> None:
        """Make a row as high as the longest of its texts in some columns."""
        lines = 1
        for column in columns:
            cell, about = self._cells.get((row, column)), self._columns[column]
            if cell and isinstance(cell.value, str) and about.width:
                room = int(about.width - about.margin)
                lines = max(lines, sum(-(-digits_wide(line) // room) for line in cell.value.split("\n")))
        shown = min(lines, fit.most) if fit.most else lines
        if fit.least is not None or lines > 1:
            self._heights[row] = max(fit.least or 0, fit.line * shown + fit.air)

    def fit_texts(self) -> None:
        """Make each row as high as the longest of its texts that may run over several lines."""
        long = [id for id, column in self._columns.items() if column.style == "input_wrap"]
        for row in self.keys:
            self.fit(row, long, Fit())

    # --- onto the page

    def draw(self, ctx: Context, page: SheetSpec, last_column: int) -> None:
        for column in self._columns.values():
            first = self._at[column.id]
            for number in range(first, first + column.span if column.width else first):
                page.widths.setdefault(number, column.width or 0)
        if self._section:
            edge = next((end for end in page.column_breaks if end > self._width), last_column)  # of a printed page
            for number in range(FIRST_COLUMN, edge + 1):
                page.put(self.top, number, self._section if number == FIRST_COLUMN else None, "section")
        self._draw_header(page)
        for row in self._rows:
            self._draw_row(page, row)
        for column in self._columns.values():
            if column.rule:
                cells = self.down(column.id)
                end = cells.last._replace(row=max(cells.last.row, self.header + self._rules_to))
                page.validations.append(column.rule.on(cells.first.to(end)))
        if self._name:
            last = self._column(self._name_to) if self._name_to else FIRST_COLUMN + self._width - 1
            ctx.name(self._name, page.ref(self.header, 1, self.header + self._body, last))

    def _draw_header(self, page: SheetSpec) -> None:
        if self._mark:
            page.put(self.header, 1, self._mark, "key")
        for column in self._columns.values():
            cell = Cell(column.head, column.head_formula, column.head_style)
            self._spread(page, self.header, column, cell)
        if self._header_height is not None:
            page.heights[self.header] = self._header_height

    def _draw_row(self, page: SheetSpec, row: Row) -> None:
        number = self.row(row.key)
        page.put(number, 1, row.id, "key")
        for column in self._columns.values():
            cell = self._cells.get((row.key, column.id))
            if cell is None and row.spare and column.style.startswith("input"):
                cell = Cell(None, None, column.style)
            if cell is not None:
                self._spread(page, number, column, cell)
        height = self._heights.get(row.key, row.height)
        if height is not None:
            page.heights[number] = height

    def _spread(self, page: SheetSpec, row: int, column: Column, cell: Cell) -> None:
        """A cell over all columns of the sheet that its column takes."""
        first = self._at[column.id]
        page.cells[row, first] = cell
        for number in range(first + 1, first + column.span):
            page.put(row, number, None, cell.style)
        if column.span > 1:
            page.merges.append(f"{relative(row, first)}:{relative(row, first + column.span - 1)}")

    def finish(self, page: SheetSpec) -> None:
        if self._frozen_to:
            about = self._columns[self._frozen_to]
            page.freeze = relative(self.header + 1, self._column(self._frozen_to) + about.span)
        if self._repeat:
            page.print_title_rows = f"${self.header}:${self.header}"
        if self._filter:
            page.filter = f"{self.at(self.header - self.top, 0).free}:{self.body().last.free}"


class MonthTable(Table):
    """Rows by month: the columns ``before``, one for each month of the plan, the columns ``after``."""

    def __init__(
        self, ctx: Context, id: str, before: Sequence[Column], rows: Sequence[str | Row], *,
        width: float = 9.5, after: Sequence[Column] = (), **settings: Any,
    ):  # fmt: skip
        self.months = [f"month {number}" for number in range(1, ctx.plan.months + 1)]
        heads = zip(self.months, ctx.months, strict=True)
        by_month = [
            Column(key, month, width, "value.count", head_formula=f"=EDATE(plan_start,{k})", head_style="header.month")
            for k, (key, month) in enumerate(heads)
        ]
        super().__init__(id, [*before, *by_month, *after], rows, **settings)

    def month(self, row: str, k: int) -> CellAt:
        """The cell of a row in a month of the plan, from 0."""
        if not 0 <= k < len(self.months):
            raise XlKpiError(f"table {self.id!r} has no month {k + 1}")
        return self.cell(row, self.months[k])

    def span(self, row: str) -> RangeAt:
        """All months of a row."""
        return self.across(row, self.months[0], self.months[-1])

    def put_months(self, row: str, values: Sequence[Any], style: str, formulas: Sequence[str] | None = None) -> None:
        """A value for each month, each with its formula where the row is computed."""
        for k, (key, value) in enumerate(zip(self.months, values, strict=True)):
            self.put(row, key, value, style, formula=formulas[k] if formulas else None)


def _twice(ids: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(id for id in ids if ids.count(id) > 1))
