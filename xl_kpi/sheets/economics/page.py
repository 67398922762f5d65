"""採算 / Unit economics: what a customer brings and costs, by channel; what a lead may cost; where budget should go.

Source: S4, S5, S6.
"""

from __future__ import annotations

from typing import Any

from xl_kpi.plan.economics.figures import Economics
from xl_kpi.plan.economics.inputs import inputs_of
from xl_kpi.plan.targets import Targets
from xl_kpi.sheets.blocks import paper
from xl_kpi.sheets.blocks.head import FIRST_COLUMN, Title
from xl_kpi.sheets.blocks.layout import Layout, Words
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.economics import channels, cost_months, customer, moves, segments
from xl_kpi.sheets.economics.places import ALL, EconomicsAt
from xl_kpi.sheets.excel_text import words
from xl_kpi.workbook.addresses import column_letters
from xl_kpi.workbook.spec import Condition, SheetSpec

SENTENCE_HEIGHT = 40
LINE = 16.0
FIRST_PAGE, MONTHS_A_PAGE = 15, 12  # the last column of the first printed page; months on each further one


def wide(ctx: Context) -> dict[str, Any]:
    """How a page with months is printed: as many pages side by side as its months need to be read, names on each."""
    ends = [*range(FIRST_PAGE, FIRST_COLUMN + 1 + ctx.plan.months, MONTHS_A_PAGE)]
    return paper.side_by_side(ends)


def _placed(ctx: Context) -> EconomicsAt:
    """The blocks one below the other: what comes out first, then what is typed; no other page points at them."""
    t = ctx.t
    figures = Economics(Targets(ctx.in_yen), inputs_of(ctx.in_yen))
    entries, lines, segments_ = customer.table(ctx), segments.lines(ctx), segments.table(ctx)
    by_channel, allowed, moved = channels.table(ctx), channels.allowed_table(ctx), moves.table(ctx)
    months = cost_months.table(ctx)
    shared, said = Words("shared", t("econ_note_shared"), above=0), Words("moves_said", "", above=0)
    unknown = Words("limits_unknown", "", above=0)
    notes = [Words(f"note {key}", t(f"econ_note_{key}")) for key in ("lines", "segments")]
    chart = cost_months.chart(ctx, months)
    results = (Words("sentence", ""), by_channel, shared, allowed, moved, said, unknown, months, chart)
    title = Title(t("econ_title"), t("econ_subtitle"))
    layout = Layout(ctx, "economics", title, *results, entries, lines, notes[0], segments_, notes[1],
                    **wide(ctx))  # fmt: skip
    running = moves.reserve(ctx)
    return EconomicsAt(
        figures, entries, lines, by_channel, allowed, moved, running, months, segments_, layout,
    )  # fmt: skip


def build(ctx: Context) -> SheetSpec:
    at = _placed(ctx)
    customer.build(ctx, at)
    channels.build(ctx, at)
    channels.build_allowed(ctx, at)
    moves.build(ctx, at)
    cost_months.build(ctx, at)
    segments.build_lines(ctx, at)
    segments.build(ctx, at)
    sentence, moved, unknown = (at.layout.block(id).top for id in ("sentence", "moves_said", "limits_unknown"))
    heights = {moved: LINE * max(len(at.figures.bringing), 1) + 4, unknown: 2 * LINE}
    page = at.layout.sheet({sentence: SENTENCE_HEIGHT, **heights})
    page.validations.extend(customer.rules(ctx, at))
    put_over(page, at.layout, sentence, _sentence(ctx, at), "sentence")
    put_over(page, at.layout, moved, moves.sentences(ctx, at), "label_wrap")
    put_over(page, at.layout, unknown, moves.limits_unknown(ctx, at), "label_wrap")
    _paint(ctx, page, at)
    return page


def put_over(page: SheetSpec, layout: Layout, row: int, formula: str, style: str) -> None:
    """A text over the width of the page, behind the columns that each one has."""
    first, last = paper.behind_titles(page), min([layout.last_column, *page.column_breaks])
    page.cells.pop((row, FIRST_COLUMN), None)
    for column in range(first, last + 1):
        page.put(row, column, None, style, formula=formula if column == first else None)
    page.merges.append(f"{column_letters(first)}{row}:{column_letters(last)}{row}")


def _sentence(ctx: Context, at: EconomicsAt) -> str:
    """The whole page in words."""
    cells = {key: at.channels.cell(ALL, key).here for key in ("ltv", "cac", "ratio", "payback")}
    wanted = customer.cell(at, "ratio")
    reached = f'IF(ROUND(N({cells["ratio"]}),9)>={wanted},"{ctx.t("econ_good")}","{ctx.t("econ_poor")}")'
    back = words(ctx.t("econ_said_back"), months=f"FIXED({cells['payback']},1)")[1:]
    back = f'IF({cells["payback"]}>0,{back},"{ctx.t("econ_said_at_once")}")'
    back = f'IF(ISNUMBER({cells["payback"]}),{back},"{ctx.t("econ_said_never")}")'
    said = words(
        ctx.t("econ_said"), ltv=f"FIXED({cells['ltv']},0)", cac=f"FIXED({cells['cac']},0)",
        ratio=f"FIXED({cells['ratio']},1)", wanted=f"FIXED({wanted},1)", reached=reached, back=back,
    )[1:]  # fmt: skip
    margin = f'IF(ISNUMBER(gross_margin),""," {ctx.t("econ_no_margin")}")'
    unknown = f'IF({customer.is_endless(at)},"{ctx.t("econ_endless")}","{ctx.t("econ_unknown")}")'
    unknown = f'IF(ISNUMBER({cells["ltv"]}),"{ctx.t("econ_unknown")}",{unknown})'
    return f"=IF(ISNUMBER({cells['ratio']}),{said}&{margin},{unknown})"


def _paint(ctx: Context, page: SheetSpec, at: EconomicsAt) -> None:
    """Whether a channel's ratio is enough stands beside it as a word; the colour says the same."""
    of_channels = at.channels.down("sign").first.to(at.channels.cell(ALL, "sign"))
    for area in (of_channels, at.segments.down("sign")):
        for key, paint in (("econ_good", "good"), ("econ_poor", "poor")):
            page.conditions.append(Condition(area.free, f'={area.first.in_column}="{ctx.t(key)}"', paint))
    if not cost_months.has_budget():
        return
    left = at.months.across(cost_months.LEFT, "total", at.months.months[-1])
    page.conditions.append(Condition(left.free, f"=N({left.first.free})<0", "poor"))
