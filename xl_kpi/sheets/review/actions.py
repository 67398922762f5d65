"""見直し / Review log (K13): what was found, why, what is done about it, by whom and until when, what came of it.

On top the rhythm of the reviews, the day of this one and what is open by then; nothing is overdue while no day is
typed, so that the page says the same whenever it is opened.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from xl_kpi import catalog
from xl_kpi.kpi.review.log import unit_of
from xl_kpi.plan.pages.tables import find_table
from xl_kpi.plan.review.rhythm import MONTHLY, WEEK, next_review
from xl_kpi.sheets.blocks.head import Title
from xl_kpi.sheets.blocks.layout import Layout
from xl_kpi.sheets.blocks.table import Column, Fit, Row, Table
from xl_kpi.sheets.blocks.typed_rows import rows_said, single, spare_keys, typed_table
from xl_kpi.sheets.context import Context
from xl_kpi.workbook.addresses import CellAt, RangeAt
from xl_kpi.workbook.spec import Condition, SheetSpec

TABLE, REVIEW = "tbl_actions", "review"
COLUMNS: tuple[tuple[str, float], ...] = (
    ("found_on", 10.5),
    ("finding", 19.0),
    ("kpi", 14.0),
    ("then", 8.5),
    ("cause", 16.0),
    ("action", 20.0),
    ("owner", 10.0),
    ("due", 10.5),
    ("expected", 8.0),
    ("state", 8.0),
)
RESULT = ("result", 15.0)
FIGURE_WIDTH = 2.4  # of the column of ids, which shows nothing
FORMATS = {"rate": "rate", "day": "decimal", "decimal": "decimal", "count": "count", "yen": "yen"}  # by that of a unit
FIT = Fit(most=8)
OPEN = ("proposed", "decided", "open", "doing")  # what can be overdue
UNSAID = "open"  # what a row is taken for that says nothing


def build(ctx: Context) -> SheetSpec:
    t = ctx.t
    late = Column("late", t("column_check"), 9.9, "label")
    figure = Column("figure", t("actions_figure"), FIGURE_WIDTH, "unknown", head_style="unknown")
    table = typed_table(
        ctx,
        TABLE,
        [*COLUMNS, late, RESULT, figure],
        styles=_units(ctx),
        above=2,
        frozen_to="found_on",
        filter=True,
        header_height=45,
    )
    review = Table("review", _review_columns(ctx), [Row(REVIEW, REVIEW, 22)], header_height=34)
    title = Title(t("actions_title"), t("actions_subtitle", rows=rows_said(ctx)), table.links())
    layout = Layout(ctx, "actions", title, review, table, fit_height=0, protected=False)
    for id_ in [*table.keys, *spare_keys(ctx, TABLE)]:
        _late(ctx, table, review, id_)
    for id_ in table.keys:
        table.fit(id_, ("finding", "kpi", "cause", "action", "result"), FIT)
    _review(ctx, table, review)
    page = layout.sheet()
    for column in ("due", "late"):
        area = table.down(column)
        said = table.cell(_first(ctx, table), "late").in_column
        page.conditions.append(Condition(area.free, f'={said}="{t("action_late")}"', "poor"))
    return page


def _units(ctx: Context) -> dict[tuple[str, str], str]:
    """The styles of figures in the unit of what they are about, by row."""
    found = {}
    for id_, row in ctx.plan.tables.get(TABLE, {}).items():
        unit = catalog.find_unit(unit_of(ctx.plan, row))
        if unit and unit.format in FORMATS:
            found[id_, "then"] = f"input.{FORMATS[unit.format]}"
    return found


def _first(ctx: Context, table: Table) -> str:
    return (table.keys or spare_keys(ctx, TABLE))[0]


def _states() -> list[str]:
    return [choice.id for choice in catalog.choices("action_state")]


def _review_columns(ctx: Context) -> list[Column]:
    typed = [single(ctx, key) for key in ("review_as_of", "review_rhythm")]
    counted = [Column(state, ctx.t(f"action_state_{state}"), style="value.whole") for state in _states()]
    return [
        *typed,
        Column("next", ctx.t("review_next"), style="value.date"),
        *counted,
        Column("late", ctx.t("review_late"), style="value_strong.whole"),
    ]


def _whole(table: Table, column: str) -> RangeAt:
    """A column with its header, and as many rows below as a table takes: what is pasted there counts at once."""
    area = table.down(column)
    about = find_table(TABLE)
    assert about is not None
    return table.head(column).to(CellAt(area.last.sheet, table.header + about.most, area.last.column))


def _review(ctx: Context, table: Table, review: Table) -> None:
    t, rows = ctx.t, ctx.plan.tables.get(TABLE, {}).values()
    as_of, rhythm = ctx.plan.settings.get("review_as_of"), ctx.plan.settings.get("review_rhythm", MONTHLY)
    for key, value in (("review_as_of", as_of), ("review_rhythm", t(f"rhythm_{rhythm}"))):
        review.put(REVIEW, key, value)
        ctx.name(key, str(review.cell(REVIEW, key)))
    day, word = (review.cell(REVIEW, key).here for key in ("review_as_of", "review_rhythm"))
    weekly = f"WORKDAY({day}+{WEEK.days - 1},1)"
    following = f'IF({word}="{t("rhythm_weekly")}",{weekly},{_next_month(day)})'
    said_next = next_review(as_of, rhythm) if as_of else ""
    review.put(REVIEW, "next", said_next, formula=f'=IF(ISNUMBER({day}),{following},"")')
    states, findings, dues = (_whole(table, column).here for column in ("state", "finding", "due"))
    said = [str(row.get("state") or UNSAID) for row in rows if "state" in row or "finding" in row]
    for state in _states():
        counted = f'COUNTIF({states},"{t(f"action_state_{state}")}")'
        if state == UNSAID:  # what nobody has said anything about
            counted += f'+SUMPRODUCT(({findings}<>"")*({states}=""))'
        review.put(REVIEW, state, said.count(state), formula=f"={counted}")
    over = f'{dues},"<"&{day}'  # engines differ on whether a blank is unlike a word, so that closed ones are taken off
    closed = [f'-COUNTIFS({over},{states},"{t(f"action_state_{state}")}")' for state in _states() if state not in OPEN]
    past = f"COUNTIFS({over}){''.join(closed)}"
    late = sum(_is_late(row, as_of) for row in rows)
    review.put(REVIEW, "late", late, formula=f"=IF(ISNUMBER({day}),{past},0)")


def _next_month(day: str) -> str:
    """``next_review`` of a monthly rhythm as a formula: ``day`` a cell."""
    last, next_last = (f"WORKDAY(DATE(YEAR({day}),MONTH({day})+{months},1),-1)" for months in (1, 2))
    return f"IF({day}>={last},{next_last},MIN(WORKDAY(EDATE({day},1)-1,1),{next_last}))"


def _is_late(row: Mapping[str, Any], as_of: dt.date | None) -> bool:
    due = row.get("due")
    return bool(as_of and due and due < as_of and row.get("state", UNSAID) in OPEN)


def _late(ctx: Context, table: Table, review: Table, id_: str) -> None:
    t, day = ctx.t, review.cell(REVIEW, "review_as_of").here
    due, state = (table.cell(id_, column).in_column for column in ("due", "state"))
    closed = ",".join(f'{state}<>"{t(f"action_state_{one}")}"' for one in _states() if one not in OPEN)
    formula = f'=IF(AND(ISNUMBER({day}),ISNUMBER({due}),{due}<{day},{closed}),"{t("action_late")}","")'
    row = ctx.plan.tables.get(TABLE, {}).get(id_, {})
    said = t("action_late") if _is_late(row, ctx.plan.settings.get("review_as_of")) else ""
    table.put(id_, "late", said, formula=formula)
