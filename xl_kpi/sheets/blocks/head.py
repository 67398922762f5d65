"""The head of a page: its title, what the line below says, and the row of links to the other pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xl_kpi.sheets.blocks.stamp import once_old
from xl_kpi.sheets.context import UNSOUND, Context
from xl_kpi.sheets.excel_text import digits_wide, words
from xl_kpi.workbook.addresses import CellAt, quoted
from xl_kpi.workbook.cells.grid import MARK
from xl_kpi.workbook.sheet_kinds import REVIEW_MARK, REVIEW_SAID
from xl_kpi.workbook.spec import Condition, SheetSpec

TITLE_ROWS = 3  # links, title, the line below it
FIRST_COLUMN = 2  # the ids of the rows stand left of it
BLANK, TIGHT = 4, 1  # digits of room between two links, and at least where a column of its own begins
NARROW = 4.0  # a column of fewer digits parts two tables: no link begins there
WIDTH = 8.43  # of a column that nobody has set
OF_NUMBERS = "dashboard", "review", "tree", "channels", "agreement", "tab", "economics", "people"  # pages


@dataclass(frozen=True)
class Title:
    """The page's title with the line below it and the row of links on top.

    ``links`` are the columns in which the first links begin, where that is not left to the widths; ``most`` how
    many links there are (None: one to every page of the navigation).  ``dated``: the page shows what Python computed,
    so that the line says of which day that is once inputs have changed.
    """

    title: str
    subtitle: str
    links: Sequence[int] = ()
    most: int | None = None
    dated: bool = False


def head(
    ctx: Context, page: SheetSpec, title: Title, column: int = FIRST_COLUMN, *,
    title_style: str = "title", line_style: str = "subtitle", edge: int = 0,
) -> None:  # fmt: skip
    """Title, line below it and the row of links to the other pages.

    Arguments: ``column`` where the line begins: behind those that are printed again, cut, on each page; ``edge`` the
    last column that is printed, over which no link runs (0: that does not matter).
    """
    page.put(1, 1, f"{MARK}{page.key}", "key")
    page.put(2, FIRST_COLUMN, title.title, title_style)
    line = _line(ctx, page, title, CellAt(page.name, TITLE_ROWS, column))
    page.put(TITLE_ROWS, column, None if line else title.subtitle, line_style, formula=line)
    others = [ctx.sheet_names[kind.key] for kind in ctx.navigation if kind.key != page.key][: title.most]
    for place, name in zip(link_columns(others, page.widths, title.links, edge), others, strict=True):
        if place <= (page.column_breaks or [place])[0]:  # no printed page has links alone
            page.put(1, place, name, "nav")
            page.links[1, place] = f"#{quoted(name)}!A1"


def _line(ctx: Context, page: SheetSpec, title: Title, cell: CellAt) -> str | None:
    """Excel's text of the line below the title; None: no more than its words.

    Of pages that show what the plan comes to, first of all why that is wrong, where a number that can't be was pasted
    or text instead of one; then of which day the numbers are, once inputs have changed; else the words.
    """
    said = words(title.subtitle)[1:]
    line = said
    if title.dated:
        line = f'IF({REVIEW_MARK}<>"",{REVIEW_SAID}&"{ctx.t("stamp_old")}",{line})'
    if not ctx.leaving and page.key.partition(":")[0] in OF_NUMBERS:
        line = f'IF({UNSOUND}="",{line},{UNSOUND})'
        page.conditions.append(Condition(cell.to(cell).free, f'={UNSOUND}<>""', "warning"))
    if title.dated:
        once_old(page, cell.to(cell), "old_word")
    return None if line == said else f"={line}"


def link_columns(
    names: Sequence[str], widths: Mapping[int, float], first: Sequence[int] = (), edge: int = 0
) -> list[int]:
    """In which column each link begins: one of ``first`` while there are any, the others further right; where it has
    room, so that no two abut, and none runs over the ``edge`` of what is printed."""
    found: list[int] = []
    for place in range(len(names)):
        if not found:
            found.append(first[0] if first else FIRST_COLUMN)
            continue
        before = digits_wide(names[place - 1])
        free = [column for column in first if column >= _next(found[-1], before + TIGHT, widths)]
        column = free[0] if free else _next(found[-1], before + BLANK, widths)
        while not free and widths.get(column, WIDTH) < NARROW:
            column += 1
        if column <= edge < _next(column, digits_wide(names[place]), widths) - 1:
            column = edge + 1
        found.append(column)
    return found


def _next(column: int, needed: float, widths: Mapping[int, float]) -> int:
    """The first column behind a text that begins in ``column`` and may run over blank cells."""
    while needed > 0:
        needed -= widths.get(column, WIDTH)
        column += 1
    return column
