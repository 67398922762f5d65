"""SheetSpec: one sheet described as data; BookSpec: the whole workbook.  Pure, nothing is written here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from xl_kpi.errors import XlKpiError
from xl_kpi.workbook.addresses import absolute, quoted

MARGINS = (0.25, 0.25, 0.5, 0.6)  # of a printed page, in inches: left, right, top, bottom
CHART_NAME = "xl_kpi"  # begins the name of each of our charts
TYPED = ("input", "input_wrap")  # roles of the styles of cells in which somebody types


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: a constant (``value``), or a ``formula`` together with ``value``, Python's own result.

    A formula may stand alone (``value`` None): the calculation engine gives the number, nothing is compared while the
    workbook is built, and an independent test has to compute the same number another way.
    """

    value: Any = None
    formula: str | None = None  # with the leading "="
    style: str = "text"

    @property
    def typed(self) -> bool:
        """Whether somebody types there: such cells alone are not locked."""
        return self.style.partition(".")[0] in TYPED


@dataclass(frozen=True)
class Validation:
    """What may be typed into ``ref``.  ``kind``: list, decimal, whole, date, custom.

    A list is the words of ``formula1``, parted by commas, or the cells of this sheet that it names ("=$G$7:$I$7").
    """

    ref: str
    kind: str
    formula1: str
    formula2: str = ""
    operator: str = "between"
    title: str = ""
    error: str = ""
    prompt: str = ""


@dataclass(frozen=True)
class Condition:
    """A conditional format: ``formula`` (relative to the first cell of ``ref``) paints with a style's colours."""

    ref: str
    formula: str
    style: str


@dataclass(frozen=True)
class Series:
    """How one row of a chart's source is drawn: column_stacked, column_clustered, bar_stacked, line or line_markers."""

    kind: str = "column_stacked"
    secondary: bool = False
    color: str = ""


@dataclass(frozen=True)
class Chart:
    """A chart placed over ``ref``.

    ``source`` is one block (with its sheet): categories in the first row, names in the first column, one
    series a row.  One block, because that is the only source that every host of xlwings can set.
    """

    ref: str
    title: str
    source: str
    series: tuple[Series, ...]
    axis_title: str = ""
    secondary_title: str = ""
    number_format: str = "#,##0"
    category_format: str = "yyyy/mm"
    # of the axis: a scale that starts elsewhere makes small differences look large; None: as the numbers need
    minimum: float | None = 0
    maximum: float | None = None  # None: as the numbers need
    legend: bool = True  # where there is more than one series


@dataclass
class SheetSpec:
    """One sheet.  Built by the modules in ``xl_kpi.sheets``; the renderer alone puts it into a workbook."""

    key: str  # stable: that of its row in ``sheet_kinds``, or tab:<channel id>
    name: str  # as on the tab
    role: str = "result"  # as in ``sheet_kinds``: decides the tab colour
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)  # (row, column), both from 1
    widths: dict[int, float] = field(default_factory=dict)  # column -> characters
    heights: dict[int, float] = field(default_factory=dict)  # row -> points
    merges: list[str] = field(default_factory=list)
    validations: list[Validation] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    links: dict[tuple[int, int], str] = field(default_factory=dict)  # cell -> "#'sheet'!A1"
    freeze: str = ""
    print_area: str = ""  # all that is ours
    print_rows: int = 0  # the last row that is printed, where that is less; 0: all
    # last row and last column of each part that is printed on pages of its own, from top to bottom; none: all as one
    print_parts: list[tuple[int, int]] = field(default_factory=list)
    print_title_rows: str = ""
    print_title_columns: str = ""
    landscape: bool = True
    fit_width: int = 1  # pages
    fit_height: int = 1  # pages; 0 = as many as it takes
    folds: list[tuple[int, int]] = field(default_factory=list)  # a row, and the last of those that fold into it
    zoom: int = 0  # percent at which it is printed; 0: what makes it fit on these pages
    row_breaks: list[int] = field(default_factory=list)
    column_breaks: list[int] = field(default_factory=list)  # only where there is a zoom: else nobody heeds them
    filter: str = ""  # header and rows that can be narrowed down by arrows in the header
    hidden: bool = False
    protected: bool = True  # else rows may be put in, sorted and deleted, and nothing on it is ours to guard
    grows: bool = False  # a table on it grows by typing: though it is guarded, rows may be put in
    default_height: float = 18.0

    def put(self, row: int, column: int, value: Any = None, style: str = "text", *, formula: str | None = None) -> None:
        """Set one cell.  Arguments: ``value`` and ``formula`` as for ``Cell``: both, a constant, or a formula alone."""
        there = self.cells.get((row, column))
        if there is not None and there.value is not None:
            raise XlKpiError(f"{self.key}: row {row}, column {column} is set twice")
        self.cells[row, column] = Cell(value, formula, style)

    @property
    def printed(self) -> str:
        """What of it is printed: one area, or several with commas between them."""
        tops = [1, *(last + 1 for last, _ in self.print_parts)]
        parts = [f"$A${top}:{absolute(*corner)}" for top, corner in zip(tops, self.print_parts)]
        return ",".join(parts) or part_of(self.print_area, self.print_rows)

    def ref(self, row: int, column: int, last_row: int | None = None, last_column: int | None = None) -> str:
        """The address as other sheets write it: ``'逆算'!$C$5`` or ``'逆算'!$C$5:$H$5``."""
        address = absolute(row, column)
        if last_row is not None:
            address += ":" + absolute(last_row, last_column if last_column is not None else column)
        return f"{quoted(self.name)}!{address}"


@dataclass
class BookSpec:
    """The whole workbook: sheets in order and the defined names (name -> reference without "=")."""

    title: str
    lang: str
    sheets: list[SheetSpec]
    names: dict[str, str] = field(default_factory=dict)

    def sheet(self, key: str) -> SheetSpec:
        return next(sheet for sheet in self.sheets if sheet.key == key)


def part_of(area: str, last: int) -> str:
    """The rows of an area up to the last one that is printed (0: all of it)."""
    return f"{area.rpartition('$')[0]}${last}" if last else area
