"""A page as blocks, one below the other: where each stands, and the sheet that comes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xl_kpi.catalog import keys_of
from xl_kpi.errors import XlKpiError
from xl_kpi.sheets.blocks import fitting, paper
from xl_kpi.sheets.blocks.head import FIRST_COLUMN, TITLE_ROWS, Title, head
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.excel_text import digits_wide
from xl_kpi.workbook.addresses import CellAt, absolute, column_letters, relative
from xl_kpi.workbook.spec import Cell, SheetSpec
from xl_kpi.workbook.theme import style

BLANK_ROWS = 3  # of those that wait for what will be typed


class Block:
    """One part of a page.  ``above`` is how many blank rows part it from what stands over it."""

    is_chart = False

    def __init__(self, id: str, above: int = 1):
        self.id, self.above = id, above
        self._sheet, self._top = "", 0

    @property
    def rows(self) -> int:
        """How many rows it takes."""
        raise NotImplementedError

    @property
    def columns(self) -> int:
        """How many columns it takes, from ``FIRST_COLUMN`` on; 0: as many as the others."""
        return 0

    def place(self, ctx: Context, sheet: str, top: int) -> None:
        """Stand on a sheet, from a row on."""
        self._sheet, self._top = sheet, top

    @property
    def top(self) -> int:
        """Its first row."""
        if not self._top:
            raise XlKpiError(f"block {self.id!r} stands on no page yet")
        return self._top

    def at(self, down: int, right: int) -> CellAt:
        """The cell so many rows and columns from its corner."""
        return CellAt(self._sheet, self.top + down, FIRST_COLUMN + right)

    def draw(self, ctx: Context, page: SheetSpec, last_column: int) -> None:
        """Its cells with all that goes with them; ``last_column`` is that of the page."""
        raise NotImplementedError

    def finish(self, page: SheetSpec) -> None:
        """What concerns the page as a whole: frozen panes, repeated rows, filters."""

    @property
    def groups(self) -> Sequence[int]:
        """The rows at which a group of rows begins that one printed page is to hold; none: any row may begin a page."""
        return ()

    @property
    def filled(self) -> int:
        """The last row in which something stands, where rows without anything follow it; 0: none does."""
        return 0

    @property
    def titled(self) -> int:
        """The row that is repeated where the block goes on over several pages; 0: none."""
        return 0


class Layout:
    """The blocks of one page.

    Arguments: ``key`` of the sheet; ``pages_apart`` whether each block is printed from the top of a page of its own;
    ``unless`` the last block, which is printed unless that takes another page; ``settings`` as for ``SheetSpec``
    (fit_height, landscape …).
    Errors: XlKpiError for two blocks with the same id, and for a block that stands on another page already.
    """

    def __init__(
        self,
        ctx: Context,
        key: str,
        title: Title,
        *blocks: Block,
        pages_apart: bool = False,
        unless: str = "",
        **settings: Any,
    ):
        self._ctx, self._key, self._title, self._settings = ctx, key, title, settings
        self._unless, self._blocks = unless, dict[str, Block]()
        self._breaks: list[int] = []
        row = TITLE_ROWS + 1
        for block in blocks:
            if block.id in self._blocks:
                raise XlKpiError(f"{key}: two blocks are called {block.id!r}")
            if pages_apart and self._blocks:
                self._breaks.append(row + block.above - 1)
            self._blocks[block.id] = block
            block.place(ctx, ctx.sheet_names[key], row + block.above)
            row += block.above + block.rows
        self.last_row = row - 1
        self.last_column = FIRST_COLUMN - 1 + max((block.columns for block in blocks), default=1)

    def block(self, id: str) -> Block:
        """The block with this id."""
        if id not in self._blocks:
            raise XlKpiError(f"{self._key}: no block is called {id!r}; there are {', '.join(self._blocks)}")
        return self._blocks[id]

    def sheet(self, heights: Mapping[int, float] | None = None, folds: Sequence[tuple[int, int]] = ()) -> SheetSpec:
        """The page with everything that the blocks hold by now.

        Arguments: ``heights`` in points of rows that are filled afterwards; ``folds`` as for ``SheetSpec``.
        """
        ctx, title = self._ctx, self._title
        page = ctx.sheet(self._key, **self._settings)
        page.folds.extend(folds)
        for block in self._blocks.values():
            block.draw(ctx, page, self.last_column)
        fitting.fit(page)
        column = paper.behind_titles(page)
        apart = column > FIRST_COLUMN
        look = self._title_style(page, column) if apart else "title"
        head(ctx, page, title, column, title_style=look, edge=self.last_column)
        if apart:
            if column > FIRST_COLUMN + 1:
                page.merges.append(f"{relative(2, FIRST_COLUMN)}:{relative(2, column - 1)}")
            self._uncut(page, column)
        page.print_area = f"$A$1:{absolute(self.last_row, self.last_column)}"
        page.freeze = relative(TITLE_ROWS + 1, 1)
        page.heights.update(heights or {})
        page.row_breaks.extend(self._breaks)
        for block in self._blocks.values():
            block.finish(page)
        if not self._breaks:
            self._end_pages(page)
        page.print_parts = paper.parts(page, self.last_column, page.print_rows or self.last_row)
        return page

    def _title_style(self, page: SheetSpec, behind: int) -> str:
        """That of a title which stands in the columns that are printed again: two lines where one would be small."""
        room = sum(page.widths.get(column, 8.43) for column in range(FIRST_COLUMN, behind))
        wide = digits_wide(self._title.title) * 1.06  # bold
        return "title_lines" if wide * style("title_lines").size / 11 > room else "title_fit"

    def _uncut(self, page: SheetSpec, behind: int) -> None:
        """Long headings and lines begin behind the columns that are printed again, where they would be cut."""
        room = sum(page.widths.get(column, 8.43) for column in range(FIRST_COLUMN, behind))
        for (row, column), cell in [*page.cells.items()]:
            there = page.cells.get((row, behind))
            if column == FIRST_COLUMN and cell.style in ("section", "note_line") and not (there and there.value):
                if digits_wide(str(cell.value or "")) * style(cell.style).size / 10 > room:
                    page.cells[row, behind] = cell
                    page.cells[row, column] = Cell(None, None, cell.style)
                    if page.column_breaks and cell.style == "note_line":
                        paper.in_lines(page, row, behind, self.last_column)

    def _end_pages(self, page: SheetSpec) -> None:
        """Where the printed pages end: between blocks, if one page would be too small to read."""
        asked = page.fit_height
        pages = self._lowered(page, asked)
        if self._unless:
            page.print_rows = self.block(self._unless).top - 2
            if self._lowered(page, asked) >= pages:
                page.print_rows = 0
                self._lowered(page, asked)
        elif self._blocks and (filled := [*self._blocks.values()][-1].filled):
            self._leave_blank(page, filled, asked)

    def _leave_blank(self, page: SheetSpec, filled: int, asked: int) -> None:
        """Print blank rows at the end as long as that costs no page: three at least, and as many as it has room for.

        Arguments: ``filled`` the last row in which something stands.
        """
        ends = {}
        for last in (filled, min(filled + BLANK_ROWS, self.last_row)):
            page.print_rows = last
            ends[last] = self._lowered(page, asked), page.fit_height
        if ends[filled] != ends[last]:
            page.print_rows = filled
            self._lowered(page, asked)
        if not page.fit_height:
            page.print_rows = paper.last_on_page(page, page.print_rows, self.last_row, self.last_column)
        page.print_rows = page.print_rows % self.last_row  # 0: all of it

    def _lowered(self, page: SheetSpec, asked: int) -> int:
        """End the pages, charts lower where that saves one; result: how many ends they have."""
        charts = [block for block in self._printed(page) if block.is_chart]
        rows = [row for block in charts for row in range(block.top, block.top + block.rows)]
        heights = [page.default_height * part for part in (paper.LOWER if rows else (1.0,))]
        return paper.lower(page, rows, heights, lambda: self._pages(page, asked))

    def _printed(self, page: SheetSpec) -> list[Block]:
        last = page.print_rows or self.last_row
        return [block for block in self._blocks.values() if block.top <= last]

    def _pages(self, page: SheetSpec, asked: int) -> int:
        """End the pages; result: how many ends they have.  ``asked``: pages in height that are wanted, 0 for any."""
        page.fit_height, page.zoom, page.row_breaks = asked, 0, []
        last = page.print_rows or self.last_row
        whole, tall = paper.room(page, self.last_column), paper.height(page, 1, last)
        if asked and not page.column_breaks:
            page.fit_height = int(paper.fits_one(page, self.last_column, last) or tall <= whole * paper.TALLER)
        if page.column_breaks or not page.fit_height:
            page.fit_height, found = 0, lambda: self._row_breaks(page)
            page.row_breaks = found() if page.fit_width > 1 else paper.zoom(page, self.last_column, found)
        return len(page.row_breaks)

    def _row_breaks(self, page: SheetSpec) -> list[int]:
        whole, shown = paper.room(page, self.last_column), self._printed(page)
        parts: list[tuple[int, int]] = []
        groups = {block.top: block.groups for block in shown if block.groups}
        for block in shown:
            last = min(block.top + block.rows - 1, page.print_rows or self.last_row)
            if parts and (isinstance(block, Words) or not block.above):  # it belongs to what stands over it
                parts[-1] = (parts[-1][0], last)
                if block.top in groups:
                    groups[parts[-1][0]] = groups.pop(block.top)
            else:
                parts.append((block.top, last))
        for block in shown:  # the months stay in sight where a table goes on overleaf
            if (
                block.titled
                and block.groups
                and page.print_title_rows in ("", (own := f"${block.titled}:${block.titled}"))
            ):
                longer = paper.height(page, block.top, block.top + block.rows - 1) > whole
                page.print_title_rows = own if longer else ""
        header = int(page.print_title_rows.rpartition("$")[2] or 0)
        repeated = paper.height(page, header, header) if header else 0.0
        return paper.breaks(page, parts, whole, repeated, groups, {block.top for block in shown if block.is_chart})


NOTE = "note:"  # begins the row id of a text that says something of the plan


class Words(Block):
    """A text in a row of its own; ``height`` makes it run over the width of the page in several lines.

    ``columns`` how many it takes (0: as many as the others; where nothing else on the page has any, it would be none);
    ``behind`` the columns that are printed on each page, where it would be cut.
    Special cases: a text in which something of the plan stands is not known by its words once the plan has changed,
    so its row has an id; else it were taken for the user's in an open book.
    """

    def __init__(
        self, id: str, text: str, *, above: int = 1, height: float | None = None, columns: int = 0,
        behind: bool = False,
    ):  # fmt: skip
        super().__init__(id, above)
        self._behind = behind
        self._text, self._height, self._columns = text, height, columns

    @property
    def rows(self) -> int:
        return 1

    @property
    def columns(self) -> int:
        return self._columns

    def draw(self, ctx: Context, page: SheetSpec, last_column: int) -> None:
        if not keys_of(self._text):
            page.put(self.top, 1, f"{NOTE}{self.id}", "key")
        if self._height is None:
            column = paper.behind_titles(page) if self._behind else FIRST_COLUMN
            page.put(self.top, column, self._text, "note_line")
            return
        for column in range(FIRST_COLUMN, last_column + 1):
            page.put(self.top, column, self._text if column == FIRST_COLUMN else None, "note")
        page.merges.append(f"{self.at(0, 0).free}:{column_letters(last_column)}{self.top}")
        page.heights[self.top] = self._height
