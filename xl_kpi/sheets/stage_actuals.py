"""逆算, page 2: what must be newly won once the open pipeline is counted, and the stages' actuals."""

from __future__ import annotations

from collections.abc import Sequence

from xl_kpi.kpi.figures import Number, attainment, attainment_excel, sum_where, sum_where_excel
from xl_kpi.sheets.backwards_rows import BEFORE, FIRST_MONTH, NAME, SECOND, TOTAL, BackwardsAt, header, section
from xl_kpi.sheets.channel_tab import TabsAt
from xl_kpi.sheets.context import Context, mark_attainment
from xl_kpi.sheets.funnel import FunnelAt
from xl_kpi.workbook.addresses import absolute, column_letters
from xl_kpi.workbook.spec import SheetSpec, Validation

# A pipeline that covers the need exactly leaves nothing, not the last binary digit.
NOISE = "1E-12"
REVENUE = "stage:revenue"  # as the stages: what actuals are typed for


def build(ctx: Context, page: SheetSpec, rows: BackwardsAt) -> None:
    """Both blocks, below the chart of page 1."""
    _new(ctx, page, rows)
    _actuals(ctx, page, rows)


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
        row, source, new = rows.new + index, rows.need + index, targets.new[index]
        credit = absolute(row, SECOND)
        page.put(row, 1, f"new:{stage.id}", "key")
        page.put(row, NAME, stage.name, "label", formula=f"=$B{source}")
        page.put(row, TOTAL, float(sum(new.months)), "value_strong.count", formula=f"=SUM({rows.span(row)})")
        below = "" if index == last else f"+{absolute(row + 1, SECOND)}/{ctx.at(FunnelAt).stages[index].rate}"
        page.put(row, SECOND, float(targets.credit[index]), "value_grey.count",
                 formula=f"=N({ctx.at(FunnelAt).stages[index].open}){below}")  # fmt: skip
        page.put(
            row,
            BEFORE,
            float(new.before),
            "value.count",
            formula=f"=IF($E{source}-{credit}<{NOISE}*{credit},0,$E{source}-{credit})",
        )
        for column, value in [*((rows.month(k), new.months[k]) for k in range(rows.months)), (rows.after, new.next)]:
            letter = column_letters(column)
            beyond = f"SUM($E{source}:{letter}{source})-{credit}"  # the need so far that the pipeline leaves
            page.put(
                row,
                column,
                float(value),
                "value.count",
                formula=f"=IF({beyond}<{NOISE}*{credit},0,MIN({letter}{source},{beyond}))",
            )
        # what of the required total is not left to the channels in the plan's months
        outside = float(targets.required[index] - sum(new.months))
        covered = f"MIN({credit},{absolute(source, SECOND)})"
        after = f"{column_letters(rows.after)}{row}"
        page.put(row, rows.latest, outside, "value_grey.count", formula=f"={covered}+$E{row}+{after}")
        page.put(row, rows.owner, stage.owner or "", "label", formula=f"=${column_letters(rows.owner)}{source}")
    ctx.name("first_stage_shortage", page.ref(rows.new, BEFORE))
    ctx.name("out_new", page.ref(rows.new, 1, rows.new + last, rows.month(rows.months - 1)))


def _actuals(ctx: Context, page: SheetSpec, rows: BackwardsAt) -> None:
    """Rows of typed actuals (the first stage: the sum of its channels) with the attainment below each."""
    plan = ctx.plan
    section(ctx, page, rows, rows.actual_header - 1, "section_actuals")
    header(ctx, page, rows, rows.actual_header, "actuals", {
        NAME: "column_stage", TOTAL: "column_total", SECOND: "column_to_date", BEFORE: "column_kind",
        rows.after: "column_blank", rows.latest: "column_blank", rows.owner: "stage_owner",
    })  # fmt: skip
    if rows.revenue_actual:
        _actual_pair(ctx, page, rows, rows.revenue_actual, REVENUE, rows.revenue, ctx.plan.currency_unit)
    for index, stage in enumerate(plan.stages):
        _actual_pair(ctx, page, rows, rows.actual[index], f"stage:{stage.id}", rows.new + index, "count")
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
    """The row of actuals and the row of attainment under it."""
    months = range(rows.months)
    sums, actual, target = ctx.at(TabsAt).sums.get(key), actual_months(ctx, key), target_months(ctx, key)
    page.put(row, 1, f"{key}:actual", "key")
    page.put(row + 1, 1, f"{key}:attainment", "key")
    name = f"=$B{target_row}"
    page.put(row, NAME, page.cells[target_row, NAME].value, "label", formula=name)
    page.put(row + 1, NAME, None, "label")
    page.put(row, BEFORE, ctx.t("row_actual"), "value.center")
    page.put(row + 1, BEFORE, ctx.t("row_attainment"), "value.center")
    style = f"value.{unit}" if sums else ("input.yen" if unit.endswith("yen") else "input.whole")
    for k in months:
        formula = sums.formulas[k] if sums else None
        page.put(row, rows.month(k), actual[k] if actual[k] is not None or not sums else "", style, formula=formula)
        letter = column_letters(rows.month(k))
        page.put(row + 1, rows.month(k), attainment(actual[k], target[k]), "value.attain",
                 formula=attainment_excel(f"{letter}{row}", f"{letter}{target_row}"))  # fmt: skip
    typed, goal = rows.span(row), rows.span(target_row)
    total = total_of(actual)
    page.put(row, TOTAL, total, f"value_strong.{unit}", formula=f'=IF(COUNT({typed})=0,"",SUM({typed}))')
    page.put(row, SECOND, total, f"value.{unit}", formula=f"={absolute(row, TOTAL)}")
    whole = sum(target)
    page.put(row + 1, TOTAL, attainment(total, whole), "value.percent",
             formula=attainment_excel(absolute(row, TOTAL), f"SUM({goal})"))  # fmt: skip
    page.put(row + 1, SECOND, attainment_to_date(actual, target), "value.attain",
             formula=attainment_excel(absolute(row, SECOND), sum_where_excel(typed, goal)))  # fmt: skip
    for column in (rows.after, rows.latest):
        page.put(row, column, None, "value")
        page.put(row + 1, column, None, "value")
    owner = page.cells[target_row, rows.owner].value or ""
    page.put(row, rows.owner, owner, "label", formula=f'=""&${column_letters(rows.owner)}{target_row}')
    page.put(row + 1, rows.owner, None, "label")
    mark_attainment(page, rows.span(row + 1, dollar=False), f"{column_letters(FIRST_MONTH)}{row + 1}")
    mark_attainment(page, f"D{row + 1}", f"D{row + 1}")


def actual_months(ctx: Context, key: str) -> Sequence[float | None]:
    """The actuals of "stage:<id>" by month: typed, or for the first stage the sum of its channels."""
    sums = ctx.at(TabsAt).sums.get(key)
    return sums.values if sums else [ctx.plan.actuals.get((key, k)) for k in range(ctx.plan.months)]


def target_months(ctx: Context, key: str) -> list[float]:
    """What the plan asks of "stage:<id>" by month."""
    if key == REVENUE:
        return [float(value) for value in ctx.targets.revenue.months]
    return [float(value) for value in ctx.targets.new[ctx.targets.stage_index(key.partition(":")[2])].months]


def total_of(actual: Sequence[float | None]) -> Number:
    """The sum of the months that have a number; blank while none has."""
    numbers = [value for value in actual if value is not None]
    return sum(numbers) if numbers else ""


def attainment_to_date(actual: Sequence[float | None], target: Sequence[float]) -> float | str:
    """Actual against target over the months that have an actual."""
    total = total_of(actual)
    return attainment(total, sum_where(actual, target) if total != "" else "")
