"""What the xlwings API has no word for, for each host: named styles, tab colours, print setup, protection.

The renderer calls these methods only here.  ``FileHost`` is our engine, which writes files; ``PlainHost``
is every other host (Excel on the Mac, xlwings Lite), where formats are set one by one and the rest keeps the
host's defaults; ``host_com.ComHost`` is Excel for Windows.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from xl_kpi.workbook.addresses import absolute, column_letters, quoted
from xl_kpi.workbook.cells.moves import Moves
from xl_kpi.workbook.spec import MARGINS, SheetSpec
from xl_kpi.workbook.theme import FONTS, TAB_COLOURS, Style, style
from xl_kpi.workbook.writing.lambdas import lambda_names

FOOTER_DIGITS = (78, 114)  # across an upright page and one that lies, of 11 points, in the widest of its fonts
Styles = dict[tuple[int, int], str]


class PlainHost:
    """Formats through the xlwings API alone."""

    functions = True  # False: those of xlwings Lite answer, so that none of the same name may stand beside them
    follows: tuple[str, ...] = ()  # kinds of objects on the user's sheets that ``follow`` takes care of

    def __init__(self, book: Any):
        self.book = book

    def start(self, names: set[str], lang: str) -> None:
        """Called once, before the first sheet."""
        self.lang = lang

    def add_functions(self) -> None:
        """The functions as LAMBDA names, for an Excel without Python."""
        there = {name.name.casefold() for name in self.book.names}
        for name, (refers_to, _) in lambda_names(self.lang, as_typed=True).items():
            if name.casefold() not in there:
                self.book.names.add(name, "=" + refers_to)

    def start_sheet(self, sheet: Any, spec: SheetSpec) -> None:
        """Called before the sheet's contents: what places and sizes depend on."""

    def write(self, area: Any, matrix: list[list[Any]]) -> None:
        """Formulas, and constants as they are typed; what is None stays blank."""
        area.formula = matrix

    def chart_source(self, chart: Any, source: Any) -> None:
        """One series a row of ``source``; names in the first column, categories in the first row."""
        chart.set_source_data(source, plot_by="rows")

    def paint(self, sheet: Any, styles: Styles) -> None:
        """Give every cell its style."""
        for name, areas in rectangles(styles).items():
            look = style(name)
            for area in areas:
                self._attributes(sheet.range(area), look)

    def _attributes(self, area: Any, look: Style) -> None:
        area.font.name = FONTS[self.lang][1 if self.lang == "ja" else 0]
        area.font.size, area.font.bold, area.font.italic = look.size, look.bold, look.italic
        area.font.color = "#" + look.color
        if look.fill:
            area.color = "#" + look.fill
        area.number_format = look.number_format
        area.horizontal_alignment, area.vertical_alignment = look.align, look.valign
        area.wrap_text = look.wrap
        for side, line, color in look.borders:
            weight = {"thin": "thin", "medium": "medium", "hair": "hairline"}.get(line, "thin")
            area.borders.set(f"edge_{side}", line_style="continuous", weight=weight, color="#" + color)
            inside = "inside_vertical" if side in ("left", "right") else "inside_horizontal"
            area.borders.set(inside, line_style="continuous", weight=weight, color="#" + color)

    def validation(self, area: Any, title: str, error: str, prompt: str) -> None:
        """The words of a validation; hosts without them show Excel's own."""

    def finish_sheet(self, sheet: Any, spec: SheetSpec, title: str) -> None:
        """Tab colour, print setup, protection: left as the host has them."""

    def show(self, sheet: Any) -> None:
        """The sheet on which the book opens."""
        sheet.activate()

    # ---- writing into an open book --------------------------------------------------------------------

    def formula(self, cell: Any, known: str) -> str:
        """A formula of the user's in the form in which ``put`` takes it; ``known`` is how xlwings tells it."""
        return known

    def put(self, cell: Any, formula: str) -> None:
        """Write a formula into a cell."""
        cell.formula = formula

    def remember(self, sheets: Sequence[Any]) -> None:
        """What on the user's own ``sheets`` points at ours and is no cell; called before anything is changed."""

    def follow(self, moves: Moves) -> None:
        """Point it at the new sheets, while the old ones are still there."""

    def lock(self, sheet: Any, spec: SheetSpec) -> None:
        """Protect a sheet on which everything stands."""


class FileHost(PlainHost):
    """Our engine: everything is written into the file."""

    def start(self, names: set[str], lang: str) -> None:
        self.lang = lang
        api = self.book.api
        api.font = FONTS[lang]
        api.define_styles({name: style(name) for name in sorted(names)})

    def add_functions(self) -> None:
        for name, (refers_to, comment) in lambda_names(self.lang).items():
            self.book.names.add(name, "=" + refers_to)
            self.book.api.name_comment(name, comment)

    def start_sheet(self, sheet: Any, spec: SheetSpec) -> None:
        sheet.api.default_row_height(spec.default_height)

    def write(self, area: Any, matrix: list[list[Any]]) -> None:
        area.impl.formula = matrix  # xlwings looks for values of other libraries on the way: there are none

    def chart_source(self, chart: Any, source: Any) -> None:
        name, (rows, columns) = quoted(source.sheet.name), source.shape
        top, left = source.row, source.column

        def line(row: int) -> str:
            return f"{name}!{absolute(row, left + 1)}:{absolute(row, left + columns - 1)}"

        for row in range(top + 1, top + rows):
            chart.api.add_series(f"={name}!{absolute(row, left)}", line(row), line(top))

    def paint(self, sheet: Any, styles: Styles) -> None:
        sheet.api.set_styles(styles)

    def show(self, sheet: Any) -> None:
        sheet.api.activate()  # xlwings' own asks for a running Excel

    def validation(self, area: Any, title: str, error: str, prompt: str) -> None:
        area.data_validation.api.set_messages(title, error, prompt)

    def finish_sheet(self, sheet: Any, spec: SheetSpec, title: str) -> None:
        api = sheet.api
        api.setup(
            tab_color=TAB_COLOURS[spec.role],
            landscape=spec.landscape,
            fit_width=spec.fit_width,
            fit_height=spec.fit_height,
            print_title_rows=spec.print_title_rows,
            print_title_columns=spec.print_title_columns,
            header=("", "", ""),
            footer=(beside_name(title, spec), "&A", "&D   &P / &N"),
            zoom=spec.zoom,
            row_breaks=spec.row_breaks,
            column_breaks=spec.column_breaks,
            margins=MARGINS,
        )
        for row, last in spec.folds:
            api.fold(row, last)
        if spec.filter:
            api.filter(spec.filter)
        if spec.protected:
            api.protect(grows=spec.grows)


def beside_name(title: str, spec: SheetSpec) -> str:
    """A plan's title as the footer of a page has room for it, left of the sheet's name in the middle; "…" ends it
    where there is none for all of it.

    Example: 60 letters on an upright page, whose name has ten: the first 31 and "…".
    """
    room = (FOOTER_DIGITS[spec.landscape] - sum(map(_digits, spec.name))) // 2 - 2
    ends = [*accumulate(map(_digits, title))]
    return title if not ends or ends[-1] <= room else title[: bisect_right(ends, room - 1)].rstrip() + "…"


def _digits(char: str) -> int:
    return 2 if ord(char) > 0x2E7F else 1


def rectangles(styles: Styles) -> dict[str, list[str]]:
    """Cells of one style gathered into as few rectangles as a row-wise sweep finds (A1 addresses)."""
    runs: dict[tuple[str, int, int], list[int]] = defaultdict(list)
    rows: dict[int, dict[int, str]] = defaultdict(dict)
    for (row, column), name in styles.items():
        rows[row][column] = name
    for row in sorted(rows):
        line = rows[row]
        start = previous = min(line)
        for column in sorted(line):
            if column > previous + 1 or line[column] != line[previous]:
                runs[line[start], start, previous].append(row)
                start = column
            previous = column
        runs[line[start], start, previous].append(row)
    found: dict[str, list[str]] = defaultdict(list)
    for (name, left, right), lines in runs.items():
        top = lines[0]
        for here, following in zip(lines, [*lines[1:], 0]):
            if following != here + 1:
                found[name].append(f"{column_letters(left)}{top}:{column_letters(right)}{here}")
                top = following
    return dict(found)
