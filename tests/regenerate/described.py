"""Plans, their workbooks as their descriptions have them, and the way from one to another."""

from __future__ import annotations

import pickle
from functools import lru_cache
from types import SimpleNamespace

import workbook_templates
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Records
from xl_kpi.plan.source import plan_from_source
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.reading import spec_as_book as described
from xl_kpi.workbook.reading.our_sheets import our_sheets, passing_names
from xl_kpi.workbook.relocation.book_moves import BookMoves
from xl_kpi.workbook.spec import BookSpec, SheetSpec


def template(name: str = "default", lang: str = "ja") -> Plan:
    return plan_from_source(workbook_templates.source(name), lang, name)


class DescribedBook(described.DescribedBook):
    """A book of our sheets, and of the user's: name → (row, column) → what was typed there."""

    def __init__(self, spec: BookSpec, own: dict[str, dict[tuple[int, int], object]] | None = None):
        super().__init__(spec, "plan.xlsx")
        printed = {sheet.name: sheet.print_area for sheet in spec.sheets}
        for name, cells in (own or {}).items():
            page = SheetSpec("own", name)
            for (row, column), typed in cells.items():
                formula = typed if isinstance(typed, str) and typed.startswith("=") else None
                page.put(row, column, None if formula else typed, formula=formula)
            self.sheets[name] = described.DescribedSheet(page)
        for name, sheet in self.sheets.items():
            sheet.page_setup = SimpleNamespace(print_area=printed.get(name, ""))


def spec_of(plan: Plan, records: Records | None = None, names: dict[str, str] | None = None) -> BookSpec:
    """The sheets of a plan, described once for all tests that ask for the same; nobody writes into them."""
    return _described(pickle.dumps((plan, records, names)))


@lru_cache(maxsize=64)
def _described(asked: bytes) -> BookSpec:
    return book_spec(*pickle.loads(asked))


def book_of(plan: Plan, own=None, records: Records | None = None) -> DescribedBook:
    return DescribedBook(spec_of(plan, records), own)


def moves(old: Plan, new: Plan, names: dict[str, str] | None = None, own=None) -> BookMoves:
    """From the workbook of one plan to that of another."""
    book, spec = book_of(old, own), spec_of(new, None, names)
    gone = [name for name in passing_names(book) if name not in spec.names]
    return BookMoves(book, our_sheets(book), spec, old.start, new.start, gone)
