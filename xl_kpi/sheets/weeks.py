"""週次実績 / Weekly actuals (K13): a row a week and KPI; beside it how its days split it into months."""

from __future__ import annotations

from xl_kpi.plan.imported.weeks import MONDAY_SERIAL, TYPED, WEEK, WEEKS, Row, split_value, state_of
from xl_kpi.sheets.blocks.layout import Words
from xl_kpi.sheets.blocks.table import Column
from xl_kpi.sheets.blocks.typed_rows import spare_keys
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.relations.records import Columns, RecordsAt, records
from xl_kpi.workbook.spec import Condition, SheetSpec

STATES = ("half", "monday", "twice")
STATE = "check"
NOTE_HEIGHT = 32


def build(ctx: Context) -> SheetSpec:
    t = ctx.t
    counted = [
        Column("own", t("weeks_own"), 16, "value.exact"),
        Column("later", t("weeks_later"), 13, "value.whole"),
        Column("next", t("weeks_next"), 16, "value.exact"),
        Column(STATE, t("column_check"), 34, "label_wrap"),
    ]
    columns: Columns = (("week", 16), ("kpi", 34), ("value", 15), *counted)
    at = records(ctx, "weeks", {WEEKS: columns}, [Words("note", t("weeks_note"), height=NOTE_HEIGHT)])
    table, rows = at.tables[WEEKS], ctx.plan.tables.get(WEEKS, {})
    for id_ in (*table.keys, *spare_keys(ctx, WEEKS)):
        _row(ctx, at, id_, rows.get(id_, {}))
    page = at.layout.sheet()
    area = table.down(STATE)
    said = area.first.in_column
    bad = ",".join(f'{said}="{t(f"weeks_state_{one}")}"' for one in STATES)
    page.conditions.append(Condition(area.free, f"=OR({bad})", "poor"))
    return page


def _row(ctx: Context, at: RecordsAt, id_: str, row: Row) -> None:
    table = at.tables[WEEKS]
    day, kpi, value = (table.cell(id_, column).in_column for column in TYPED)
    later, after = (table.cell(id_, column).in_column for column in ("later", "next"))
    parts = split_value(row)
    next_month = f"EDATE({day}-DAY({day})+1,1)"
    is_typed = f"AND(ISNUMBER({day}),ISNUMBER({value}))"
    formula = f'=IF({is_typed},MAX(0,{day}+{WEEK}-{next_month}),"")'
    table.put(id_, "later", parts[0] if parts else "", formula=formula)
    formula = f'=IF(ISNUMBER({later}),{value}*{later}/{WEEK},"")'
    table.put(id_, "next", float(parts[2]) if parts else "", formula=formula)
    formula = f'=IF(ISNUMBER({later}),{value}-{after},"")'
    table.put(id_, "own", float(parts[1]) if parts else "", formula=formula)
    state = state_of(row, ctx.plan.tables.get(WEEKS, {}).values())
    said = ctx.t(f"weeks_state_{state}") if state else ""
    table.put(id_, STATE, said, formula=_state(ctx, at, (day, kpi, value), later))


def _state(ctx: Context, at: RecordsAt, typed: tuple[str, str, str], later: str) -> str:
    """``state_of`` as a formula."""
    t, (day, kpi, value) = ctx.t, typed
    since = f"({day}-{MONDAY_SERIAL})"
    days, links = (at.column(WEEKS, column) for column in ("week", "kpi"))
    split = f'IF({later}>0,"{t("weeks_state_split")}","")'
    twice = f'IF(COUNTIFS({days},{day},{links},{kpi})>1,"{t("weeks_state_twice")}",{split})'
    monday = f'IF(INT({since}/{WEEK})*{WEEK}<>{since},"{t("weeks_state_monday")}",{twice})'
    half = f'IF(AND(COUNTA({day}:{value})={len(typed)},ISNUMBER({later})),{monday},"{t("weeks_state_half")}")'
    return f'=IF(COUNTA({day}:{value})=0,"",{half})'
