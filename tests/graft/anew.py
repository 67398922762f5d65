"""A user's workbook made anew for a changed plan as the commands do it, with his looks and the moves of his cells."""

from __future__ import annotations

from xl_kpi.build import build
from xl_kpi.plan.model import Plan
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.graft.run import Grafted, graft
from xl_kpi.workbook.package.file_book import FileBook
from xl_kpi.workbook.package.safety import package_parts
from xl_kpi.workbook.package.worn_styles import worn_styles
from xl_kpi.workbook.reading.our_sheets import our_sheets, passing_names
from xl_kpi.workbook.relocation.book_moves import BookMoves


def made_anew(user: bytes, plan: Plan) -> Grafted:
    """The user's workbook for ``plan``, which begins in the month of the one before."""
    book = FileBook(package_parts(user, "plan.xlsx", "ja"), "plan.xlsx")
    spec = book_spec(plan)
    gone = [name for name in passing_names(book) if name not in spec.names]
    moves = BookMoves(book, our_sheets(book), spec, plan.start, plan.start, gone)
    new = build(plan, styled_like=worn_styles(book))
    return graft(user, new, moves.sheets, moves=moves, lang="ja", name=book.name)
