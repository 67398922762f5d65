"""合意 / Agreement (K12): each number that a department has to deliver, what it answered, and what is still open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from xl_kpi.catalog.agreement import changed_by
from xl_kpi.plan.agreement import SPLIT, STATES, STATUSES, Item, items, numbers, status
from xl_kpi.plan.model import Answer
from xl_kpi.sheets.blocks.head import FIRST_COLUMN, TITLE_ROWS, Title
from xl_kpi.sheets.blocks.layout import Layout
from xl_kpi.sheets.blocks.table import Column, Fit, Rule, Table
from xl_kpi.sheets.channels import ChannelsAt
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.excel_text import words
from xl_kpi.sheets.places.backwards import BackwardsAt, closed_totals
from xl_kpi.sheets.places.funnel import FunnelAt
from xl_kpi.workbook.addresses import CellAt
from xl_kpi.workbook.spec import Condition, SheetSpec

SIGNS = {"agreed": "good", "changed": "fair", "objected": "poor"}
TOTAL, RULE = "total", "rule"  # rows of the summary
FIT = Fit(most=12)


@dataclass(frozen=True)
class AgreementAt:
    """A line for each department, and below it a row for each number.

    ``split`` the keys of the answers about which people disagree.
    """

    layout: Layout
    summary: Table
    answers: Table
    groups: Mapping[str, tuple[Item, ...]]
    split: frozenset[str]

    def value(self, key: str) -> CellAt:
        """The number that an answer was said about."""
        return self.answers.cell(key, "value")

    @property
    def statuses(self) -> tuple[str, ...]:
        return (*STATUSES, SPLIT) if self.split else STATUSES


def place(ctx: Context) -> AgreementAt:
    t = ctx.t
    found = items(ctx.plan)
    groups = {name: tuple(group) for name, group in groupby(found, lambda item: item.department)}
    keys, decisions = [item.key for item in found], ctx.records.decisions
    split = frozenset(key for key in keys if (one := decisions.get(f"tbl_agreement[{key}].state")) and one.open)
    counts = [f"count_{state}" for state in ((*STATUSES, SPLIT) if split else STATUSES)]
    heads = ("department", "state_of", "count", *counts)
    summary = Table("departments", [Column(head, t(f"agreement_{head}"), style="value.whole") for head in heads],
                    [f"department:{name}" for name in groups], foot=(TOTAL, RULE),
                    section=t("agreement_departments"), header_height=20)  # fmt: skip
    answers = Table("answers", _columns(ctx), keys, section=t("agreement_answers"), mark=t("agreement_id"),
                    header_height=34, name="tbl_agreement")  # fmt: skip
    title = Title(t("agreement_title"), t("agreement_subtitle"), answers.links())
    layout = Layout(ctx, "agreement", title, summary, answers, fit_height=0)
    return AgreementAt(layout, summary, answers, groups, split)


def _columns(ctx: Context) -> list[Column]:
    t = ctx.t

    def column(id: str, width: float, style: str, rule: Rule | None = None, link: bool = True) -> Column:
        return Column(id, t(f"agreement_{id}"), width, style, rule, margin=3, link=link)

    def rule(id: str, kind: str, one: str, operator: str = "between") -> Rule:
        return Rule(kind, one, t(f"agreement_{id}"), t(f"allowed_agreement_{id}"), operator=operator)

    states, from_0 = ",".join(t(f"answer_{state}") for state in STATES), "greater_than_or_equal"
    return [
        column("department", 19, "label"),
        column("name", 30, "label"),
        column("number", 11, "value.whole"),
        column("unit", 8, "unit"),
        column("status", 14.5, "label"),
        column("state", 11, "input.center", rule("state", "list", states), link=False),
        column("by", 15, "input_wrap"),
        column("on", 12, "input.date", rule("on", "date", "=DATE(2000,1,1)", from_0)),
        column("comment", 21, "input_wrap"),
        column("value", 11.5, "input.whole", rule("value", "decimal", "0", from_0)),
    ]


def build(ctx: Context) -> SheetSpec:
    at = ctx.at(AgreementAt)
    asked = numbers(ctx.plan, ctx.targets)
    found = {item.key: _answer(ctx, at, item, asked[item.key]) for item in items(ctx.plan)}
    _summary(ctx, at, found)
    page = at.layout.sheet()
    closed_totals(ctx, page, TITLE_ROWS + 1, FIRST_COLUMN)
    for area in (at.answers.down("status"), at.summary.down("state_of", last=TOTAL)):
        for state, paint in SIGNS.items():
            sign = ctx.t(f"status_{state}")[0]
            page.conditions.append(Condition(area.free, f'=LEFT({area.first.in_column},1)="{sign}"', paint))
    return page


def _answer(ctx: Context, at: AgreementAt, item: Item, number: float) -> str:
    """The row of a number; its status."""
    t, table, key = ctx.t, at.answers, item.key
    answer = ctx.plan.answers.get(key, Answer())
    _what(ctx, table, item, number)
    split = key in at.split  # until somebody chooses on 統合, whatever stands in the cells
    found = SPLIT if split else status(answer, number)
    table.put(key, "status", t(f"status_{found}"), formula=None if split else _status(ctx, at, key))
    state = t(f"answer_{answer.state}") if answer.state else None
    table.fill(key, state=state, by=answer.by or None, on=answer.on or None, comment=answer.comment or None)
    value = None if answer.value == "" else answer.value
    table.put(key, "value", value)
    table.fit(key, ("comment", "by"), FIT)
    return found


def _what(ctx: Context, table: Table, item: Item, number: float) -> None:
    """Who has to deliver what, and how much: cells that follow the funnel, the channels and 逆算."""
    t, plan = ctx.t, ctx.plan
    stage, there, backwards = plan.stages[item.stage].name, ctx.at(FunnelAt).stages[item.stage], ctx.at(BackwardsAt)
    if item.channel is None:
        owner, target, style = there.owner, backwards.required(item.stage), "value.whole"
        name, formula = t("agreement_stage", stage=stage), words(t("agreement_stage"), stage=str(there.name))
    else:
        channel = plan.channels[item.channel]
        at = ctx.at(ChannelsAt).rows[channel.id]
        owner, target, style = at.owner, backwards.of_channel(channel.id), "value.whole"
        name = t("agreement_channel", channel=channel.name, stage=stage)
        formula = words(t("agreement_channel"), channel=str(at.name), stage=str(there.name))
    nobody = t("agreement_nobody")
    table.put(item.key, "department", item.department or nobody, formula=f'=IF({owner}="","{nobody}",{owner})')
    table.put(item.key, "name", name, formula=formula)
    table.put(item.key, "number", number, style, formula=f"={target}")
    table.put(item.key, "unit", ctx.unit_label("count"))


def _status(ctx: Context, at: AgreementAt, key: str) -> str:
    """Excel's text of ``plan.agreement.status``."""
    t = ctx.t
    state, said, number = (at.answers.cell(key, column).here for column in ("state", "value", "number"))
    moved = f"ABS({number}-N({said}))>{at.summary.cell(RULE, 'count').here}*ABS(N({said}))"
    return (
        f'=IF({state}="{t("answer_objected")}","{t("status_objected")}",'
        f'IF({state}<>"{t("answer_agreed")}","{t("status_open")}",'
        f'IF(AND(ISNUMBER({said}),{moved}),"{t("status_changed")}","{t("status_agreed")}")))'
    )


def _summary(ctx: Context, at: AgreementAt, found: Mapping[str, str]) -> None:
    """A line for each department: how many numbers it has, and what became of them."""
    t, table = ctx.t, at.summary
    departments, states = at.answers.down("department").here, at.answers.down("status").here
    status_words = [t(f"status_{state}") for state in at.statuses]
    for name, group in at.groups.items():
        row = f"department:{name}"
        first = at.answers.cell(group[0].key, "department").here
        table.put(row, "department", name or t("agreement_nobody"), "label", formula=f"={first}")
        own = f"({departments}={table.cell(row, 'department').here})"
        counted = [f"SUMPRODUCT({own}*1)", *(f'SUMPRODUCT({own}*({states}="{one}"))' for one in status_words)]
        _counts(ctx, at, row, [found[item.key] for item in group], counted, "value")
    counted = [f'SUMPRODUCT(({departments}<>"")*1)', *(f'SUMPRODUCT(({states}="{one}")*1)' for one in status_words)]
    table.put(TOTAL, "department", t("agreement_total"), "total.left")
    _counts(ctx, at, TOTAL, list(found.values()), counted, "total")
    table.put(RULE, "department", t("agreement_rule"), "note_line")
    table.put(RULE, "count", changed_by(), "value_grey.rate")


def _counts(ctx: Context, at: AgreementAt, row: str, states: Sequence[str], formulas: Sequence[str],
            role: str) -> None:  # fmt: skip
    """How many numbers in all and of each status, and the line in words."""
    t, table = ctx.t, at.summary
    columns = ["count", *(f"count_{state}" for state in at.statuses)]
    values = [len(states), *(states.count(state) for state in at.statuses)]
    for column, value, formula in zip(columns, values, formulas, strict=True):
        table.put(row, column, value, f"{role}.whole", formula=f"={formula}")
    order = [state for state in ("objected", SPLIT, "changed", "open") if state in at.statuses]  # the worst first
    word = next((state for state in order if state in states), "agreed")
    parts = "".join(f'IF({table.cell(row, f"count_{state}").here}>0,"{t(f"state_of_{state}")}",' for state in order)
    formula = f'={parts}"{t("state_of_agreed")}"{")" * len(order)}'
    style = "label" if role == "value" else "total.left"
    table.put(row, "state_of", t(f"state_of_{word}"), style, formula=formula)
