"""設定 / Settings (K1): goal, period, money, season on the left; the plan in one sentence and warnings on the right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from xl_kpi import catalog
from xl_kpi.plan import fields
from xl_kpi.plan.fields import find_field, goal_unit
from xl_kpi.plan.goal.fees import times
from xl_kpi.plan.goal.parts import order_brings
from xl_kpi.plan.input.field import GOAL, MONEY, Field
from xl_kpi.plan.keys import EntryKey
from xl_kpi.sheets import chart_data, plan_words
from xl_kpi.sheets.blocks.example_mark import mark
from xl_kpi.sheets.blocks.fees import paid_months, price
from xl_kpi.sheets.blocks.head import Title, head
from xl_kpi.sheets.blocks.paper import LEAST_ZOOM
from xl_kpi.sheets.context import UNSOUND, ChartSource, Context, grid_months, number_style, typed_money
from xl_kpi.sheets.excel_text import ceiling, digits_wide, goal_times, words
from xl_kpi.sheets.settings import text_cells
from xl_kpi.sheets.settings import warnings as plan_warnings
from xl_kpi.workbook.addresses import CellAt, absolute
from xl_kpi.workbook.spec import Condition, SheetSpec, Validation

_AMOUNTS_OF_GOAL = {"kgi_goal", "kgi_existing", "kgi_new", *(one.key for one in fields.SINGLES if one.unit == GOAL)}
UNIT_ROW = 4  # in the hidden column: the unit in which the cells of this workbook hold money
FIRST_ROW = 6
HINTS = 45  # characters: the column of what is said of each entry
TWO_LINES = 30  # points
SENTENCE_ROWS = 6
SENTENCE_DIGITS = 54  # of a line, where it is small
WARNING_ROWS = 17  # room for as many lines at once; the season below begins beside the tall row of the plan's name
LEAST_WARNING_ROWS = 12
_RULES = ("list", "decimal", "whole", "custom", "date")  # of the rules of cells
_RESULTS = ("kgi_goal", "kgi_existing", "kgi_new", "paid_months", "order_brings", "orders_needed", "deadline_used")
_OF_GOAL = ("kgi_goal", "kgi_existing", "kgi_new")  # of these, those in the unit of the goal
_SECTIONS = (
    "section_goal",
    "section_existing",
    "section_period",
    "section_closed",
    "section_display",
    "section_stated",
)
SWITCHES = "section_pages"  # on the right, below the season


@dataclass(frozen=True)
class SettingsAt:
    """The row of each entry by its name, and where the blocks on the right stand."""

    rows: Mapping[str, int]
    warnings: int
    lines: ChartSource  # the text of each warning, on the calculation sheet: together they are too long for a formula
    season: int
    switches: Mapping[str, int]
    last: int


def place(ctx: Context) -> SettingsAt:
    rows, row = {}, FIRST_ROW - 1
    for name in _names():
        row += 1 + (name.startswith("section_") and row >= FIRST_ROW)
        rows[name] = row
    warnings = FIRST_ROW + _sentence_rows(ctx) + 2
    # a page ends above it, and cuts no section on the left
    season = min(
        (at for name, at in rows.items() if name.startswith("section_") and at >= warnings + _warning_rows(ctx) + 2),
        default=warnings + _warning_rows(ctx) + 2,
    )
    lines = chart_data.reserve(ctx, len(plan_warnings.keys(ctx)), 0)  # and one for ``plan_unsound``
    pages = season + 13 + 3
    switches = {one.key: pages + k for k, one in enumerate(_switches())}
    return SettingsAt(rows, warnings, lines, season, switches, max(row, pages + len(switches) - 1))


def _switches() -> list[Field]:
    return [one for one in fields.SINGLES if one.section == SWITCHES]


def _names() -> Iterator[str]:
    """The rows of the left block in their order: heads of sections, what can be typed, what it comes to."""
    for section in _SECTIONS:
        yield section
        yield from (one.key for one in fields.SINGLES if one.section == section)
    yield from ("section_result", *_RESULTS)


def build(ctx: Context) -> SheetSpec:
    page = ctx.sheet("settings", landscape=True)
    t = ctx.t
    page.widths.update({2: 25, 3: 24, 4: HINTS, 5: 1.5, 6: 15, 7: 10, 8: 11, 9: 11, 10: 11})
    page.put(UNIT_ROW, 1, ctx.plan.currency_unit, "key")
    ctx.name("money_unit", page.ref(UNIT_ROW, 1))
    head(ctx, page, Title(t("settings_title"), t("settings_subtitle"), [2, 3, 4, 6, 7, 8, 9, 10]))
    mark(ctx, page, UNIT_ROW, 2, "")
    at = ctx.at(SettingsAt)
    for name, row in at.rows.items():
        if name.startswith("section_"):
            for column in (2, 3, 4):
                page.put(row, column, t(name) if column == 2 else None, "section")
            continue
        one = find_field(EntryKey(name))
        page.put(row, 1, name, "key")
        page.put(row, 2, one.words("label", ctx.lang) if one else t(f"label_{name}"), "label")
        _hint(ctx, page, row, name, one)
        if digits_wide(str(page.cells[row, 4].value or "")) > HINTS + 2:
            page.heights[row] = TWO_LINES
        if one:
            page.put(row, 3, _shown(ctx, one), _style(ctx, one))
        ctx.name(name, page.ref(row, 3))
        if name == "plan_title":
            page.heights[row] = 34  # names of plans are long
    _results(ctx, page)
    _validations(ctx, page)
    _sentence(ctx, page)
    _warnings(ctx, page)
    _season(ctx, page)
    _pages(ctx, page)
    page.print_area = f"$A$1:$J${at.last}"
    page.zoom = LEAST_ZOOM
    page.row_breaks.append(at.season - 1)  # on one page of A4 it would be too small to read
    page.freeze = "A4"
    return page


def _closing_said(ctx: Context, name: str) -> str:
    """Once months are closed: which they are, and what was carried over; before, what the cell is for."""
    t, last = ctx.t, "EDATE(plan_start,closed_months-1)"
    if name == "closed_until":
        said = words(t("closed_said"), y1="YEAR(plan_start)", m1=plan_words.month(ctx, "plan_start"),
                     y2=f"YEAR({last})", m2=plan_words.month(ctx, last), count="closed_months")  # fmt: skip
    else:
        said = words(t("carried_said"), count="FIXED(orders_carried,0)")
    return f'=IF(closed_months=0,"{t(f"hint_{name}")}",{said[1:]})'


def _shown(ctx: Context, one: Field) -> object:
    """What stands in the cell of an entry: its value, a choice in words."""
    value = one.get(ctx.plan)
    chosen = catalog.find_choice(one.choices, value) if one.choices and value else None
    return chosen.words[ctx.lang] if chosen else value


def _hint(ctx: Context, page: SheetSpec, row: int, name: str, one: Field | None) -> None:
    """What stands beside an entry; beside an amount the unit in which it is typed, which follows the kind of goal."""
    words = one.words("hint", ctx.lang) if one else ctx.t(f"hint_{name}")
    if name in ("closed_until", "carry_over"):
        page.put(row, 4, None, "unit", formula=_closing_said(ctx, name))
        return
    if name == "kgi_customers":
        _customers_hint(ctx, page, row)
        return
    in_money = one is not None and one.unit == MONEY or name == "order_brings"
    if not in_money and name not in _AMOUNTS_OF_GOAL:
        page.put(row, 4, words, "unit")
        return
    money, count = (ctx.t("hint_with_unit", unit=ctx.unit_label(unit), hint=words) for unit in ("yen", "count"))
    if in_money:
        page.put(row, 4, money, "unit")
        return
    said = money if ctx.plan.goal.in_money else count
    page.put(row, 4, said, "unit", formula=f'=IF({ctx.is_money},"{money}","{count}")')


def _customers_hint(ctx: Context, page: SheetSpec, row: int) -> None:
    """With what the customers stated are compared, which follows the kind of goal."""
    money, goal, orders = (ctx.t(f"hint_kgi_customers{end}") for end in ("", "_goal", "_orders"))
    said = money if ctx.plan.goal.in_money else goal if ctx.plan.goal.kind == "customers" else orders
    kind = f'IF({ctx.is_kind("customers")},"{goal}","{orders}")'
    page.put(row, 4, said, "unit", formula=f'=IF({ctx.is_money},"{money}",{kind})')


def _style(ctx: Context, one: Field) -> str:
    if one.in_money(goal_unit(ctx.plan.goal.kind)):
        return f"input.{typed_money(ctx.plan)}"
    if one.format:
        return f"input.{one.format}"
    return "input.left" if one.choices else "input_wrap"


def _results(ctx: Context, page: SheetSpec) -> None:
    """What the plan goes on with: the goal, who brings what of it, what one order brings, how many that takes."""
    targets = ctx.targets
    orders = f"IF(order_brings>0,{ceiling('kgi_new/order_brings')},0)"
    kept = "(N(existing_revenue)*(1-N(existing_churn))+N(existing_upsell))"
    margin = f"IF({ctx.is_kind('profit')},N(gross_margin),1)"
    results: dict[str, tuple[object, str]] = {
        "kgi_goal": (float(targets.goal), f"{plan_warnings.STATED}*{goal_times()}"),
        "kgi_existing": (float(targets.existing), f"IF({ctx.is_money},{kept}*{goal_times()}*{margin},0)"),
        "kgi_new": (float(targets.by_new_orders), "MAX(0,kgi_goal-kgi_existing)"),
        "paid_months": (float(times(ctx.plan)), paid_months(ctx)),
        "order_brings": (float(order_brings(ctx.plan) or 0), f"{price(ctx)}*paid_months*{margin}"),
        "orders_needed": (float(targets.orders), f"IF({ctx.is_money},{orders},kgi_goal)"),
        "deadline_used": (
            targets.deadline,
            "IF(ISNUMBER(kgi_deadline),kgi_deadline,"
            f'IF(ISNUMBER(plan_start),EDATE(plan_start,{ctx.plan.months})-1,""))',
        ),
    }
    for name, (value, formula) in results.items():
        page.put(ctx.at(SettingsAt).rows[name], 3, value, _result_style(ctx, name), formula=f"={formula}")


def _result_style(ctx: Context, name: str) -> str:
    if name == "deadline_used":
        return "value_strong.date"
    if name in _OF_GOAL and ctx.money == 1:
        return number_style("value_strong", goal_unit(ctx.plan.goal.kind), ctx.plan)
    if name == "paid_months":
        return "value_strong.decimal"
    if name == "order_brings":  # one order is seldom a whole million
        return f"value_strong.{typed_money(ctx.plan)}"
    return "value_strong.whole"


def _validations(ctx: Context, page: SheetSpec) -> None:
    start = _cell(ctx, "plan_start")
    margin = _cell(ctx, "gross_margin")
    last, until = f"=EDATE({start},{grid_months(ctx)})-1", _cell(ctx, "closed_until")
    own = {
        "kgi_growth": ("decimal", "-0.99", "100"),
        "gross_margin": ("custom", f"=AND(ISNUMBER({margin}),{margin}>=-1,{margin}<=1)"),
        "plan_start": ("custom", f"=AND(ISNUMBER({start}),DAY({start})=1)"),
        "kgi_deadline": ("date", f"={start}", last),
        "closed_until": (
            "custom",
            f"=AND(ISNUMBER({until}),DAY({until})=1,{until}>={start},{until}<=EDATE({start},{ctx.plan.months - 1}))",
        ),
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
    bounds = text_cells.bounds_of(one)
    kind = "whole" if bounds.get("whole") else "decimal"
    low, high = (str(bounds[side]) if side in bounds else "" for side in ("low", "high"))
    if low and high:
        return kind, low, high
    return (kind, low or high, "", f"{'greater' if low else 'less'}_than_or_equal") if low or high else ()


def _cell(ctx: Context, name: str) -> str:
    at = ctx.at(SettingsAt)
    return absolute(at.switches[name], 7) if name in at.switches else absolute(at.rows[name], 3)


def _rule(ctx: Context, one: Field, kind: str, low: str, high: str = "", operator: str = "between") -> Validation:
    area, allowed = _cell(ctx, one.key).replace("$", ""), one.words("allowed", ctx.lang)
    return Validation(area, kind, low, high, operator, one.words("label", ctx.lang), allowed, allowed)


def _sentence_rows(ctx: Context) -> int:
    """How many rows the sentence takes: more where much falls short, though it is smaller then."""
    return SENTENCE_ROWS + max(0, plan_words.lines_of_shortage(ctx, SENTENCE_DIGITS) - 1)


def _warning_rows(ctx: Context) -> int:
    """How many rows warnings have room for: fewer below a longer sentence."""
    return max(LEAST_WARNING_ROWS, WARNING_ROWS - (_sentence_rows(ctx) - SENTENCE_ROWS))


def _sentence(ctx: Context, page: SheetSpec) -> None:
    """The whole plan in words, alive: it changes with every input."""
    _section(ctx, page, FIRST_ROW, "section_sentence")
    first, rows = FIRST_ROW + 1, _sentence_rows(ctx)
    style = "sentence" if rows == SENTENCE_ROWS else "sentence_long"
    for row in range(first, first + rows):
        for column in range(6, 11):
            if (row, column) != (first, 6):
                page.put(row, column, None, style)
    said = plan_words.sentence(ctx, plan_warnings.nobody_wins(ctx))
    # what holds text is not counted with, or a number that can't be: neither is there anything to say of the plan
    lines, place = ctx.at(SettingsAt).lines, len(plan_warnings.keys(ctx))
    text = "&".join(str(_line(ctx, key)) for key in (plan_warnings.AS_TEXT, plan_warnings.BEYOND))
    unknown = f'IF(ISERROR(outlook_share),"{ctx.t("warn_unknown")}","")'  # as where a rate is blank
    lines.cells[place, 0] = (None, f'=IF({text}="",{unknown},SUBSTITUTE({text},CHAR(10),""))', "calc")
    ctx.name(UNSOUND, str(CellAt(lines.sheet, lines.top + place, lines.left)))
    formula = f'=IF({UNSOUND}="",{said[1:]},{UNSOUND})'
    page.put(first, 6, None, style, formula=formula)
    page.merges.append(f"F{first}:J{first + rows - 1}")
    ctx.name("plan_sentence", page.ref(first, 6))


def _line(ctx: Context, key: str) -> CellAt:
    """The cell with what a warning says."""
    lines = ctx.at(SettingsAt).lines
    return CellAt(lines.sheet, lines.top + plan_warnings.keys(ctx).index(key), lines.left)


def _section(ctx: Context, page: SheetSpec, row: int, key: str) -> None:
    for column in range(6, 11):
        page.put(row, column, ctx.t(key) if column == 6 else None, "section")


def _warnings(ctx: Context, page: SheetSpec) -> None:
    """One line for each thing that does not fit; empty when all is well."""
    t, row = ctx.t, ctx.at(SettingsAt).warnings
    _section(ctx, page, row, "section_warnings")
    lines, parts = ctx.at(SettingsAt).lines, []
    for place, said_if in enumerate(plan_warnings.lines(ctx)):
        # where nothing can be computed, for text instead of a month or a rate, a line can't be either
        lines.cells[place, 0] = (None, f'=IFERROR({said_if[1:]},"")', "calc")
        parts.append(str(CellAt(lines.sheet, lines.top + place, lines.left)))
    said = "&".join(parts)
    first, last = row + 1, row + _warning_rows(ctx)
    formula = f'=IF({said}="","{t("warn_none")}",{said})'
    page.put(first, 6, None, "warning", formula=formula)
    for line in range(first, last + 1):
        for column in range(6, 11):
            if (line, column) != (first, 6):
                page.put(line, column, None, "warning")
    page.merges.append(f"F{first}:J{last}")
    page.conditions.append(Condition(f"F{first}:J{last}", f'=LEFT($F${first},1)="✓"', "clear"))
    # hints are the last lines: nothing but hints stands there
    page.conditions.append(
        Condition(f"F{first}:J{last}", f'=LEFT($F${first},1)="{t(plan_warnings.EXAMPLE)[0]}"', "example")
    )
    if (first, 1) not in page.cells:  # no entry stands on the left
        page.put(first, 1, "plan_warnings", "key")
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


def _pages(ctx: Context, page: SheetSpec) -> None:
    """Which of the pages that a plan can do without are there."""
    at = ctx.at(SettingsAt)
    first, count = min(at.switches.values()), len(at.switches)
    _section(ctx, page, first - 1, SWITCHES)
    for one in _switches():
        row = at.switches[one.key]
        page.put(row, 6, one.words("label", ctx.lang), "label")
        page.put(row, 7, _shown(ctx, one), "input.center")
        ctx.name(one.key, page.ref(row, 7))
        for column in (8, 9, 10):
            page.put(row, column, ctx.t("hint_page") if (row, column) == (first, 8) else None, "note")
    page.merges.append(f"H{first}:J{first + count - 1}")
