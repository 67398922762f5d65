"""設定 / Settings: goal, period, money, season on the left; the plan in one sentence and warnings on the right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from xl_kpi import catalog
from xl_kpi.calc import month_start
from xl_kpi.plan import fields
from xl_kpi.plan.fields import Field, find_field
from xl_kpi.plan.findings import of_sheet
from xl_kpi.plan.keys import EntryKey
from xl_kpi.sheets.channels import channels_on, first_stage_channels
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.excel_text import ceiling, words
from xl_kpi.workbook.addresses import absolute
from xl_kpi.workbook.spec import Condition, SheetSpec, Validation

FIRST_ROW = 6
WARNING_ROWS = 8  # room for as many lines at once
_RULES = ("list", "decimal", "whole", "custom", "date")  # of the rules of cells
_SECTIONS = ("section_goal", "section_period", "section_display", "section_stated")


@dataclass(frozen=True)
class SettingsAt:
    """The row of each entry by its name, and where the blocks on the right stand."""

    rows: Mapping[str, int]
    warnings: int
    season: int
    last: int


def place(ctx: Context) -> SettingsAt:
    rows, row = {}, FIRST_ROW - 1
    for name in _names():
        row += 1 + (name.startswith("section_") and row >= FIRST_ROW)
        rows[name] = row
    warnings = FIRST_ROW + 6
    season = warnings + WARNING_ROWS + 2
    return SettingsAt(rows, warnings, season, max(row, season + 13))


def _names() -> Iterator[str]:
    """The rows of the left block in their order: heads of sections, what can be typed, what it comes to."""
    for section in _SECTIONS:
        yield section
        yield from (one.key for one in fields.SINGLES if one.section == section)
    yield from ("section_result", "kgi_goal", "orders_needed", "deadline_used")


def build(ctx: Context) -> SheetSpec:
    page = ctx.sheet("settings", landscape=True)
    t = ctx.t
    page.widths.update({2: 25, 3: 24, 4: 42, 5: 2.5, 6: 17, 7: 12, 8: 17, 9: 17, 10: 17})
    ctx.head(page, t("settings_title"), t("settings_subtitle"), [2, 3, 4, 6, 7, 8, 9, 10])
    at = ctx.at(SettingsAt)
    for name, row in at.rows.items():
        if name.startswith("section_"):
            for column in (2, 3, 4):
                page.put(row, column, t(name) if column == 2 else None, "section")
            continue
        one = find_field(EntryKey(name))
        page.put(row, 1, name, "key")
        page.put(row, 2, one.words("label", ctx.lang) if one else t(f"label_{name}"), "label")
        page.put(row, 4, one.words("hint", ctx.lang) if one else t(f"hint_{name}"), "unit")
        if one:
            page.put(row, 3, _shown(ctx, one), _style(one))
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


def _shown(ctx: Context, one: Field) -> object:
    """What stands in the cell of an entry: its value, a choice in words."""
    value = one.get(ctx.plan)
    chosen = catalog.find_choice(one.choices, value) if one.choices and value else None
    return chosen.words[ctx.lang] if chosen else value


def _style(one: Field) -> str:
    if one.format:
        return f"input.{one.format}"
    return "input.left" if one.choices else "input_wrap"


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
    start = _cell(ctx, "plan_start")
    last = f"=EDATE({start},{grid_months(ctx)})-1"
    own = {
        "kgi_growth": ("decimal", "-0.99", "100"),
        "plan_start": ("custom", f"=AND(ISNUMBER({start}),DAY({start})=1)"),
        "kgi_deadline": ("date", f"={start}", last),
    }
    rules = [(one, own.get(one.key) or _bounds(ctx, one)) for one in fields.SINGLES if one.section]
    made = [_rule(ctx, one, *rule) for one, rule in rules if rule]
    # Kind by kind, as in older workbooks: a page on which nothing has changed is the same file part again.
    page.validations += sorted(made, key=lambda rule: (_RULES.index(rule.kind), rule.operator == "between"))


def _bounds(ctx: Context, one: Field) -> tuple[str, ...]:
    """The rule of a cell by the bounds of its entry: kind, first and second operand, operator."""
    if one.choices:
        return "list", ",".join(choice.words[ctx.lang] for choice in catalog.choices(one.choices))
    if one.positive:
        return "decimal", "0", "", "greater_than"
    kind = "whole" if one.bounds.get("whole") else "decimal"
    low, high = (str(one.bounds[side]) if side in one.bounds else "" for side in ("low", "high"))
    if low and high:
        return kind, low, high
    return (kind, low or high, "", f"{'greater' if low else 'less'}_than_or_equal") if low or high else ()


def grid_months(ctx: Context) -> int:
    """How many months the calculation sheet covers: the plan, or up to a deadline that lies later."""
    months = ctx.plan.months
    while month_start(ctx.plan.start, months) <= ctx.targets.deadline:
        months += 1
    return months


def _cell(ctx: Context, name: str) -> str:
    return absolute(ctx.at(SettingsAt).rows[name], 3)


def _rule(ctx: Context, one: Field, kind: str, low: str, high: str = "", operator: str = "between") -> Validation:
    area, allowed = _cell(ctx, one.key).replace("$", ""), one.words("allowed", ctx.lang)
    return Validation(area, kind, low, high, operator, one.words("label", ctx.lang), allowed, allowed)


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
    conditions: dict[str, tuple[str, dict[str, str]]] = {
        "warn_goal": ("kgi_goal<=0", {}),
        "warn_goal_twice": ("AND(ISNUMBER(kgi_value),ISNUMBER(kgi_growth))", {}),
        "warn_order_value": (f'AND(kgi_kind="{revenue}",N(order_value)<=0)', {}),
        "warn_months": (f"plan_months<>{months}", {"months": str(months)}),
        "warn_start_moved": ("plan_start<>made_start", {}),
        "warn_shares": (
            f"AND({first_stage_channels(ctx)}>0,ABS(share_sum-1)>0.0001)", {"sum": "FIXED(share_sum*100,1)"},
        ),
        "warn_shortage": ("first_stage_shortage>0.0000001", {"count": "FIXED(first_stage_shortage,0)"}),
        "warn_curve": ("curve_pending>0", {}),
        "warn_monthly": (
            _monthly_differs(ctx),
            {"monthly": "FIXED(N(kgi_monthly),0)", "product": f"FIXED(N(kgi_monthly)*{months},0)",
             "months": str(months), "goal": "FIXED(kgi_goal,0)"},
        ),
        "warn_customers": (
            f'AND(kgi_kind="{revenue}",N(kgi_customers)>0,N(order_value)>0,'
            "ABS(N(kgi_customers)*N(order_value)-kgi_goal)>0.005*kgi_goal,N(kgi_customers)<>orders_needed)",
            {"customers": "FIXED(N(kgi_customers),0)", "product": "FIXED(N(kgi_customers)*N(order_value),0)",
             "goal": "FIXED(kgi_goal,0)"},
        ),
        "warn_customers_goal": (
            f'AND(kgi_kind="{t("kind_customers")}",N(kgi_customers)>0,'
            f"ABS(N(kgi_customers)-kgi_goal)>0.005*kgi_goal,N(kgi_customers)<>{ceiling('kgi_goal')})",
            {"customers": "FIXED(N(kgi_customers),0)", "goal": "FIXED(kgi_goal,0)"},
        ),
        "warn_no_channel": (f"{channels_on(ctx)}=0", {}),
    }  # fmt: skip
    keys = dict.fromkeys(one.words for one in of_sheet("settings"))  # several findings may have the same words
    checks = [(conditions[key][0], key, conditions[key][1]) for key in keys]
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


def _monthly_differs(ctx: Context) -> str:
    """Excel's text of ``plan.contradictions`` about the monthly goal: it fits no period over which the goal is spread.

    That is the plan's months, or the months up to a deadline: with the last one, and where it is cut without it.
    """
    typed, revenue = "N(kgi_monthly)", ctx.t("kind_revenue")
    begun = "((YEAR(kgi_deadline)-YEAR(plan_start))*12+MONTH(kgi_deadline)-MONTH(plan_start)+1)"
    cut = "DAY(kgi_deadline)<DAY(DATE(YEAR(kgi_deadline),MONTH(kgi_deadline)+1,0))"
    whole = f"({begun}-1)"

    def fits(months: str) -> str:
        near = f"ABS({typed}*{months}-kgi_goal)<=0.005*kgi_goal"
        up = f"{typed}=INT({typed}),{typed}*{months}>=kgi_goal,({typed}-1)*{months}<kgi_goal"  # a count is rounded up
        return f'OR({near},AND(kgi_kind<>"{revenue}",{up}))'

    by_deadline = f"OR({fits(begun)},IF({cut},IF({whole}>0,{fits(whole)},FALSE),FALSE))"
    by_deadline = f"IF(ISNUMBER(kgi_deadline),IF(kgi_deadline>=plan_start,{by_deadline},FALSE),FALSE)"
    return f"IF({typed}>0,NOT(OR({fits(str(ctx.plan.months))},{by_deadline})),FALSE)"


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
