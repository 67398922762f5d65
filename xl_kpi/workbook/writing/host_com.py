"""Excel for Windows: what its object model can do beyond the xlwings API, for sheets written into an open book.

Members are called as Excel's object model has them.  Looks are never a reason to stop: where this version of Excel
knows a member not, the sheet keeps Excel's defaults.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from xl_kpi.workbook.cells.moves import Moves
from xl_kpi.workbook.cells.references import LOST
from xl_kpi.workbook.spec import SheetSpec
from xl_kpi.workbook.theme import TAB_COLOURS, Style
from xl_kpi.workbook.writing.host import PlainHost, beside_name
from xl_kpi.workbook.writing.lambdas import lambda_names

# Excel's own numbers (XlPageOrientation, XlPaperSize, XlOrder, XlSummaryRow)
LANDSCAPE, PORTRAIT, A4, OVER_THEN_DOWN, ABOVE = 2, 1, 9, 2, 0


class ComHost(PlainHost):
    """Everything that a file of ours has: messages beside cells, print set-up, tab colour, protection."""

    follows = ("charts",)

    def __init__(self, book: Any):
        super().__init__(book)
        self._series: list[tuple[Any, str]] = []

    def add_functions(self) -> None:
        super().add_functions()
        comments = {name.casefold(): comment for name, (_, comment) in lambda_names(self.lang).items()}
        for name in self.book.names:
            with looks():
                if name.name.casefold() in comments:
                    name.api.Comment = comments[name.name.casefold()]

    def start_sheet(self, sheet: Any, spec: SheetSpec) -> None:
        with looks():
            sheet.api.Cells.RowHeight = spec.default_height

    def _attributes(self, area: Any, look: Style) -> None:
        super()._attributes(area, look)
        with looks():
            area.api.Locked = look.locked
            area.api.ShrinkToFit = look.shrink
            if look.indent:
                area.api.IndentLevel = look.indent

    def validation(self, area: Any, title: str, error: str, prompt: str) -> None:
        with looks():
            rule = area.api.Validation
            rule.ErrorTitle, rule.ErrorMessage = title, error
            rule.ShowError = bool(error)  # without words it refuses nothing
            rule.InputTitle, rule.InputMessage = (title, prompt) if prompt else ("", "")

    def finish_sheet(self, sheet: Any, spec: SheetSpec, title: str) -> None:
        with looks():
            sheet.api.Tab.Color = _bgr(TAB_COLOURS[spec.role])
        with looks():
            self._print(sheet.api.PageSetup, spec, title)
        with looks():
            for row in spec.row_breaks:
                sheet.api.HPageBreaks.Add(sheet.range((row + 1, 1)).api)
            for column in spec.column_breaks:
                sheet.api.VPageBreaks.Add(sheet.range((1, column + 1)).api)
        for row, last in spec.folds:
            with looks():
                folded = sheet.range(f"{row + 1}:{last}").api.EntireRow
                sheet.api.Outline.SummaryRow = ABOVE
                folded.Group()
                folded.Hidden = True
        if spec.filter:
            with looks():
                sheet.range(spec.filter).api.AutoFilter()

    @staticmethod
    def _print(page: Any, spec: SheetSpec, title: str) -> None:
        page.PaperSize = A4
        page.Orientation = LANDSCAPE if spec.landscape else PORTRAIT
        page.Zoom = spec.zoom or False  # with one Excel heeds no number of pages
        if not spec.zoom:
            page.FitToPagesWide = spec.fit_width or False
            page.FitToPagesTall = spec.fit_height or False
        page.Order = OVER_THEN_DOWN
        page.PrintTitleRows = _fixed(spec.print_title_rows)
        page.PrintTitleColumns = _fixed(spec.print_title_columns)
        page.LeftFooter, page.CenterFooter, page.RightFooter = (
            beside_name(title, spec).replace("&", "&&"),
            "&A",
            "&D   &P / &N",
        )

    # ---- writing into an open book --------------------------------------------------------------------

    def formula(self, cell: Any, known: str) -> str:
        with looks():
            return cell.formula2  # Excel with arrays that spill: the other form would put @ into them
        return known

    def put(self, cell: Any, formula: str) -> None:
        with looks():
            if cell.api.HasArray and not cell.api.HasSpill:  # one formula in several cells, written as a whole
                cell.api.CurrentArray.FormulaArray = formula
                return
        try:
            cell.formula2 = formula
        except Exception:  # an Excel before 2021; what is wrong with the formula itself, the next line says too
            cell.formula = formula

    def remember(self, sheets: Sequence[Any]) -> None:
        for sheet in sheets:
            with looks():
                for chart in sheet.charts:
                    self._series += [(one, one.Formula) for one in chart.api[1].SeriesCollection()]

    def follow(self, moves: Moves) -> None:
        for series, formula in self._series:
            with looks():
                now = moves.formula(formula.removeprefix("="), "")
                if LOST not in now:  # Excel takes no such series; it breaks by itself when the sheet goes
                    series.Formula = f"={now}"

    def lock(self, sheet: Any, spec: SheetSpec) -> None:
        with looks():
            sheet.api.Protect(
                DrawingObjects=True,
                Contents=True,
                Scenarios=True,
                AllowFormattingColumns=True,
                AllowFormattingRows=True,
                AllowFiltering=bool(spec.filter),
            )


@contextmanager
def looks() -> Iterator[None]:
    """What fails inside is left as Excel has it: COM gives errors of many kinds, none of which may stop a write."""
    try:
        yield
    except Exception:  # pywintypes.com_error, AttributeError for a member that this version lacks
        pass


def _fixed(area: str) -> str:
    """``1:4`` or ``$A:$D`` with one dollar sign each, as Excel wants it."""
    return ":".join(f"${end.strip('$')}" for end in area.split(":")) if area else ""


def _bgr(colour: str) -> int:
    """RRGGBB as the number that Excel's object model takes."""
    red, green, blue = bytes.fromhex(colour)
    return red + green * 256 + blue * 65536
