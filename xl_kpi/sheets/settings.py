"""設定 / Settings: goal, period, money, season on the left; the plan in one sentence and warnings on the right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xl_kpi.calc import month_start
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.excel_text import ceiling, words
from xl_kpi.workbook.addresses import absolute
from xl_kpi.workbook.spec import Condition, SheetSpec, Validation

FIRST_ROW = 6
WARNING_ROWS = 8  # room for as many lines at once
# (name, style, text key of the hint); rows of the left block in order, None starts a section
_ROWS = (
    ("section_goal",),
    ("kgi_kind", "input.left"),
    ("kgi_value", "input.yen"),
    ("kgi_baseline", "input.yen"),
    ("kgi_growth", "input.rate"),
    ("kgi_deadline", "input.date"),
    ("order_value", "input.yen"),
    ("delivery_days", "input.day"),
    ("section_period",),
    ("plan_start", "input.month"),
    ("plan_months", "input.day"),
    ("section_display",),
    ("plan_title", "input_wrap"),
    ("currency_unit", "input.left"),
    ("rounding", "input.left"),
    ("plan_lang", "input.left"),
    ("section_stated",),
    ("kgi_monthly", "input.yen"),
    ("kgi_customers", "input.whole"),
    ("section_result",),
    ("kgi_goal", "value_strong.exact"),
    ("orders_needed", "value_strong.exact"),
    ("deadline_used", "value_strong.date"),
)
_CHOICES = {
    "kgi_kind": ("kind_orders", "kind_revenue", "kind_customers"),
    "currency_unit": ("currency_yen", "currency_thousand_yen", "currency_million_yen"),
    "rounding": ("rounding_total", "rounding_each"),
    "plan_lang": ("lang_ja", "lang_en"),
}


@dataclass(frozen=True)
class SettingsAt:
    """The row of each entry by its name, and where the blocks on the right stand."""

    rows: Mapping[str, int]
    warnings: int
    season: int
    last: int


def place(ctx: Context) -> SettingsAt:
    rows, row = {}, FIRST_ROW - 1
    for name, *_ in _ROWS:
        row += 1 + (name.startswith("section_") and row >= FIRST_ROW)
        rows[name] = row
    warnings = FIRST_ROW + 6
    season = warnings + WARNING_ROWS + 2
    return SettingsAt(rows, warnings, season, max(row, season + 13))


def build(ctx: Context) -> SheetSpec:
    page = ctx.sheet("settings", landscape=True)
    t = ctx.t
    page.widths.update({2: 25, 3: 24, 4: 42, 5: 2.5, 6: 17, 7: 12, 8: 17, 9: 17, 10: 17})
    ctx.head(page, t("settings_title"), t("settings_subtitle"), [2, 3, 4, 6, 7, 8, 9, 10])
    typed, at = _typed(ctx), ctx.at(SettingsAt)
    for entry in _ROWS:
        name = entry[0]
        row = at.rows[name]
        if name.startswith("section_"):
            for column in (2, 3, 4):
                page.put(row, column, t(name) if column == 2 else None, "section")
            continue
        page.put(row, 1, name, "key")
        page.put(row, 2, t(f"label_{name}"), "label")
        page.put(row, 4, t(f"hint_{name}"), "unit")
        if name in typed:
            page.put(row, 3, typed[name], entry[1])
        ctx.name(name, page.ref(row, 3))
        if name == "plan_title":
            page.heights[row] = 34  # names of plans are long
    _results(ctx, page)
    _validations(ctx, page)
    _sentence(ctx, page)
    _warnings(ctx, page)
    _season(ctx, page)
    page.print_area = f"$A$1:$J${at.last}"
    page.freeze = "A4"
    return page


def _typed(ctx: Context) -> dict[str, object]:
    plan, goal, t = ctx.plan, ctx.plan.goal, ctx.t
    return {
        "kgi_kind": t(f"kind_{goal.kind}"),
        "kgi_value": goal.value,
        "kgi_baseline": goal.baseline,
        "kgi_growth": goal.growth,
        "kgi_deadline": goal.deadline,
        "order_value": plan.order_value,
        "delivery_days": plan.delivery_days,
        "plan_start": plan.start,
        "plan_months": plan.months,
        "plan_title": plan.title,
        "currency_unit": t(f"currency_{plan.currency_unit}"),
        "rounding": t(f"rounding_{plan.rounding}"),
        "plan_lang": t(f"lang_{plan.lang}"),
        "kgi_monthly": goal.monthly,
        "kgi_customers": goal.customers,
    }


def _results(ctx: Context, page: SheetSpec) -> None:
    revenue = ctx.t("kind_revenue")
    orders = ceiling("kgi_goal/order_value")
    results = {
        "kgi_goal": (
            float(ctx.targets.goal),
            "=IF(ISNUMBER(kgi_value),kgi_value,kgi_baseline*(1+kgi_growth))",
            "value_strong.whole",
        ),
        "orders_needed": (
            float(ctx.targets.orders),
            f'=IF(kgi_kind="{revenue}",IF(N(order_value)>0,{orders},0),kgi_goal)',
            "value_strong.whole",
        ),
        "deadline_used": (
            ctx.targets.deadline,
            f"=IF(ISNUMBER(kgi_deadline),kgi_deadline,EDATE(plan_start,{ctx.plan.months})-1)",
            "value_strong.date",
        ),
    }
    for name, (value, formula, style) in results.items():
        page.put(ctx.at(SettingsAt).rows[name], 3, value, style, formula=formula)


def _validations(ctx: Context, page: SheetSpec) -> None:
    t = ctx.t
    for name, keys in _CHOICES.items():
        choices = ",".join(t(key) for key in keys)
        page.validations.append(_rule(ctx, name, "list", choices))
    for name in ("kgi_value", "kgi_baseline", "order_value", "kgi_monthly", "kgi_customers"):
        page.validations.append(_rule(ctx, name, "decimal", "0", operator="greater_than"))
    page.validations.append(_rule(ctx, "kgi_growth", "decimal", "-0.99", "100"))
    page.validations.append(_rule(ctx, "delivery_days", "whole", "0", "730"))
    page.validations.append(_rule(ctx, "plan_months", "whole", "1", "36"))
    start = _cell(ctx, "plan_start")
    page.validations.append(_rule(ctx, "plan_start", "custom", f"=AND(ISNUMBER({start}),DAY({start})=1)"))
    last = f"=EDATE({start},{grid_months(ctx)})-1"
    page.validations.append(_rule(ctx, "kgi_deadline", "date", f"={start}", last))


def grid_months(ctx: Context) -> int:
    """How many months the calculation sheet covers: the plan, or up to a deadline that lies later."""
    months = ctx.plan.months
    while month_start(ctx.plan.start, months) <= ctx.targets.deadline:
        months += 1
    return months


def _cell(ctx: Context, name: str) -> str:
    return absolute(ctx.at(SettingsAt).rows[name], 3)


def _rule(ctx: Context, name: str, kind: str, one: str, two: str = "", operator: str = "between") -> Validation:
    return Validation(
        _cell(ctx, name).replace("$", ""),
        kind,
        one,
        two,
        operator,
        title=ctx.t(f"label_{name}"),
        error=ctx.t(f"allowed_{name}"),
        prompt=ctx.t(f"allowed_{name}"),
    )


def _sentence(ctx: Context, page: SheetSpec) -> None:
    """The whole plan in words, alive: it changes with every input."""
    _section(ctx, page, FIRST_ROW, "section_sentence")
    first = FIRST_ROW + 1
    for row in range(first, first + 4):
        for column in range(6, 11):
            if (row, column) != (first, 6):
                page.put(row, column, None, "sentence")
    revenue, yen, count = ctx.t("kind_revenue"), ctx.t("unit_goal_yen"), ctx.t("unit_goal_count")
    formula = words(
        ctx.t("plan_sentence"),
        y1="YEAR(plan_start)",
        m1="MONTH(plan_start)",
        y2="YEAR(deadline_used)",
        m2="MONTH(deadline_used)",
        d2="DAY(deadline_used)",
        kind="kgi_kind",
        goal="FIXED(kgi_goal,0)",
        unit=f'IF(kgi_kind="{revenue}","{yen}","{count}")',
        orders="FIXED(orders_needed,0)",
        stage="first_stage_name",
        total="FIXED(first_stage_required,0)",
        average=f"FIXED(first_stage_required/{ctx.plan.months},0)",
        before="FIXED(first_stage_before,0)",
    )
    page.put(first, 6, None, "sentence", formula=formula)
    page.merges.append(f"F{first}:J{first + 3}")
    ctx.name("plan_sentence", page.ref(first, 6))


def _section(ctx: Context, page: SheetSpec, row: int, key: str) -> None:
    for column in range(6, 11):
        page.put(row, column, ctx.t(key) if column == 6 else None, "section")


def _warnings(ctx: Context, page: SheetSpec) -> None:
    """One line for each thing that does not fit; empty when all is well."""
    t, months = ctx.t, ctx.plan.months
    revenue = t("kind_revenue")
    row = ctx.at(SettingsAt).warnings
    _section(ctx, page, row, "section_warnings")
    checks = (
        ("kgi_goal<=0", "warn_goal", {}),
        ("AND(ISNUMBER(kgi_value),ISNUMBER(kgi_growth))", "warn_goal_twice", {}),
        (f'AND(kgi_kind="{revenue}",N(order_value)<=0)', "warn_order_value", {}),
        (f"plan_months<>{months}", "warn_months", {"months": str(months)}),
        ("plan_start<>made_start", "warn_start_moved", {}),
        ("ABS(share_sum-1)>0.0001", "warn_shares", {"sum": "FIXED(share_sum*100,1)"}),
        ("first_stage_shortage>0.0000001", "warn_shortage", {"count": "FIXED(first_stage_shortage,0)"}),
        ("curve_pending>0", "warn_curve", {}),
        (
            f"AND(ISNUMBER(kgi_monthly),ABS(N(kgi_monthly)*{months}-kgi_goal)>0.005*kgi_goal)",
            "warn_monthly",
            {"monthly": "FIXED(N(kgi_monthly),0)", "product": f"FIXED(N(kgi_monthly)*{months},0)",
             "months": str(months), "goal": "FIXED(kgi_goal,0)"},
        ),
        (
            f'AND(kgi_kind="{revenue}",ISNUMBER(kgi_customers),'
            "ABS(N(kgi_customers)*N(order_value)-kgi_goal)>0.005*kgi_goal)",
            "warn_customers",
            {"customers": "FIXED(N(kgi_customers),0)", "product": "FIXED(N(kgi_customers)*N(order_value),0)",
             "goal": "FIXED(kgi_goal,0)"},
        ),
    )  # fmt: skip
    parts = [
        f'IF({condition},{words(t(key), **expressions)[1:]}&CHAR(10),"")' for condition, key, expressions in checks
    ]
    any_of = ",".join(condition for condition, _, _ in checks)
    first, last = row + 1, row + WARNING_ROWS
    page.put(first, 6, None, "warning", formula=f'=IF(OR({any_of}),{"&".join(parts)},"{t("warn_none")}")')
    for line in range(first, last + 1):
        for column in range(6, 11):
            if (line, column) != (first, 6):
                page.put(line, column, None, "warning")
    page.merges.append(f"F{first}:J{last}")
    page.conditions.append(Condition(f"F{first}:J{last}", f'=LEFT($F${first},1)="✓"', "clear"))
    ctx.name("plan_warnings", page.ref(first, 6))


def _season(ctx: Context, page: SheetSpec) -> None:
    """tbl_season: the weight of each calendar month."""
    row = ctx.at(SettingsAt).season
    _section(ctx, page, row, "section_season")
    header = row + 1
    page.put(header, 6, ctx.t("season_month"), "header")
    page.put(header, 7, ctx.t("season_weight"), "header")
    page.put(header, 8, ctx.t("season_note"), "note")
    for column in (9, 10):
        page.put(header, column, None, "note")
    page.merges.append(f"H{header}:J{header + 3}")
    for month, weight in enumerate(ctx.plan.season, 1):
        page.put(header + month, 6, month, "value.center")
        page.put(header + month, 7, weight, "input.weight")
    last = header + 12
    page.validations.append(
        Validation(
            f"G{header + 1}:G{last}",
            "decimal",
            "0",
            operator="greater_than_or_equal",
            title=ctx.t("season_weight"),
            error=ctx.t("allowed_season"),
            prompt=ctx.t("allowed_season"),
        )
    )
    ctx.name("tbl_season", page.ref(header, 6, last, 7))
    ctx.name("season_weights", page.ref(header + 1, 7, last))
