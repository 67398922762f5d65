"""One sheet: its ranges, its charts, how it is shown, printed and protected."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet
from xlwings import NoSuchObjectError, base_classes

from xl_kpi.engine.chart import Charts
from xl_kpi.engine.range import MAX_COLUMNS, MAX_ROWS, Range, parse_address

_AREA = re.compile(r"!([$A-Z\d:]+)(?=,|$)")  # of those that are printed
_A4 = 9
_FORBIDDEN = re.compile(r"[\\/?*\[\]:]")


class Sheet(base_classes.Sheet):
    """A sheet of a book; ``sheet.api`` is this object, with the methods that xlwings has no word for."""

    def __init__(self, book: Any, ws: Worksheet) -> None:
        self._book = book
        self.ws = ws

    @property
    def api(self) -> Sheet:
        return self

    @property
    def book(self) -> Any:
        return self._book

    @property
    def formulas(self) -> Worksheet:
        """The same sheet with formulas in place of their stored results."""
        return self.ws if self._book.formulas is self._book.wb else self._book.formulas[self.ws.title]

    @property
    def name(self) -> str:
        return self.ws.title

    @name.setter
    def name(self, value: str) -> None:
        self._book.writable()
        taken = {ws.title.casefold() for ws in self._book.wb.worksheets if ws is not self.ws}
        if not value or len(value) > 31 or _FORBIDDEN.search(value) or value[0] == "'" or value[-1] == "'":
            raise ValueError(f"not a sheet name: {value!r} (1 to 31 characters, none of \\ / ? * [ ] :)")
        if value.casefold() in taken:
            raise ValueError(f"a sheet named {value!r} is there already")
        self.ws.title = value

    @property
    def index(self) -> int:
        return self._book.wb.worksheets.index(self.ws) + 1

    def range(self, arg1: Any, arg2: Any = None) -> Range:
        """A range by address, defined name, (row, column), or two corners given as tuples or ranges."""
        if arg2 is not None:
            corners = [(c.row, c.column, *c.last) if isinstance(c, Range) else (*c, *c) for c in (arg1, arg2)]
            rows = [row for corner in corners for row in corner[0::2]]
            columns = [column for corner in corners for column in corner[1::2]]
            return Range(self, min(rows), min(columns), max(rows), max(columns))
        if isinstance(arg1, Range):
            return arg1
        if isinstance(arg1, str):
            box = parse_address(arg1)
            if box is None:
                if not self._book.names.contains(arg1):
                    raise NoSuchObjectError(f"The address/named range {arg1!r} doesn't exist.")
                return self._book.names(arg1).refers_to_range
            return Range(self, *box, arg1)
        if len(arg1) == 4:  # row, column, number of rows, number of columns
            row, column, rows, columns = arg1
            return Range(self, row, column, row + rows - 1, column + columns - 1)
        return Range(self, *arg1, *arg1)

    @property
    def cells(self) -> Range:
        return Range(self, 1, 1, MAX_ROWS, MAX_COLUMNS)

    @property
    def used_range(self) -> Range:
        ws = self.ws
        return Range(self, ws.min_row, ws.min_column, ws.max_row, ws.max_column)

    @property
    def charts(self) -> Charts:
        return Charts(self)

    @property
    def freeze_panes(self) -> FreezePanes:
        return FreezePanes(self)

    @property
    def page_setup(self) -> PageSetup:
        return PageSetup(self)

    @property
    def visible(self) -> bool:
        return self.ws.sheet_state == "visible"

    @visible.setter
    def visible(self, value: bool) -> None:
        self._book.writable()
        self.ws.sheet_state = "visible" if value else "hidden"

    @property
    def show_gridlines(self) -> bool:
        return self.ws.sheet_view.showGridLines is not False

    @show_gridlines.setter
    def show_gridlines(self, value: bool) -> None:
        self._book.writable()
        self.ws.sheet_view.showGridLines = value

    def activate(self) -> None:
        self._book.writable().active = self._book.wb.index(self.ws)

    select = activate

    def clear(self) -> None:
        self.used_range.clear()

    def clear_contents(self) -> None:
        self.used_range.clear_contents()

    def delete(self) -> None:
        wb = self._book.writable()
        if len(wb.worksheets) == 1:
            raise ValueError("the last sheet of a book can't be deleted")
        self._book.charts.pop(self.ws, None)
        wb.remove(self.ws)

    # ---- beyond xlwings -------------------------------------------------------------------------------

    def set_styles(self, names: Mapping[tuple[int, int], str]) -> None:
        """Give cells, by (row, column), the named styles that ``book.api.define_styles`` made.

        Blank cells get one too (borders, fills).  A text that needs its quote mark keeps it.  All cells of a
        style share one style array, so this is the fast way for whole sheets.
        """
        self._book.writable()
        ws, cells, styles = self.ws, self.ws._cells, self._book.styles
        ready = {name: styles.array(name) for name in set(names.values())}
        for key, name in names.items():
            cell = cells.get(key)
            if cell is None:
                cell = cells[key] = Cell(ws, *key)
            before = cell._style
            cell._style = styles.array(name, quoted=True) if before is not None and before.quotePrefix else ready[name]

    def setup(
        self,
        *,
        tab_color: str | None = None,
        landscape: bool = True,
        fit_width: int = 1,
        fit_height: int = 0,
        print_title_rows: str | None = None,
        print_title_columns: str | None = None,
        header: Sequence[str] = ("", "", ""),
        footer: Sequence[str] = ("", "", ""),
        zoom: int = 0,
        row_breaks: Sequence[int] = (),
        column_breaks: Sequence[int] = (),
        center_horizontally: bool = False,
        margins: tuple[float, float, float, float] = (0.25, 0.25, 0.5, 0.6),
    ) -> None:
        """How the sheet is printed, on A4, and the colour of its tab.

        ``tab_color`` "RRGGBB"; ``fit_width`` and ``fit_height`` in pages, 0 for as many as it takes;
        ``print_title_rows`` "1:4" and ``print_title_columns`` "A:D" are repeated on each page; ``header`` and
        ``footer`` left, centre and right, with Excel's codes (&P page, &N pages, &D date, && an ampersand);
        ``zoom`` in percent, in place of both; ``row_breaks`` and ``column_breaks`` the rows and columns after which a
        page ends; ``margins`` left, right, top, bottom in inches.  Pages side by side follow each other.
        """
        self._book.writable()
        ws = self.ws
        ws.sheet_properties.tabColor = "FF" + tab_color if tab_color else None
        ws.sheet_properties.pageSetUpPr.fitToPage = not zoom
        ws.page_setup.paperSize = _A4
        ws.page_setup.orientation = "landscape" if landscape else "portrait"
        ws.page_setup.pageOrder = "overThenDown"
        if zoom:
            ws.page_setup.scale = zoom
        else:
            ws.page_setup.fitToWidth, ws.page_setup.fitToHeight = fit_width, fit_height
        ws.print_options.horizontalCentered = center_horizontally or None
        ws.print_title_rows = print_title_rows or None
        ws.print_title_cols = print_title_columns or None
        left, right, top, bottom = margins
        ws.page_margins = PageMargins(left=left, right=right, top=top, bottom=bottom, header=0.3, footer=0.3)
        for item, parts in ((ws.oddHeader, header), (ws.oddFooter, footer)):
            _fill(item, parts)
        for row in row_breaks:
            ws.row_breaks.append(Break(id=row))
        for column in column_breaks:
            ws.col_breaks.append(Break(id=column, max=MAX_ROWS - 1))

    def filter(self, address: str) -> None:
        """Arrows in the first row of ``address`` by which its rows are narrowed down, on a protected sheet, too."""
        self._book.writable()
        self.ws.auto_filter.ref = address
        self.ws.protection.autoFilter = False  # False: not forbidden

    def protect(self, *, grows: bool = False) -> None:
        """Guard against slips, without a password: cells may be selected, columns and rows resized.

        ``grows``: rows may be put in as well.
        """
        self._book.writable()
        protection = self.ws.protection
        protection.sheet = protection.objects = protection.scenarios = True
        protection.selectLockedCells = protection.selectUnlockedCells = False  # False: not forbidden
        protection.formatColumns = protection.formatRows = False
        protection.insertRows = not grows

    def default_row_height(self, points: float) -> None:
        """The height of every row that has none of its own."""
        self._book.writable()
        self.ws.sheet_format.defaultRowHeight = points
        self.ws.sheet_format.customHeight = True

    def summary(self, *, left: bool = False, above: bool = False) -> None:
        """On which side of a group its folding button stands: left of the columns, above the rows."""
        self._book.writable()
        self.ws.sheet_properties.outlinePr.summaryRight = not left
        self.ws.sheet_properties.outlinePr.summaryBelow = not above

    def fold(self, row: int, last: int) -> None:
        """Put the rows below ``row`` away, up to ``last``: its button brings them back."""
        self.summary(above=True)
        for number in range(row + 1, last + 1):
            dimension = self.ws.row_dimensions[number]
            dimension.outlineLevel, dimension.hidden = 1, True
        self.ws.row_dimensions[row].collapsed = True

    def zoom(self, percent: int) -> None:
        """The magnification at which the sheet opens."""
        self._book.writable()
        self.ws.sheet_view.zoomScale = self.ws.sheet_view.zoomScaleNormal = percent


def _fill(item: HeaderFooterItem, parts: Sequence[str]) -> None:
    for part, text in zip((item.left, item.center, item.right), parts, strict=True):
        part.text = text or None


class FreezePanes(base_classes.FreezePanes):
    """The rows and columns that stay in view."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    def freeze_at(self, frozen_range: str) -> None:
        """Freeze the rows and columns of this range, as in Office: "A1:B4" keeps four rows and two columns."""
        self.sheet.book.writable()
        area = self.sheet.range(frozen_range)
        last_row, last_column = area.last
        row = 1 if last_row == MAX_ROWS else last_row + 1
        column = 1 if last_column == MAX_COLUMNS else last_column + 1
        self.sheet.ws.freeze_panes = f"{get_column_letter(column)}{row}"

    def unfreeze(self) -> None:
        self.sheet.book.writable()
        self.sheet.ws.freeze_panes = None


class PageSetup(base_classes.PageSetup):
    """The printed area (the rest of the page set-up is ``sheet.api.setup``)."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    @property
    def api(self) -> Sheet:
        return self.sheet

    @property
    def print_area(self) -> str | None:
        area = self.sheet.ws.print_area
        return ",".join(_AREA.findall(area)) if area else None

    @print_area.setter
    def print_area(self, value: str | None) -> None:
        self.sheet.book.writable()
        self.sheet.ws.print_area = value
