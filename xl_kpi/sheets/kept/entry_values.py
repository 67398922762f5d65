"""How the value of an entry is shown on 統合, 履歴 and 保管: in its own unit, choices in words."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from xl_kpi import catalog
from xl_kpi.plan.fields import find_field
from xl_kpi.plan.input.field import GOAL, STAGES_BY_NAME, Field
from xl_kpi.plan.input.wording import percent
from xl_kpi.plan.keys import EntryKey
from xl_kpi.plan.model import AMOUNT_ROWS, Plan
from xl_kpi.plan.money.cells import is_amount
from xl_kpi.plan.pages.kpi_links import REFERS
from xl_kpi.plan.pages.optional import OPTIONAL, PREFIX
from xl_kpi.plan.records import Value
from xl_kpi.sheets.context import Context

FULL = {"ja": ("full_yen", "¥"), "en": ("full_jpy", "JPY ")}  # style and sign of amounts that are shown in yen
LONGEST = 200  # characters of a text shown; the whole of it stands in its own cell

_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")  # no cell can hold these


def shown(ctx: Context, key: str, value: Value) -> tuple[Any, str]:
    """What a cell holds for a value, and its style."""
    entry = EntryKey.parse(key)
    one = find_field(entry)
    if value is None or value == "":
        usual = OPTIONAL.get(key.removeprefix(PREFIX)) if key.startswith(PREFIX) else None  # such a page says nothing
        return (_word(ctx, one, usual), "body") if usual else (None, "value.center")
    if isinstance(value, bool):
        return "○" if value else "×", "value.center"
    if isinstance(value, dt.date):
        return value, "value.month" if one and one.format == "month" else "value.date"
    if isinstance(value, str):
        return _word(ctx, one, value), "body"
    if ctx.money != 1 and is_amount(ctx.plan, key):  # in yen, with its sign: the headers say another unit
        return value, f"value.{FULL[ctx.lang][0]}"
    return value, f"value.{_format(ctx.plan, entry, one, value)}"


def visible(text: str) -> str:
    """A text as far as a cell can hold and a page can show it; the hidden sheet 控え has it as it was."""
    shown_text = _INVISIBLE.sub("", text)
    return shown_text if len(shown_text) <= LONGEST else shown_text[: LONGEST - 1] + "…"


def in_words(ctx: Context, key: str, value: Value) -> str:
    """The same as text, for a list to choose from."""
    cell, style = shown(ctx, key, value)
    suffix = style.partition(".")[2]
    if cell is None:
        return ctx.t("records_blank")
    if isinstance(cell, dt.date):
        return f"{cell:%Y/%m}" if suffix == "month" else f"{cell:%Y/%m/%d}"
    if isinstance(cell, str):
        return " ".join(cell.split())
    if suffix.startswith("rate"):
        return percent(cell)
    if suffix == FULL[ctx.lang][0]:
        sign = FULL[ctx.lang][1]
        return f"{sign}{cell:,.10g}" if abs(cell) < 1e10 else f"{sign}{cell:,.0f}"
    return f"{cell:,.10g}" if abs(cell) < 1e10 else f"{cell:,.0f}"


def _word(ctx: Context, one: Field | None, value: str) -> str:
    if one and one.refers == REFERS:
        return ctx.kpi_links.words.get(value, value)
    if one and one.refers == STAGES_BY_NAME and value in ctx.stage_words:
        return visible(ctx.stage_words[value])
    chosen = catalog.find_choice(one.choices, value) if one and one.choices else None
    return chosen.words[ctx.lang] if chosen else visible(value)


def _format(plan: Plan, entry: EntryKey, one: Field | None, value: float) -> str:
    if one and one.unit == GOAL:
        return "yen" if plan.goal.in_money else "whole"
    unit = _unit(plan, entry)
    found = unit and catalog.find_unit(unit)
    wanted = found.format if found else one.format if one else ""
    if wanted in ("count", "whole"):
        return "whole" if value == round(value) else "decimal"
    if not wanted:  # of what the plan has no more the unit is not known
        return "whole" if value == round(value) else "raw"
    return "rate2" if wanted == "rate" else wanted  # a change of a rate is often one of its second decimal


def _unit(plan: Plan, entry: EntryKey) -> str:
    """The unit of an actual or of a KPI's assumption; "" for other entries and for what the plan has no more."""
    if entry.is_actual and entry.owner == "stage":
        return "yen" if entry.row in AMOUNT_ROWS else "count"
    if not entry.is_actual and entry.kind != "tbl_kpis.value":
        return ""
    return next((kpi.unit for kpi in plan.kpis if (kpi.channel, kpi.id) == (entry.owner, entry.id)), "")
