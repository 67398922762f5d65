"""次の期の分 / for the next period: a block of 逆算 by stage, a row of each channel's tab; off, there is neither."""

from __future__ import annotations

from collections.abc import Sequence

from xl_kpi.plan.model import Channel
from xl_kpi.plan.outlook import LEAST_LATER
from xl_kpi.plan.periods.next_period import NextPeriod, is_on
from xl_kpi.sheets.blocks.table import MonthTable
from xl_kpi.sheets.calculation import next_at, next_channels
from xl_kpi.sheets.calculation.calc_rows import stage_column
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.excel_text import ceiling, reached_whole, words
from xl_kpi.sheets.places.backwards import BEFORE, NAME, SECOND, TOTAL, BackwardsAt, closed_marks, header
from xl_kpi.sheets.plan_words import day, expected, goal, in_sentence, in_unit, month
from xl_kpi.workbook.addresses import absolute, column_letters
from xl_kpi.workbook.cells.grid import HEAD
from xl_kpi.workbook.spec import SheetSpec

GAP = 3  # rows from the last one of the page to the block's header


def lines(ctx: Context) -> int:
    """How many rows the block adds to 逆算."""
    return GAP + len(ctx.plan.stages) if is_on(ctx.plan) else 0


def build(ctx: Context, page: SheetSpec, rows: BackwardsAt) -> None:
    """Below all that is this plan's own: what each stage needs for the next period, and from which day on."""
    if not is_on(ctx.plan):
        return
    period, at, top = NextPeriod(ctx.targets, ctx.outlook), next_at.placed(ctx), rows.end + GAP
    # what stands in these lines follows the plan, so that ids say that they are ours
    page.put(top - 2, 1, f"{HEAD}next_closed", "key")
    page.put(top - 1, 1, f"{HEAD}next_period", "key")
    for column in range(NAME, rows.owner + 1):
        page.put(top - 1, column, ctx.t("section_next_title") if column == NAME else None, "section")
    del page.cells[top - 1, TOTAL]
    page.put(top - 1, TOTAL, None, "section_note", formula=_title(ctx))  # it has the room that the names have not
    closed_marks(ctx, page, rows, top - 2, "note_line")  # its title needs the whole line
    header(ctx, page, rows, top, "next", {
        NAME: "column_stage", TOTAL: "column_in_plan", SECOND: "column_next_required", BEFORE: "column_start",
        rows.after: "column_later", rows.latest: "column_from", rows.owner: "stage_owner",
    })  # fmt: skip
    next_channels.fill(ctx, rows, top + 1)
    start = at.single(next_at.START)
    for index, stage in enumerate(ctx.plan.stages):
        row, column = top + 1 + index, stage_column(ctx, index)
        required = str(at.of_stage(column, next_at.REQUIRED))
        total, values = absolute(row, SECOND), period.whole_new[index].parts
        texts = _steps([str(at.reached(column, k)) for k in range(rows.months + 1)], required, total)
        page.put(row, 1, f"next:{stage.id}", "key")
        page.put(row, NAME, stage.name, "label", formula=f"=$B{rows.need + index}")
        page.put(row, TOTAL, sum(values[1:-1]), "value_strong.whole", formula=_shown(f"SUM({rows.span(row)})"))
        page.put(row, SECOND, period.rounded[index], "value_grey.whole", formula=_shown(ceiling(required)))
        columns = [BEFORE, *(rows.month(k) for k in range(rows.months)), rows.after]
        for place, value, text in zip(columns, values, texts, strict=True):
            page.put(row, place, value, "value.whole", formula=_shown(text))
        page.put(row, rows.latest, period.begins[index], "value.date",
                 formula=_shown(f"{start}-{at.of_stage(column, next_at.SPAN)}"))  # fmt: skip
        page.put(row, rows.owner, stage.owner or "", "label",
                 formula=f"=${column_letters(rows.owner)}{rows.need + index}")  # fmt: skip


def sentence(ctx: Context) -> str:
    """For the first page: how many leads of these months are for the next period, and from which day on; nothing where
    none are."""
    at, rows = next_at.placed(ctx), ctx.at(BackwardsAt)
    start, amount, row = at.single(next_at.START), at.single(next_at.AMOUNT), rows.end + GAP + 1
    leads, begins = rows.cell(row, TOTAL), rows.cell(row, rows.latest)
    said = words(
        ctx.t("start_next"),
        year=f"YEAR({start})",
        month=month(ctx, str(start)),
        goal=goal(ctx, str(amount)),
        stage=in_sentence(ctx, "first_stage_name", ctx.plan.stages[0].name),
        count=f"FIXED({leads},0)",
        y1=f"YEAR({begins})",
        m1=month(ctx, str(begins)),
        d1=day(ctx, str(begins)),
    )
    return f'=IF(N({leads})>0,{said[1:]},"")'


def rows_of(ctx: Context, channel: Channel) -> list[str]:
    """The keys of the rows on a channel's tab."""
    return [row_of(channel)] if is_on(ctx.plan) and ctx.plan.brings(channel) else []


def row_of(channel: Channel) -> str:
    """The key of the row on a channel's tab."""
    return f"next:{channel.stage}"


def on_tab(ctx: Context, table: MonthTable, channel: Channel) -> None:
    """The channel's share of it, below what the plan itself asks."""
    if not is_on(ctx.plan) or not ctx.plan.brings(channel):
        return
    index, row = ctx.targets.stage_index(channel.stage), row_of(channel)
    values = NextPeriod(ctx.targets, ctx.outlook).whole_of_channel(channel).months
    table.fill(row, unit=ctx.unit_label("count"))
    table.put(row, "kpi", ctx.t("row_next_asks", stage=ctx.plan.stages[index].name), "label")
    kind, off = ctx.t("row_plan"), ctx.t("next_period_off")
    table.put(row, "kind", kind, formula=f'=IF({_is_off(ctx)},"{off}","{kind}")')
    texts = [_shown(str(next_channels.month_of(ctx, channel, k))) for k in range(ctx.plan.months)]
    table.put_months(row, values, "value_grey.whole", texts)
    total = _shown(f"SUM({table.span(row).in_column})")
    table.put(row, "total", sum(values), "value_grey.whole", formula=total)
    table.put(row, "to_date", None, "value")


def _steps(reached: Sequence[str], required: str, total: str) -> list[str]:
    """The Excel texts of ``NextPeriod.whole_new`` from the sums reached; ``required`` exact, ``total`` whole."""
    sums = [*(reached_whole(one, required, total) for one in reached), total]
    return [sums[0], *(f"{after}-{before}" for before, after in zip(sums, sums[1:]))]


def _shown(text: str) -> str:
    """Nothing while the numbers need the sheets made anew."""
    return f'=IF(next_pending>0,"",{text})'


def _is_off(ctx: Context) -> str:
    """Excel's text of whether it was switched off since the sheets were made."""
    return f'next_period="{ctx.t("next_period_off")}"'


def _title(ctx: Context) -> str:
    """What the block is for: the goal of the next period, and when it begins; switched off since, that it is."""
    at = next_at.placed(ctx)
    start, amount = at.single(next_at.START), at.single(next_at.AMOUNT)
    count = at.single(next_at.CARRIED)
    said = words(ctx.t("next_carried"), orders=expected(ctx, str(count)))[1:]
    carried = f'IF({count}<{float(LEAST_LATER)},"",{said})'
    going_on = at.single(next_at.GOING_ON)
    fees = words(ctx.t("next_fees"), fees=in_unit(ctx, str(going_on)))[1:]
    carried = f'{carried}&IF({going_on}>0,{fees},"")'
    title = words(ctx.t("section_next"), carried=carried, year=f"YEAR({start})",
                  month=month(ctx, str(start)), goal=goal(ctx, str(amount)))  # fmt: skip
    off = ctx.t("section_next_off", off=ctx.t("next_period_off"))
    return f'=IF({_is_off(ctx)},"{off}",{title[1:]})'
