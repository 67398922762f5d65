"""逆算, page 2: what must be newly won once the open pipeline is counted, and the stages' actuals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xl_kpi.kpi.figures import (
    MonthRow,
    Months,
    Number,
    attainment,
    attainment_excel,
    complete,
    count_where,
    count_where_excel,
    is_number,
    progress,
    progress_excel,
    sum_where,
    sum_where_excel,
)
from xl_kpi.kpi.slips import slips, slips_excel
from xl_kpi.plan.closed.closing import channel_key, gone_rows, kpi_key, stage_key
from xl_kpi.plan.model import AMOUNT_ROWS, EXISTING_ROW
from xl_kpi.plan.money.cells import YEN
from xl_kpi.sheets.channel_tab.page import TabsAt
from xl_kpi.sheets.context import Context, progress_style, typed_money
from xl_kpi.sheets.excel_text import reached_whole
from xl_kpi.sheets.first_plan import Reached, first_months, rows_of
from xl_kpi.sheets.places import exact_volumes
from xl_kpi.sheets.places.backwards import (
    BEFORE,
    FIRST_MONTH,
    NAME,
    SECOND,
    TOTAL,
    BackwardsAt,
    end_of_pair,
    header,
    section,
)
from xl_kpi.sheets.places.funnel import FunnelAt
from xl_kpi.workbook.addresses import absolute, column_letters
from xl_kpi.workbook.spec import SheetSpec, Validation


@dataclass(frozen=True)
class StageMonths:
    """A stage's (or the goal's own) actuals and what the plan asks in the same months, as rows of one page.

    ``parts``: the rows that must have a number in a month for it to count: the actuals themselves, or those of every
    channel whose sum they are; a month in which one is missing is compared with nothing.  ``targets`` add up.
    """

    actual: MonthRow
    targets: tuple[MonthRow, ...]
    parts: tuple[MonthRow, ...]

    @property
    def asked(self) -> Months:
        """The targets by month."""
        return [sum(months) for months in zip(*(row.values for row in self.targets), strict=True)]

    def sums(self, parts: Sequence[MonthRow] = ()) -> tuple[float, float]:
        """Actual and target over the months in which all parts, here and in ``parts``, have a number."""
        rows = [part.values for part in (*self.parts, *parts)]
        return sum_where(rows, self.actual.values), sum(sum_where(rows, target.values) for target in self.targets)

    def sums_excel(self, parts: Sequence[MonthRow] = ()) -> tuple[str, str]:
        """The Excel texts of ``sums``."""
        rows = [part.span for part in (*self.parts, *parts)]
        targets = "+".join(sum_where_excel(rows, target.span) for target in self.targets)
        return sum_where_excel(rows, self.actual.span), f"({targets})" if len(self.targets) > 1 else targets

    @property
    def to_date(self) -> tuple[Number, Number]:
        """Actual and target over the months that count; blank if none does."""
        return self.sums() if count_where([part.values for part in self.parts]) else ("", "")

    @property
    def counted_excel(self) -> str:
        """How many months count."""
        return count_where_excel([part.span for part in self.parts])


def stage_months(ctx: Context, key: str, sheet: str = "") -> StageMonths:
    """The rows of "stage:<id>"; ``sheet`` stands before the addresses of 逆算 where another page names them."""
    rows, sums = ctx.at(BackwardsAt), ctx.at(TabsAt).sums.get(key)
    money = {
        ctx.plan.goal.row: (rows.revenue_actual, rows.revenue),
        EXISTING_ROW: (rows.existing_actual, rows.existing),
    }
    if key in AMOUNT_ROWS:
        row, goal = money[key]
    else:
        index = ctx.targets.stage_index(key.partition(":")[2])
        row, goal = rows.actual[index], rows.new + index
    actual = MonthRow(["" if one is None else one for one in actual_months(ctx, key)], sheet + rows.span(row))
    target = MonthRow(target_months(ctx, key), sheet + rows.span(goal))
    if sums is None:
        return StageMonths(actual, (target,), (actual,))
    return StageMonths(actual, sums.targets or (target,), sums.parts)


def against_first(ctx: Context, key: str) -> Reached:
    """The same actuals, to hold against 当初計画."""
    stage, at = stage_months(ctx, key), ctx.at(TabsAt)
    sums = at.sums.get(key)
    missing = sums.missing if sums and len(sums.parts) > 1 else ()
    if sums is None or not sums.targets:
        return Reached(stage.actual, stage.parts, missing)
    firsts, cells = [], []
    for channel in ctx.plan.channels_on:
        anchor = at.tabs[channel.id].figures.anchor
        if channel.stage == ctx.plan.stages[0].id and anchor is not None:
            table, row = at.tabs[channel.id].table, rows_of(ctx, anchor.id)[0]
            firsts.append(MonthRow(first_months(ctx, kpi_key(channel.id, anchor.id)), str(table.span(row))))
            cells.append([table.month(row, k).far_free for k in range(ctx.plan.months)])
    first, closed = ctx.plan.stages[0].id, ctx.at(BackwardsAt).closed
    firsts += sums.targets[len(firsts) :]  # of channels that are off now what was agreed
    for what in (channel_key(id_, first) for id_ in gone_rows(ctx.plan)):
        cells.append([closed.target(what, k).far_free for k in range(ctx.plan.months)])
    return Reached(stage.actual, stage.parts, missing, tuple(firsts), [",".join(month) for month in zip(*cells)])


def build(ctx: Context, page: SheetSpec, rows: BackwardsAt) -> None:
    """Both blocks, below the chart of page 1."""
    _new(ctx, page, rows)
    _actuals(ctx, page, rows)


def whole_by(rows: BackwardsAt, index: int, part: int) -> str:
    """How many whole things a stage needs by the end of a part."""
    asked, total = rows.closed.needed(index), rows.closed.whole_needed(index)
    upto = f"SUM({rows.exact.need.upto(index, part)})"
    if part == exact_volumes.BEFORE:
        return reached_whole(upto, str(asked), str(total))
    upto = f"({upto}+{rows.closed.rest_needed(index)})"  # with closed months from what these leave of whole things
    return reached_whole(upto, str(asked), str(total), still="closed_months=0")


def _new(ctx: Context, page: SheetSpec, rows: BackwardsAt) -> None:
    """Block 3: what must be newly won once the open pipeline is counted."""
    targets, plan = ctx.targets, ctx.plan
    section(ctx, page, rows, rows.new_header - 1, "section_new")
    header(ctx, page, rows, rows.new_header, "new", {
        NAME: "column_stage", TOTAL: "column_in_plan", SECOND: "column_credit", BEFORE: "column_shortage",
        rows.after: "column_next", rows.latest: "column_outside", rows.owner: "stage_owner",
    })  # fmt: skip
    last = len(plan.stages) - 1
    for index, stage in enumerate(plan.stages):
        row, source, new = rows.new + index, rows.need + index, targets.whole_new[index]
        places, name = ctx.at(FunnelAt).stages[index], (stage.name, rows.cell(row, NAME))
        under_way = rows.closed.under_way(index)
        exact_volumes.new(ctx, rows.exact, index, name, under_way, places.rate if index < last else None)
        page.put(row, 1, f"new:{stage.id}", "key")
        page.put(row, NAME, stage.name, "label", formula=f"=$B{source}")
        page.put(row, TOTAL, new.in_plan, "value_strong.whole", formula=f"=SUM({rows.span(row)})")
        first, before, after = absolute(row, BEFORE), absolute(row, SECOND), absolute(row, rows.after)
        what = stage_key(stage.id)
        asked, kept = rows.closed.needed(index), rows.closed.kept_sum(what)
        blocks = rows.exact.new, rows.exact.told_new
        exact_volumes.told(ctx, rows.closed, blocks, index, "told_new", name, what, targets.told_new[index])
        # with what is covered the row adds up to what the stage needs in all
        page.put(row, SECOND, targets.whole_covered[index], "value_grey.whole",
                 formula=f"={absolute(source, TOTAL)}-SUM({first}:{after})")  # fmt: skip
        for part, (column, value) in enumerate(zip(rows.parts(), new.parts, strict=True)):
            left = f"SUM({rows.exact.new.upto(index, part)})"
            covered = f"INT({rows.closed.covered(index)}+{asked}*1.23E-11)"
            whole = whole_by(rows, index, part)
            if not part:
                whole = f"IF(closed_months=0,{whole},0)"
            live = f"IF({left}>{asked}*1.23E-11,{whole}-{covered},0)"
            if part:
                live += f"-SUM({first}:{absolute(row, column - 1)})+{kept}"
            page.put(row, column, value, "value.whole", formula=f"={rows.closed.kept(what, part, live)}")
        # what of the required total is not left to the channels in the plan's months
        page.put(
            row, rows.latest, targets.whole_outside[index], "value_grey.whole", formula=f"={before}+{first}+{after}"
        )
        page.put(row, rows.owner, stage.owner or "", "label", formula=f"=${column_letters(rows.owner)}{source}")
    page.put(rows.new_header + last + 2, TOTAL, ctx.t("note_shortage"), "note_line")
    exact_volumes.head(ctx, rows.exact.new, "section_new")
    exact_volumes.head(ctx, rows.exact.told_new, "section_new")
    ctx.name("first_stage_shortage", page.ref(rows.new, BEFORE))
    ctx.name("out_new", rows.exact.told_new.area(last))


def _actuals(ctx: Context, page: SheetSpec, rows: BackwardsAt) -> None:
    """Rows of typed actuals (the first stage: the sum of its channels) with the attainment below each."""
    plan = ctx.plan
    section(ctx, page, rows, rows.actual_header - 1, "section_actuals")
    header(ctx, page, rows, rows.actual_header, "actuals", {
        NAME: "column_stage", TOTAL: "column_total", SECOND: "column_to_date", BEFORE: "column_kind",
        rows.after: "column_blank", rows.latest: "column_blank", rows.owner: "stage_owner",
    })  # fmt: skip
    sums = ctx.at(TabsAt).sums
    if rows.revenue_actual:
        _actual_pair(ctx, page, rows, rows.revenue_actual, ctx.plan.goal.row, rows.revenue, typed_money(ctx.plan))
    if rows.existing_actual:
        _actual_pair(ctx, page, rows, rows.existing_actual, EXISTING_ROW, rows.existing, typed_money(ctx.plan))
    for index, stage in enumerate(plan.stages):
        key = f"stage:{stage.id}"
        unit = "count" if key in sums else "whole"  # what channels count may have parts
        _actual_pair(ctx, page, rows, rows.actual[index], key, rows.new + index, unit)
    first = rows.revenue_actual or rows.actual[0]
    ctx.name("act_stages", page.ref(rows.actual_header, 1, rows.last, rows.month(rows.months - 1)))
    months = f"{column_letters(FIRST_MONTH)}{first}:{column_letters(rows.month(rows.months - 1))}{rows.last}"
    allowed = ctx.t("allowed_actual", low="0")
    page.validations.append(
        Validation(months, "decimal", "0", operator="greater_than_or_equal", title=ctx.t("row_actual"),
                   error=allowed, prompt=allowed)
    )  # fmt: skip


def _actual_pair(ctx: Context, page: SheetSpec, rows: BackwardsAt, row: int, key: str, target_row: int,
                 unit: str) -> None:  # fmt: skip
    """The row of actuals and the row of attainment under it; a total shows each digit of what was typed."""
    sums, stage = ctx.at(TabsAt).sums.get(key), stage_months(ctx, key)
    actual, asked, counts = actual_months(ctx, key), stage.asked, complete([part.values for part in stage.parts])
    page.put(row, 1, f"{key}:actual", "key")
    page.put(row + 1, 1, f"{key}:attainment", "key")
    name = f"=$B{target_row}"
    page.put(row, NAME, page.cells[target_row, NAME].value, "label", formula=name)
    attained = [
        attainment(one, other) if there else "" for one, other, there in zip(actual, asked, counts, strict=True)
    ]
    kind = YEN if key in AMOUNT_ROWS else "count"
    together = sums is not None and len(sums.parts) > 1
    if sums:
        page.put(row + 1, NAME, ctx.t("row_all_channels") if together else None, "unit_line")
    else:
        told, text = ctx.t("check_digits"), slips_excel(rows.span(row + 1), rows.span(target_row), kind)
        said = told if slips(attained, asked, kind) else ""
        page.put(row + 1, NAME, said, "label", formula=f'=IF({text}>0,"{told}","")')
    page.put(row, BEFORE, ctx.t("row_actual"), "value.center")
    page.put(row + 1, BEFORE, ctx.t("row_attainment"), "value.center")
    style = f"value.{unit}" if sums else f"input.{unit}"
    for k in range(rows.months):
        formula = sums.formulas[k] if sums else None
        page.put(row, rows.month(k), actual[k] if actual[k] is not None or not sums else "", style, formula=formula)
        letter = column_letters(rows.month(k))
        against = sums.asked[k] if sums and sums.asked else f"{letter}{target_row}"
        text = attainment_excel(f"{letter}{row}", against)
        if sums and together:
            text = f'=IF({sums.missing[k]},"",{text[1:]})'
        page.put(row + 1, rows.month(k), attained[k], "value.attain",
                 formula=text)  # fmt: skip
    total, whole = total_of(actual), "+".join(f"SUM({one.span})" for one in stage.targets)
    page.put(row, TOTAL, total, f"value_strong.{unit}",
             formula=f'=IF(COUNT({stage.actual.span})=0,"",SUM({stage.actual.span}))')  # fmt: skip
    page.put(row + 1, TOTAL, progress(total, sum(filter(is_number, asked))), progress_style(ctx),
             formula=progress_excel(absolute(row, TOTAL), f"({whole})"))  # fmt: skip
    reached, to_date = stage.to_date
    actual_text, target_text = stage.sums_excel()
    page.put(row, SECOND, reached, f"value.{unit}", formula=f'=IF({stage.counted_excel}=0,"",{actual_text})')
    page.put(row + 1, SECOND, attainment(reached, to_date), "value.attain",
             formula=attainment_excel(absolute(row, SECOND), target_text))  # fmt: skip
    end_of_pair(page, rows, row, target_row)


def actual_months(ctx: Context, key: str) -> Sequence[float | None]:
    """The actuals of "stage:<id>" by month: typed, or for the first stage the sum of its channels."""
    sums = ctx.at(TabsAt).sums.get(key)
    return sums.values if sums else [ctx.plan.actuals.get((key, k)) for k in range(ctx.plan.months)]


def target_months(ctx: Context, key: str) -> list[float]:
    """What the plan asks of "stage:<id>" by month."""
    if key == EXISTING_ROW:
        return shown_existing(ctx)[1:-1]
    if key in AMOUNT_ROWS:
        return shown_revenue(ctx)[1:-1]
    return [float(value) for value in ctx.targets.whole_new[ctx.targets.stage_index(key.partition(":")[2])].months]


def shown_revenue(ctx: Context) -> list[float]:
    """The goal in money before the start, by month and after the end, to what the plan's money shows."""
    return [*map(float, ctx.targets.shown_revenue)]


def shown_existing(ctx: Context) -> list[float]:
    """What existing customers bring of it, likewise."""
    return [*map(float, ctx.targets.shown_existing)]


def total_of(actual: Sequence[float | None]) -> Number:
    """The sum of the months that have a number; blank while none has."""
    numbers = [value for value in actual if value is not None]
    return sum(numbers) if numbers else ""
