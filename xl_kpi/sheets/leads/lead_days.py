"""日数計算 / Days (hidden): one row for each lead, from which 所要日数 counts.

Rows are read by their place (INDEX), so that rows put in, moved or deleted on リード一覧 leave no hole here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from xl_kpi.plan.leads.durations import REASON_LENGTH, Durations, Step, reason_of
from xl_kpi.plan.leads.rows import ORDERS, Lead
from xl_kpi.plan.pages.lead_tables import LEAD_STAGES, MOST_LEADS
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.leads.lead_list import LeadListAt
from xl_kpi.workbook.addresses import CellAt
from xl_kpi.workbook.sheet_kinds import LEAD_STANDARDS as STANDARDS
from xl_kpi.workbook.sheet_kinds import LEADS_DAY
from xl_kpi.workbook.spec import SheetSpec

ROOM = 200  # leads that are typed below the last one count at once
HEAD, FIRST_COLUMN = 3, 2
BASE, TIES = 10_000, 9_999  # what is counted × BASE + TIES − row: the largest first, of equal ones the upper row
OWN = ("place", "waited", "late", "outcome", "reason", "first", "reasons")
WILD = ("~", "*", "?")  # signs that MATCH takes for more than themselves

Cell = tuple[Any, str]


@dataclass(frozen=True)
class LeadDaysAt:
    """The columns; ``stages`` the plan's in its order, then those that it does not have; ``rows`` how many."""

    sheet: str
    stages: tuple[str, ...]
    rows: int

    @property
    def columns(self) -> tuple[str, ...]:
        return ("origin", *self.stages, *OWN)

    def cell(self, column: str, row: int) -> CellAt:
        """A cell of a lead, the first of which is row 1."""
        return CellAt(self.sheet, HEAD + row, FIRST_COLUMN + self.columns.index(column))

    def column(self, name: str) -> str:
        """All cells of a column: for any page."""
        return str(self.cell(name, 1).to(self.cell(name, self.rows)))

    def took(self, step: Step) -> str:
        """Excel's text of which leads went from one stage to another, as 1 and 0."""
        start, end = self.column(step.start), self.column(step.end)
        return f"({start}>0)*({end}>={start})"

    def days(self, step: Step) -> str:
        """Of these how many days it took, and one more: 0 is of the others."""
        return f"{self.took(step)}*({self.column(step.end)}-{self.column(step.start)}+1)"

    def of(self, origin: str) -> str:
        """Which leads are of the origin in a cell, as a factor; all of them for ""."""
        return f"({self.column('origin')}={origin})*" if origin else ""

    def median(self, step: Step, count: str, origin: str = "") -> str:
        """Excel's text of the median of so many; blank of none."""
        days = f"{self.of(origin)}{self.days(step)}"
        low, high = (f"SUMPRODUCT(LARGE({days},INT(({count}+{more})/2)))" for more in "12")
        return f'IF(N({count})>0,({low}+{high})/2-1,"")'

    def p80(self, step: Step, count: str) -> str:
        """Excel's text of what 80 % take at most: a fifth of the way down from the longest."""
        days, way = self.days(step), f"({count}-1)/5"
        above = f"SUMPRODUCT(LARGE({days},INT({way})+1))"
        below = f"SUMPRODUCT(LARGE({days},MIN({count},INT({way})+2)))"
        return f'IF(N({count})>0,{above}+({below}-{above})*({way}-INT({way}))-1,"")'


def place(ctx: Context) -> LeadDaysAt:
    figures = Durations(ctx.plan)
    others = tuple(stage for stage in LEAD_STAGES if stage not in figures.stages)
    rows = min(len(figures.leads) + ROOM, MOST_LEADS)
    return LeadDaysAt(ctx.sheet_names["lead_days"], (*figures.stages, *others), rows)


def build(ctx: Context) -> SheetSpec:
    at, figures = ctx.at(LeadDaysAt), Durations(ctx.plan)
    page = ctx.sheet("lead_days", hidden=True, fit_height=0)
    page.put(1, 2, ctx.t("lead_days_title"), "title")
    page.put(2, 2, ctx.t("lead_days_note"), "note_line")
    for column in at.columns:
        word = f"leads_{column}" if column in LEAD_STAGES else f"lead_days_{column}"
        page.put(HEAD, at.cell(column, 1).column, ctx.t(word), "calc_header")
    ctx.name("lead_days", page.ref(HEAD, FIRST_COLUMN, HEAD + at.rows, FIRST_COLUMN + len(at.columns) - 1))
    if figures.is_totals:
        return page
    rows = _Rows(ctx, at, figures)
    for row in range(1, at.rows + 1):
        for right, (value, formula) in rows.cells(row):
            page.put(HEAD + row, FIRST_COLUMN + right, value, "calc", formula=f"={formula}")
    return page


class _Rows:
    """The cells of each row; ranges are written once."""

    def __init__(self, ctx: Context, at: LeadDaysAt, figures: Durations):
        self.at, self.figures = at, figures
        listed = ctx.at(LeadListAt)
        names = ("source", "channel", "outcome", "lost_reason", *LEAD_STAGES)
        self.typed = {name: listed.column("tbl_leads", name) for name in names}
        self.words = {one: ctx.t(f"lead_outcome_{one}") for one in ("won", "lost")}
        self.reasons, self.all_firsts = at.column("reason"), at.column("first")
        self.letters = {name: at.cell(name, 1).free.rstrip("0123456789") for name in at.columns}
        self.firsts: dict[str, int] = {}
        for row, lead in enumerate(figures.leads, 1):
            if why := reason_of(lead):
                self.firsts.setdefault(why.lower(), row)
        self.counts = {word.lower(): count for word, count in figures.reasons}
        self.late = {one.lead.row for one in figures.late}

    def cells(self, row: int) -> list[tuple[int, Cell]]:
        lead = self.figures.leads[row - 1] if row <= len(self.figures.leads) else Lead("")
        found = [self._origin(row, lead), *(self._stage(row, lead, one) for one in self.at.stages)]
        found += [self._place(row, lead), self._waited(row, lead), self._late(row, lead), self._outcome(row, lead)]
        found += [self._reason(row, lead), self._first(row, lead), self._reasons(row, lead)]
        return list(enumerate(found))

    def _typed(self, name: str, row: int) -> str:
        return f"INDEX({self.typed[name]},{row + 1})"  # the first one is the header

    def _here(self, name: str, row: int) -> str:
        return f"{self.letters[name]}{HEAD + row}"

    def _origin(self, row: int, lead: Lead) -> Cell:
        source, channel = self._typed("source", row), self._typed("channel", row)
        return lead.origin, f'IF({source}="",{channel},{source})&""'

    def _stage(self, row: int, lead: Lead, stage: str) -> Cell:
        cell = self._typed(stage, row)
        return lead.at.get(stage, 0), f"IF(ISNUMBER({cell}),{cell},0)"

    def _outcome(self, row: int, lead: Lead) -> Cell:
        """1 won, -1 lost, 0 open."""
        cell, orders = self._typed("outcome", row), self._here(ORDERS, row)
        text = f'IF({cell}="{self.words["lost"]}",-1,IF(OR({cell}="{self.words["won"]}",{orders}>0),1,0))'
        return int(lead.is_won) - int(lead.is_lost), text

    def _place(self, row: int, lead: Lead) -> Cell:
        """Among the plan's stages where it is, from 1."""
        text = "0"
        for number, stage in enumerate(self.figures.stages, 1):
            text = f"IF({self._here(stage, row)}>0,{number},{text})"
        return self.figures.place(lead), f"IF({self._here('outcome', row)}<>0,0,{text})"

    def _waited(self, row: int, lead: Lead) -> Cell:
        """Days since then, and one more; 0 of none."""
        at, stages = self._here("place", row), self.figures.stages
        since = f"INDEX({self._here(stages[0], row)}:{self._here(stages[-1], row)},{at})"
        days = self.figures.waited(lead)
        text = f"IF({at}>0,IF(ISNUMBER({LEADS_DAY}),MAX(0,{LEADS_DAY}-{since}+1),0),0)"
        return 0 if days is None else days + 1, text

    def _late(self, row: int, lead: Lead) -> Cell:
        """How it is ranked among those that wait for too long; 0 of others."""
        at, waited, days = self._here("place", row), self._here("waited", row), self.figures.waited(lead)
        standard, steps = f"INDEX({STANDARDS},{at})", len(self.figures.steps)
        value = (days + 1) * BASE + TIES - row if lead.row in self.late and days is not None else 0
        inner = f"IF(ISNUMBER({standard}),IF({waited}-1>{standard},{waited}*{BASE}+{TIES}-{row},0),0)"
        return value, f"IF(AND({at}>0,{at}<={steps},{waited}>0),{inner},0)"

    def _reason(self, row: int, lead: Lead) -> Cell:
        text = f'IF({self._here("outcome", row)}=-1,LEFT({self._typed("lost_reason", row)}&"",{REASON_LENGTH}),"")'
        return reason_of(lead), text

    def _first(self, row: int, lead: Lead) -> Cell:
        """In which row its reason stands for the first time."""
        here = plain = self._here("reason", row)
        for sign in WILD:
            plain = f'SUBSTITUTE({plain},"{sign}","~{sign}")'
        return self.firsts.get(reason_of(lead).lower(), 0), f'IF({here}="",0,MATCH({plain},{self.reasons},0))'

    def _reasons(self, row: int, lead: Lead) -> Cell:
        """In that row: how the reason is ranked by how often it is there."""
        first = self._here("first", row)
        word = reason_of(lead).lower()
        value = int(self.counts[word]) * BASE + TIES - row if self.firsts.get(word) == row else 0
        return value, f"IF({first}={row},COUNTIF({self.all_firsts},{row})*{BASE}+{TIES}-{row},0)"
