"""The sheets of a workbook that is to be sent, each in the variants that recipients need: locked, open, cut down."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from xl_kpi.exchange.outgoing.compressed import Piece, piece
from xl_kpi.exchange.outgoing.package import OutgoingSheet, OutgoingWorkbook
from xl_kpi.exchange.outgoing.sheet import Rows, SheetPart, tag
from xl_kpi.plan.merging.permissions import OUTSIDE, opened_actuals, opened_answers, opened_tables, pages_of_rows
from xl_kpi.plan.model import AMOUNT_ROWS, EXISTING_ROW, Plan
from xl_kpi.plan.pages.tables import row_ids
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.front import cover
from xl_kpi.sheets.front.agreement import RULE, AgreementAt
from xl_kpi.sheets.places.backwards import BackwardsAt
from xl_kpi.workbook.addresses import column_letters, relative

_SUBTITLE = relative(3, 2)  # where ``Context.head`` puts it
MOST_VARIANTS = 256  # kept in memory; more are made anew when they come again


@dataclass(frozen=True)
class OpenRows:
    """What stands open for some recipients, as keys of rows on the sheets.

    ``typed``: key of a page on which they type row by row → the ids of its rows, blank ones among them.
    """

    ids: tuple[str, ...]
    actuals: frozenset[str]
    answers: frozenset[str]
    typed: Mapping[str, frozenset[str]]

    @classmethod
    def to(cls, plan: Plan, ids: tuple[str, ...]) -> OpenRows:
        typed: dict[str, frozenset[str]] = {}
        for table in opened_tables(ids):
            rows = plan.tables.get(table.key, {})
            typed[table.page] = typed.get(table.page, frozenset()).union(rows, row_ids(rows, table.spare))
        return cls(ids, frozenset(opened_actuals(plan, ids)), frozenset(opened_answers(plan, ids)), typed)

    def rows(self, key: str) -> frozenset[str]:
        """The open rows of one sheet, by the key in their first column."""
        if key == "agreement":
            return self.answers
        if key in self.typed:
            return self.typed[key]
        if key == "backwards":
            return frozenset(f"{what}:actual" for what in self.actuals if what.startswith("stage:"))
        owner, _, channel = key.partition(":")
        here = (what.partition(":") for what in self.actuals) if owner == "tab" else ()
        return frozenset(f"{kpi}:actual" for where, _, kpi in here if where == channel)


@dataclass(frozen=True)
class Made:
    """A finished sheet: its part, old row → new row where rows were left out, and the shared texts that it shows."""

    piece: Piece
    rows: Rows
    texts: frozenset[int]


class Variants:
    """Makes the sheets of one distribution.

    Arguments: ``sheets`` by key; ``locked`` cell format → its locked twin; ``ctx`` and ``on_cover`` where rows
    stand on the sheets and on the cover; ``gone`` the keys of the sheets of which nothing may be mentioned; ``bare``:
    a recipient gets the own rows alone.
    """

    def __init__(
        self,
        plan: Plan,
        package: OutgoingWorkbook,
        sheets: Mapping[str, OutgoingSheet],
        locked: Mapping[str, str],
        ctx: Context,
        on_cover: cover.Places,
        *,
        gone: Collection[str],
        bare: bool,
    ):
        self._stages = [stage.id for stage in plan.stages]
        self._goal = plan.goal.row
        self._package, self._sheets, self._locked, self._bare = package, sheets, locked, bare
        self._backwards, self._agreement = ctx.at(BackwardsAt), ctx.at(AgreementAt)
        self._on_cover = on_cover
        self._of_rows = frozenset(pages_of_rows())
        self._gone = {sheets[key].name.casefold() for key in gone}
        self._names = package.names if bare else package.names_on(self._gone)
        self._base = lru_cache(None)(self._made_base)
        self.sheet = lru_cache(MOST_VARIANTS)(self._made_sheet)

    def texts_of(self, key: str) -> frozenset[int]:
        """The shared texts that a sheet shows in full."""
        return self._base(key).used_texts()

    def has_typed_stages(self, is_open: OpenRows) -> bool:
        """Whether something open is typed on 逆算: the first stage is a sum where it has channels."""
        return any(what in self._on_cover.rows or what in AMOUNT_ROWS for what in is_open.actuals)

    def _made_base(self, key: str) -> SheetPart:
        """A sheet without what points at sheets that are left out, everything on it still open."""
        part = SheetPart(self._package.parts[self._sheets[key].part], self._package.texts)
        if key == cover.KEY:
            self._point(part)
            return part
        own = {self._sheets[key].name.casefold()} if key in self._of_rows else set()  # stays for those who have it
        names = self._package.names_on(self._gone - own) if own and not self._bare else self._names
        part.freeze(sheets=self._gone - own, names=names)
        part.unlink(lambda name: self._bare or name.casefold() in self._gone)
        return part

    def _point(self, part: SheetPart) -> None:
        """The recipient's own words stand behind the last shared text, in the order of ``cover.FIELDS``."""
        first = len(self._package.items)
        marks = {relative(*place): first + cover.FIELDS.index(field) for field, place in self._on_cover.fields.items()}
        for cell in part.cells():
            if cell.get("r") in marks:
                cell.find(tag("v")).text = str(marks[cell.get("r")])

    def _made_sheet(self, key: str, open_rows: frozenset[str]) -> Made:
        """A sheet with these rows open; with ``bare``, 逆算 and 合意 without the rows of others."""
        part = copy.deepcopy(self._base(key))
        part.lock(self._locked, lambda row: row in open_rows)
        part.hold_rows()
        if key in self._of_rows:
            part.protect()
            if self._bare:
                part.undraw()
        if key == "agreement":  # what was said is said about a number that `collect` puts there
            part.lock_column(column_letters(self._agreement.answers.head("value").column), self._locked)
        rows: Rows = {}
        if self._bare and key in ("backwards", "agreement"):
            part.undraw()
            if key == "backwards":
                part.blank(_SUBTITLE)  # it leads to a second page, which is not there any more
            rows = part.keep(self._stage_rows(open_rows) if key == "backwards" else self._answer_rows(open_rows))
        return self._finished(key, part, rows)

    def _finished(self, key: str, part: SheetPart, rows: Rows) -> Made:
        return Made(piece(self._sheets[key].part, part.to_bytes()), rows, part.used_texts())

    def _stage_rows(self, open_rows: Collection[str]) -> set[int]:
        """The title, what is newly needed at the stages that are typed, and their actuals."""
        rows = self._backwards
        keep = {1, 2, 3, 4, rows.new_header - 1, rows.new_header}
        keep |= {rows.actual_header - 2, rows.actual_header - 1, rows.actual_header}
        for index, stage in enumerate(self._stages):
            if f"stage:{stage}" in self._on_cover.rows and f"stage:{stage}:actual" in open_rows:
                keep |= {rows.new + index, rows.actual[index], rows.actual[index] + 1}
        if rows.revenue_actual and f"{self._goal}:actual" in open_rows:
            keep |= {rows.revenue_actual, rows.revenue_actual + 1}
        if rows.existing_actual and f"{EXISTING_ROW}:actual" in open_rows:
            keep |= {rows.existing_actual, rows.existing_actual + 1}
        return keep

    def _answer_rows(self, open_rows: Collection[str]) -> set[int]:
        """The title, the rule by which an answer is out of date, and the rows of the department."""
        summary, answers = self._agreement.summary, self._agreement.answers
        keep = {1, 2, 3, 4, summary.row(RULE), answers.header - 2, answers.header - 1, answers.header}
        return keep | {answers.row(key) for key in answers.keys if key in open_rows}

    def cover(self, is_open: OpenRows, rows: Mapping[str, Rows]) -> Made:
        """The cover with the lines of what is open; ``rows`` says where rows of other sheets are now."""
        part = copy.deepcopy(self._base(cover.KEY))
        part.relink({self._sheets[key].name: moved for key, moved in rows.items()})
        shown = {*is_open.ids, "answers"} if is_open.answers else set(is_open.ids)
        shown |= {f"{cover.AGAIN}{what}" for what in is_open.answers}
        lines = dict(self._on_cover.rows)
        if OUTSIDE in is_open.ids:
            lines |= self._on_cover.outside
        every = {*self._on_cover.rows.values(), *self._on_cover.outside.values()}
        gone = every - {row for what, row in lines.items() if what in shown}
        last = max(int(row.get("r")) for row in part.rows())
        moved = part.keep(set(range(1, last + 1)) - gone)
        return self._finished(cover.KEY, part, moved)
