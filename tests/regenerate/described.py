"""A workbook as its description has it, for whatever asks a book for sheets, names, values and formulas."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import workbook_templates
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Records
from xl_kpi.plan.source import plan_from_source
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.areas import Area, NamedArea, area_of
from xl_kpi.workbook.grid import Grid
from xl_kpi.workbook.moves import SheetMoves
from xl_kpi.workbook.spec import BookSpec, SheetSpec
from xl_kpi.workbook.whose import our_sheets, passing_names


def template(name: str = "default", lang: str = "ja") -> Plan:
    return plan_from_source(workbook_templates.source(name), lang, name)


class DescribedSheet:
    """One sheet of a description, as ``workbook.reader`` asks for it."""

    def __init__(self, name: str, grid: Grid, print_area: str = ""):
        self.name, self.page_setup = name, SimpleNamespace(print_area=print_area)
        self.formulas = [[grid.formula(row, column) for column in range(1, grid.columns + 1)]
                         for row in range(1, grid.rows + 1)]  # fmt: skip
        self.values = [[_read(value) for value in line] for line in grid.values]
        self.formats: dict = {}

    @property
    def used_range(self) -> Area:
        return Area(self, 1, 1, max(1, len(self.formulas)), max((len(line) for line in self.formulas), default=1))

    def range(self, first, last=None) -> Area:
        return area_of(self, first, last)


class DescribedBook:
    """A book of our sheets, and of the user's: name → (row, column) → what was typed there."""

    def __init__(self, spec: BookSpec, own: dict[str, dict[tuple[int, int], object]] | None = None):
        self.name = "plan.xlsx"
        self.sheets = {
            sheet.name: DescribedSheet(sheet.name, Grid.of_spec(sheet), sheet.print_area) for sheet in spec.sheets
        }
        for name, cells in (own or {}).items():
            page = SheetSpec("own", name)
            for (row, column), typed in cells.items():
                formula = typed if isinstance(typed, str) and typed.startswith("=") else None
                page.put(row, column, None if formula else typed, formula=formula)
            self.sheets[name] = DescribedSheet(name, Grid.of_spec(page))
        self.names = [NamedArea(self, name, "=" + reference) for name, reference in spec.names.items()]


def _read(value: object) -> object:
    """A value as a book tells it: dates with a time."""
    plain_date = isinstance(value, dt.date) and not isinstance(value, dt.datetime)
    return dt.datetime.combine(value, dt.time()) if plain_date else value


def book_of(plan: Plan, own=None, records: Records | None = None) -> DescribedBook:
    return DescribedBook(book_spec(plan, records), own)


def moves(old: Plan, new: Plan, names: dict[str, str] | None = None, own=None) -> SheetMoves:
    """From the workbook of one plan to that of another."""
    book, spec = book_of(old, own), book_spec(new, None, names)
    gone = [name for name in passing_names(book) if name not in spec.names]
    return SheetMoves(book, our_sheets(book), spec, old.start, new.start, gone)
