"""合意 / Agreement (K12): each number that a department has to deliver, what it answered, and what is still open."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from xl_kpi.catalog.agreement import changed_by
from xl_kpi.plan.agreement import SPLIT, STATES, STATUSES, Item, items, numbers, status
from xl_kpi.plan.model import Answer
from xl_kpi.sheets.backwards_rows import BackwardsAt
from xl_kpi.sheets.channels import ChannelsAt
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.excel_text import digits_wide, words
from xl_kpi.sheets.funnel import FunnelAt
from xl_kpi.workbook.addresses import absolute
from xl_kpi.workbook.cells.grid import HEAD
from xl_kpi.workbook.spec import Condition, SheetSpec, Validation

DEPARTMENT, NAME, NUMBER, UNIT, STATUS, STATE, BY, ON, COMMENT, VALUE = range(2, 12)
WIDTHS = {DEPARTMENT: 22, NAME: 30, NUMBER: 12, UNIT: 10, STATUS: 16, STATE: 11, BY: 17, ON: 13, COMMENT: 38, VALUE: 14}
SUMMARY_ROW = 6
SIGNS = {"agreed": "good", "changed": "fair", "objected": "poor"}
_HEADERS = ("department", "name", "number", "unit", "status", "state", "by", "on", "comment", "value")


class AgreementAt:
    """Where both blocks stand: a line for each department, and a row for each number."""

    def __init__(self, ctx: Context):
        self.items = items(ctx.plan)
        self.groups = [(name, tuple(group)) for name, group in groupby(self.items, lambda item: item.department)]
        self.total = SUMMARY_ROW + 1 + len(self.groups)
        self.rule = self.total + 1
        self.header = self.total + 4
        self.first = self.header + 1
        self.last = self.header + len(self.items)
        self.row = {item.key: self.first + k for k, item in enumerate(self.items)}
        decisions = ctx.records.decisions
        self.split = {key for key in self.row if (one := decisions.get(f"tbl_agreement[{key}].state")) and one.open}
        self.statuses = (*STATUSES, SPLIT) if self.split else STATUSES

    def column(self, column: int) -> str:
        return f"{absolute(self.first, column)}:{absolute(self.last, column)}"


def place(ctx: Context) -> AgreementAt:
    return AgreementAt(ctx)


def build(ctx: Context) -> SheetSpec:
    page = ctx.sheet("agreement")
    rows = ctx.at(AgreementAt)
    page.widths.update(WIDTHS)
    ctx.head(page, ctx.t("agreement_title"), ctx.t("agreement_subtitle"), [2, 3, 4, 5, 6, 8, 9, 10])
    found = _table(ctx, page, rows)
    _summary(ctx, page, rows, found)
    _validations(ctx, page, rows)
    for area, first in (
        (f"{absolute(rows.first, STATUS)}:{absolute(rows.last, STATUS)}", f"$F{rows.first}"),
        (f"{absolute(SUMMARY_ROW + 1, NAME)}:{absolute(rows.total, NAME)}", f"$C{SUMMARY_ROW + 1}"),
    ):
        for state, paint in SIGNS.items():
            sign = ctx.t(f"status_{state}")[0]
            page.conditions.append(Condition(area.replace("$", ""), f'=LEFT({first},1)="{sign}"', paint))
    ctx.name("tbl_agreement", page.ref(rows.header, 1, rows.last, VALUE))
    page.print_area = f"$A$1:{absolute(rows.last, VALUE)}"
    page.fit_height = 0
    page.freeze = "A4"
    return page


def _section(page: SheetSpec, row: int, title: str) -> None:
    for column in WIDTHS:
        page.put(row, column, title if column == DEPARTMENT else None, "section")


def _table(ctx: Context, page: SheetSpec, rows: AgreementAt) -> list[str]:
    """A row for each number; the status of each, in the order of the rows."""
    t = ctx.t
    _section(page, rows.header - 1, t("agreement_answers"))
    page.put(rows.header, 1, t("agreement_id"), "key")
    for column, key in zip(WIDTHS, _HEADERS, strict=True):
        page.put(rows.header, column, t(f"agreement_{key}"), "header")
    page.heights[rows.header] = 34
    asked = numbers(ctx.plan, ctx.targets)
    found = []
    for item in rows.items:
        row, answer = rows.row[item.key], ctx.plan.answers.get(item.key, Answer())
        page.put(row, 1, item.key, "key")
        _what(ctx, page, row, item, asked[item.key])
        split = item.key in rows.split  # until somebody chooses on 統合, whatever stands in the cells
        found.append(SPLIT if split else status(answer, asked[item.key]))
        formula = None if split else _status(ctx, rows, row)
        page.put(row, STATUS, t(f"status_{found[-1]}"), "label", formula=formula)
        state = t(f"answer_{answer.state}") if answer.state else None
        for column, value, style in (
            (STATE, state, "input.center"), (BY, answer.by, "input_wrap"), (ON, answer.on, "input.date"),
            (COMMENT, answer.comment, "input_wrap"),
            (VALUE, answer.value, "input.whole" if item.channel is None else "input.count"),
        ):  # fmt: skip
            page.put(row, column, None if value == "" else value, style)
        lines = max(_lines(answer.comment, WIDTHS[COMMENT]), _lines(answer.by, WIDTHS[BY]))
        page.heights[row] = max(20, 14 * min(lines, 12) + 6)
    return found


def _lines(text: str, width: float) -> int:
    return sum(-(-digits_wide(line) // int(width - 3)) for line in text.split("\n"))


def _what(ctx: Context, page: SheetSpec, row: int, item: Item, number: float) -> None:
    """Who has to deliver what, and how much: cells that follow the funnel, the channels and 逆算."""
    t, plan = ctx.t, ctx.plan
    stage, there, backwards = plan.stages[item.stage].name, ctx.at(FunnelAt).stages[item.stage], ctx.at(BackwardsAt)
    if item.channel is None:
        owner, target = there.owner, backwards.required(item.stage)
        name, formula = t("agreement_stage", stage=stage), words(t("agreement_stage"), stage=str(there.name))
    else:
        channel = plan.channels[item.channel]
        at = ctx.at(ChannelsAt).rows[channel.id]
        owner, target = at.owner, backwards.of_channel(channel.id)
        name = t("agreement_channel", channel=channel.name, stage=stage)
        formula = words(t("agreement_channel"), channel=str(at.name), stage=str(there.name))
    nobody = t("agreement_nobody")
    page.put(row, DEPARTMENT, item.department or nobody, "label", formula=f'=IF({owner}="","{nobody}",{owner})')
    page.put(row, NAME, name, "label", formula=formula)
    page.put(row, NUMBER, number, "value.whole" if item.channel is None else "value.count", formula=f"={target}")
    page.put(row, UNIT, ctx.unit_label("count"), "unit")


def _status(ctx: Context, rows: AgreementAt, row: int) -> str:
    """Excel's text of ``plan.agreement.status``."""
    t = ctx.t
    state, said = absolute(row, STATE), absolute(row, VALUE)
    moved = f"ABS({absolute(row, NUMBER)}-N({said}))>{absolute(rows.rule, NUMBER)}*ABS(N({said}))"
    return (
        f'=IF({state}="{t("answer_objected")}","{t("status_objected")}",'
        f'IF({state}<>"{t("answer_agreed")}","{t("status_open")}",'
        f'IF(AND(ISNUMBER({said}),{moved}),"{t("status_changed")}","{t("status_agreed")}")))'
    )


def _summary(ctx: Context, page: SheetSpec, rows: AgreementAt, found: list[str]) -> None:
    """A line for each department: how many numbers it has, and what became of them."""
    t = ctx.t
    _section(page, SUMMARY_ROW - 1, t("agreement_departments"))
    page.put(SUMMARY_ROW, 1, f"{HEAD}departments", "key")
    headers = ("department", "state_of", "count", *(f"count_{state}" for state in rows.statuses))
    for column, key in enumerate(headers, DEPARTMENT):
        page.put(SUMMARY_ROW, column, t(f"agreement_{key}"), "header")
    page.heights[SUMMARY_ROW] = 20
    departments, states = rows.column(DEPARTMENT), rows.column(STATUS)
    position = 0
    for row, (name, group) in enumerate(rows.groups, SUMMARY_ROW + 1):
        here = found[position : position + len(group)]
        position += len(group)
        first = absolute(rows.row[group[0].key], DEPARTMENT)
        page.put(row, 1, f"department:{name}", "key")
        page.put(row, DEPARTMENT, name or t("agreement_nobody"), "label", formula=f"={first}")
        own = f"({departments}={absolute(row, DEPARTMENT)})"
        counted = [f"SUMPRODUCT({own}*1)"]
        counted += [f'SUMPRODUCT({own}*({states}="{t(f"status_{state}")}"))' for state in rows.statuses]
        _counts(ctx, page, row, rows.statuses, here, counted, "value")
    counted = [f'SUMPRODUCT(({departments}<>"")*1)']
    counted += [f'SUMPRODUCT(({states}="{t(f"status_{state}")}")*1)' for state in rows.statuses]
    page.put(rows.total, 1, "total", "key")
    page.put(rows.total, DEPARTMENT, t("agreement_total"), "total.left")
    _counts(ctx, page, rows.total, rows.statuses, found, counted, "total")
    page.put(rows.rule, 1, "rule", "key")
    page.put(rows.rule, DEPARTMENT, t("agreement_rule"), "note_line")
    page.put(rows.rule, NUMBER, changed_by(), "value_grey.rate")


def _counts(ctx: Context, page: SheetSpec, row: int, statuses: Sequence[str], states: list[str],
            formulas: list[str], role: str) -> None:  # fmt: skip
    """How many numbers in all and of each status, and the line in words."""
    t = ctx.t
    values = [len(states), *(states.count(state) for state in statuses)]
    for column, value, formula in zip(range(NUMBER, NUMBER + len(values)), values, formulas, strict=True):
        page.put(row, column, value, f"{role}.whole", formula=f"={formula}")
    order = [state for state in ("objected", SPLIT, "changed", "open") if state in statuses]  # the worst first
    word = next((state for state in order if state in states), "agreed")
    cells = {state: absolute(row, NUMBER + 1 + statuses.index(state)) for state in order}
    parts = "".join(f'IF({cells[state]}>0,"{t(f"state_of_{state}")}",' for state in order)
    formula = f'={parts}"{t("state_of_agreed")}"{")" * len(order)}'
    page.put(row, NAME, t(f"state_of_{word}"), "label" if role == "value" else "total.left", formula=formula)


def _validations(ctx: Context, page: SheetSpec, rows: AgreementAt) -> None:
    t = ctx.t

    def rule(column: int, key: str, kind: str, one: str, operator: str = "between") -> None:
        area = rows.column(column).replace("$", "")
        allowed, title = t(f"allowed_agreement_{key}"), t(f"agreement_{key}")
        page.validations.append(Validation(area, kind, one, "", operator, title, allowed, allowed))

    rule(STATE, "state", "list", ",".join(t(f"answer_{state}") for state in STATES))
    rule(ON, "on", "date", "=DATE(2000,1,1)", "greater_than_or_equal")
    rule(VALUE, "value", "decimal", "0", "greater_than_or_equal")
