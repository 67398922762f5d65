"""計算 for コンテンツ (hidden): each row of 行動履歴 as it counts, and the sums by content and by type."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from xl_kpi.catalog.content import PARTS, content_standards
from xl_kpi.plan.leads.content import SUMS, ContentFigures, Engaged, content_of
from xl_kpi.plan.leads.content_inputs import ACTIONS, APART, CONTENT, SECONDS, usual_actions, weight_of
from xl_kpi.plan.leads.content_uses import Use
from xl_kpi.plan.pages.lead_tables import MOST_LEADS
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.leads.lead_list import LeadListAt
from xl_kpi.sheets.leads.touch_list import TouchListAt
from xl_kpi.workbook.addresses import CellAt, RangeAt, relative
from xl_kpi.workbook.spec import SheetSpec

KEY = "content_rows"
EPOCH = dt.date(1899, 12, 30)
# Single figures, one a row; then the sums; beside them the rows of 行動履歴.
BASE = ("leads", "won", "used", "used_won", "undated", "unknown", "late")
SINGLES = (SECONDS, *map(weight_of, PARTS), ACTIONS, *BASE, "beyond", "fresh", "quantile")
FIRST = 4
SUMS_TOP = FIRST + len(SINGLES) + 2
NAME, NUMBER, FIRST_SUM = 1, 2, 3
USES = (
    "place", "lead", "won", "times", "on", "seconds", "scroll", "content", "content_key", "content_new", "type",
    "type_key", "type_new", "lead_key", "lead_new", "action", "followed",
)  # fmt: skip
USES_LEFT = FIRST_SUM + len(SUMS) + 1
A_LEAD, A_DAY = 1000, 100_000  # a lead and a content, a lead and a day as one number


@dataclass(frozen=True)
class ContentRowsAt:
    """Where the figures stand; ``contents`` and ``types`` the rows with their sums, ``rows`` how many uses count."""

    sheet: str
    figures: ContentFigures
    contents: int
    types: int
    rows: int
    uses: Sequence[Use] = field(repr=False, default=())

    def single(self, key: str) -> CellAt:
        """A figure that stands alone."""
        return CellAt(self.sheet, FIRST + SINGLES.index(key), 2)

    def sum(self, kind: str, number: int, what: str) -> CellAt:
        """A sum of the content, or the type, with this number, from 1."""
        return CellAt(self.sheet, self._top(kind) + number, FIRST_SUM + SUMS.index(what))

    def name(self, kind: str, number: int) -> CellAt:
        return CellAt(self.sheet, self._top(kind) + number, NAME)

    def names(self, kind: str, count: int) -> RangeAt:
        return self.name(kind, 1).to(self.name(kind, count))

    def use(self, what: str, row: int) -> str:
        """A cell of a use, from 1, on the sheet itself."""
        return f"${relative(FIRST + row, USES_LEFT + USES.index(what))}"

    def column(self, what: str) -> str:
        """All uses, on the sheet itself."""
        column = USES_LEFT + USES.index(what)
        return CellAt(self.sheet, FIRST + 1, column).to(CellAt(self.sheet, FIRST + self.rows, column)).here

    def _top(self, kind: str) -> int:
        return {"content": self.contents, "type": self.types}[kind]


def place(ctx: Context) -> ContentRowsAt:
    figures = content_of(ctx.plan)
    types = SUMS_TOP + content_standards().contents + 2
    rows = min(len(figures.uses) + content_standards().room, MOST_LEADS) if figures.uses else 0
    return ContentRowsAt(ctx.sheet_names[KEY], figures, SUMS_TOP, types, rows, figures.uses)


def build(ctx: Context) -> SheetSpec:
    at = ctx.at(ContentRowsAt)
    page = ctx.sheet(KEY, hidden=True, fit_height=0)
    page.widths[1] = 30
    page.put(1, 1, ctx.t("content_rows_title"), "title")
    page.put(2, 1, ctx.t("content_rows_note"), "note_line")
    _inputs(ctx, page, at)
    _base(ctx, page, at)
    for kind, several in (("content", at.figures.contents), ("type", at.figures.types)):
        _sums(ctx, page, at, kind, several)
    if at.rows:
        _uses(ctx, page, at)
    ctx.name("content_base", page.ref(FIRST, 1, FIRST + len(SINGLES) - 1, 2))
    return page


def _single(page: SheetSpec, at: ContentRowsAt, key: str, value: Any, formula: str = "") -> None:
    row = at.single(key).row
    page.put(row, 1, key, "calc")
    page.put(row, 2, value, "calc", formula=f"={formula}" if formula else None)


def _inputs(ctx: Context, page: SheetSpec, at: ContentRowsAt) -> None:
    """What is typed on the page; what is blank there is as in the catalog."""
    inputs = at.figures.inputs
    values = dict(zip((SECONDS, *map(weight_of, PARTS)), (inputs.seconds, *inputs.weights), strict=True))
    for one in CONTENT:
        if one.key == ACTIONS:
            text = f'IF({ACTIONS}="","{usual_actions(ctx.lang)}",{ACTIONS})'
            for old, new in ((",", APART), ("，", APART), (f"{APART} ", APART), (f" {APART}", APART)):
                text = f'SUBSTITUTE({text},"{old}","{new}")'
            _single(page, at, one.key, inputs.actions, f'"{APART}"&{text}&"{APART}"')
        else:
            _single(page, at, one.key, values[one.key], f"IF(ISNUMBER({one.key}),{one.key},{one.default:g})")
    _single(page, at, "quantile", content_standards().z)


def _base(ctx: Context, page: SheetSpec, at: ContentRowsAt) -> None:
    """All leads, and the rows that do not count; plain numbers where totals say them."""
    base, columns = at.figures.base, _Lists(ctx)
    texts: dict[str, str] = {}
    if at.rows:
        lead, new = at.column("lead"), at.column("lead_new")
        undated, won = at.single("undated").here, f'{columns.number},"<>",{columns.outcome},"{columns.won}"'
        ordered = f'COUNTIFS({columns.number},"<>",{columns.outcome},"",{columns.orders},">0")'
        texts = {
            "leads": f"COUNTA({columns.number})-1-{undated}",
            "won": f"COUNTIFS({won})+{ordered}-{undated}",
            "used": f"SUM({new})",
            "used_won": f"SUMIFS({new},{at.column('won')},1)",
            "undated": f'COUNTIFS({won},{columns.orders},"",{columns.closed},"")',
            "unknown": f"COUNTIF({lead},-1)",
            "late": f'COUNTIFS({lead},">0",{at.column("times")},0)',
        }
    for key in BASE:
        _single(page, at, key, getattr(base, key), texts.get(key, ""))
    if at.rows:
        sums = {one: sum(row[one] for row in _rows(ctx, at)) for one in ("lead", "won", "times", "on", *_KEYS)}
        beyond = at.single("beyond").here
        same = ",".join(f"SUM({at.column(one)})={value:.0f}" for one, value in sums.items())
        _single(page, at, "beyond", 0, f'COUNTA({columns.touch("number")})-1-COUNTIF({at.column("lead")},"<>0")')
        _single(page, at, "fresh", 1, f"IF(AND({beyond}=0,{same}),1,0)")
    else:
        _single(page, at, "beyond", 0)
        _single(page, at, "fresh", 1)


_KEYS = ("content_key", "type_key", "action")


def _sums(ctx: Context, page: SheetSpec, at: ContentRowsAt, kind: str, several: Sequence[Engaged]) -> None:
    top = at.name(kind, 0).row
    page.put(top, NAME, kind, "calc_header")
    for column, what in enumerate(SUMS, FIRST_SUM):
        page.put(top, column, what, "calc_header")
    for number, one in enumerate(several, 1):
        row = top + number
        page.put(row, NAME, one.name, "calc")
        page.put(row, NUMBER, number, "calc")
        texts = _sum_texts(at, kind, f"${relative(row, NUMBER)}") if at.rows else {}
        for what in SUMS:
            cell, text = at.sum(kind, number, what), texts.get(what)
            page.put(row, cell.column, getattr(one, what), "calc", formula=f"={text}" if text else None)


def _sum_texts(at: ContentRowsAt, kind: str, number: str) -> dict[str, str]:
    """Excel's texts of the sums over the uses of one content or type."""
    of, new, times, seconds, scroll = (
        at.column(one) for one in (kind, f"{kind}_new", "times", "seconds", "scroll")
    )  # fmt: skip
    return {
        "leads": f"COUNTIF({new},{number})",
        "won": f"COUNTIFS({new},{number},{at.column('won')},1)",
        "times": f"SUMIFS({times},{of},{number})",
        "timed": f'SUMIFS({times},{of},{number},{seconds},">=0")',
        "seconds": f"SUMIFS({seconds},{of},{number})",
        "read": f'COUNTIFS({of},{number},{scroll},">=0")',
        "scrolled": f"SUMIFS({scroll},{of},{number})",
        "rows": f"COUNTIF({of},{number})",
        "followed": f"COUNTIFS({of},{number},{at.column('followed')},1)",
    }


# --- the rows of 行動履歴


class _Lists:
    """The columns of both lists, and the words of an outcome."""

    def __init__(self, ctx: Context):
        leads, self._touches = ctx.at(LeadListAt), ctx.at(TouchListAt)
        self.number, self.outcome, self.orders, self.closed = (
            leads.column("tbl_leads", one) for one in ("number", "outcome", "orders", "closed")
        )
        self.won, self.lost = ctx.t("lead_outcome_won"), ctx.t("lead_outcome_lost")

    def touch(self, column: str) -> str:
        return self._touches.column("tbl_touches", column)


def _uses(ctx: Context, page: SheetSpec, at: ContentRowsAt) -> None:
    for column, what in enumerate(USES, USES_LEFT):
        page.put(FIRST, column, what, "calc_header")
    lists = _Lists(ctx)
    for number, values in enumerate(_rows(ctx, at), 1):
        row, texts = FIRST + number, _use_texts(at, lists, number)
        for column, what in enumerate(USES, USES_LEFT):
            text = texts.get(what)
            page.put(row, column, values[what], "calc", formula=f"={text}" if text else None)


def _use_texts(at: ContentRowsAt, lists: _Lists, number: int) -> dict[str, str]:
    """Excel's texts of one use; ``place`` is where it stands in the columns of the list, the header among them."""
    place, lead, won, times, on, content, type_ = (
        at.use(one, number) for one in ("place", "lead", "won", "times", "on", "content", "type")
    )  # fmt: skip
    touch = {one: f"INDEX({lists.touch(one)},{place})" for one in (
        "number", "on", "kind", "content", "content_type", "count", "seconds", "scroll")}  # fmt: skip
    of = {one: f"INDEX({column},{lead})" for one, column in (
        ("outcome", lists.outcome), ("orders", lists.orders), ("closed", lists.closed))}  # fmt: skip
    exact = f"MATCH({_plain(touch['number'])},{lists.number},0)"
    number_typed = f"IF(ISNUMBER({touch['number']}),IFERROR(MATCH({touch['number']},{lists.number},0),-1),-1)"
    closed = f"IF(ISNUMBER({of['closed']}),{of['closed']}"
    until = (
        f"IF({won}=1,IF(ISNUMBER({of['orders']}),{of['orders']},{closed},0)),"
        f'IF({of["outcome"]}="{lists.lost}",{closed},9E+9),9E+9))'
    )
    counted = f"IF(ISNUMBER({touch['count']}),{touch['count']},1)"
    after = f"{lead}*{A_DAY}+{on}"
    actions, action = at.column("action"), at.use("action", number)
    has = f'{times}>0,{touch["content"]}&{touch["content_type"]}<>""'
    found = f'ISNUMBER(FIND("{APART}"&{touch["kind"]}&"{APART}",{at.single(ACTIONS).here}))'
    return {
        "lead": f'IF({touch["number"]}="",0,IFERROR({exact},{number_typed}))',
        "won": f'IF({lead}>0,IF(OR({of["outcome"]}="{lists.won}",AND({of["outcome"]}<>"{lists.lost}",'
        f"ISNUMBER({of['orders']}))),1,0),0)",
        "times": f"IF({lead}>0,IF(ISNUMBER({touch['on']}),IF({touch['on']}<{until},{counted},0),0),0)",
        "on": f"IF({times}>0,{touch['on']},0)",
        "seconds": _known(times, touch["seconds"]),
        "scroll": _known(times, touch["scroll"]),
        "content": _numbered(at, "content", times, touch["content"]),
        "content_key": f"IF({content}>0,{lead}*{A_LEAD}+{content},0)",
        "content_new": _first(at, "content_key", content, number),
        "type": _numbered(at, "type", times, touch["content_type"]),
        "type_key": f"IF({type_}>0,{lead}*{A_LEAD}+{type_},0)",
        "type_new": _first(at, "type_key", type_, number),
        "lead_key": f"IF(AND({has}),{lead},0)",
        "lead_new": _first(at, "lead_key", "1", number),
        "action": f'IF({times}>0,IF({touch["kind"]}="",0,IF({found},{after},0)),0)',
        "followed": f'IF({at.use("lead_key", number)}>0,IF(COUNTIFS({actions},">="&({after}),{actions},"<"&'
        f"(({lead}+1)*{A_DAY}))-IF({action}>0,1,0)>0,1,0),0)",
    }


def _plain(text: str) -> str:
    """A text that MATCH takes as it is: without what stands for any letter."""
    for sign in "~*?":
        text = f'SUBSTITUTE({text},"{sign}","~{sign}")'
    return text


def _known(times: str, cell: str) -> str:
    return f'IF({times}>0,IF(ISNUMBER({cell}),{cell},""),"")'


def _numbered(at: ContentRowsAt, kind: str, times: str, cell: str) -> str:
    """Which of the listed contents or types it is; 0 for none."""
    several = at.figures.contents if kind == "content" else at.figures.types
    if not several:
        return ""
    names = at.names(kind, len(several)).here
    return f'IF({times}>0,IF({cell}="",0,IFERROR(MATCH({_plain(cell)},{names},0),0)),0)'


def _first(at: ContentRowsAt, key: str, value: str, number: int) -> str:
    """The value in the first row with a key, 0 in the others."""
    own, place = at.use(key, number), at.use("place", number)
    return f"IF({own}>0,IF(MATCH({own},{at.column(key)},0)={place}-1,{value},0),0)"


def _rows(ctx: Context, at: ContentRowsAt) -> list[dict[str, Any]]:
    """Python's numbers of all uses, those of blank rows too."""
    numbers = {
        kind: {one.name.lower(): number for number, one in enumerate(several, 1)}
        for kind, several in (("content", at.figures.contents), ("type", at.figures.types))
    }
    blank = Use()
    uses = [at.uses[k] if k < len(at.uses) else blank for k in range(at.rows)]
    return [_row(use, place, numbers) for place, use in enumerate(uses, 2)]


def _row(use: Use, place: int, numbers: dict[str, dict[str, int]]) -> dict[str, Any]:
    lead = use.lead + 1 if use.lead else -1 if use.number else 0
    on = (use.on - EPOCH).days if use.on and use.times > 0 else 0
    content, type_ = (numbers[kind].get(name.lower(), 0) for kind, name in (
        ("content", use.content), ("type", use.type)))  # fmt: skip
    return {
        "place": place, "lead": lead, "won": int(use.won), "times": use.times, "on": on,
        "seconds": "" if use.seconds is None else use.seconds, "scroll": "" if use.scroll is None else use.scroll,
        "content": content, "content_key": lead * A_LEAD + content if content else 0,
        "content_new": content if use.new_content else 0,
        "type": type_, "type_key": lead * A_LEAD + type_ if type_ else 0, "type_new": type_ if use.new_type else 0,
        "lead_key": lead if use.has_content else 0, "lead_new": int(use.new_lead),
        "action": lead * A_DAY + on if use.action else 0, "followed": int(use.followed),
    }  # fmt: skip
