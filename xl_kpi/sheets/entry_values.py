"""How the value of an entry is shown on 統合, 履歴 and 保管: in its own unit, choices in words."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from xl_kpi import catalog
from xl_kpi.plan.input.wording import percent
from xl_kpi.plan.keys import EntryKey
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Value
from xl_kpi.sheets.context import Context

LONGEST = 200  # characters of a text shown; the whole of it stands in its own cell

_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")  # no cell can hold these
# Number format of the entries that always have the same one.
_FORMATS = {
    "kgi_growth": "rate", "kgi_customers": "whole", "order_value": "yen", "delivery_days": "day", "plan_months": "day",
    "tbl_stages.rate": "rate2", "tbl_channels.share": "rate", "tbl_channels.unit_cost": "yen",
    "tbl_channels.capacity": "whole", "tbl_season": "weight", "tbl_pipeline": "whole", "tbl_agreement.value": "count",
}  # fmt: skip
_GOAL = ("kgi_value", "kgi_baseline", "kgi_monthly")
# Entries that are chosen from a list, with the beginning of the keys of its words.
_CHOICES = {
    "kgi_kind": "kind", "plan_lang": "lang", "currency_unit": "currency", "rounding": "rounding",
    "tbl_agreement.state": "answer", "tbl_kpis.better": "better", "tbl_kpis.rhythm": "rhythm",
}  # fmt: skip


def shown(ctx: Context, key: str, value: Value) -> tuple[Any, str]:
    """What a cell holds for a value, and its style."""
    entry = EntryKey.parse(key)
    kind = entry.kind
    if value is None or value == "":
        return None, "value.center"
    if isinstance(value, bool):
        return "○" if value else "×", "value.center"
    if isinstance(value, dt.date):
        return value, "value.month" if kind == "plan_start" else "value.date"
    if isinstance(value, str):
        return _word(ctx, kind, value), "body"
    return value, f"value.{_format(ctx.plan, entry, value)}"


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
    return f"{cell:,.10g}" if abs(cell) < 1e10 else f"{cell:,.0f}"


def _word(ctx: Context, kind: str, value: str) -> str:
    if kind == "tbl_kpis.unit" and catalog.find_unit(value):
        return ctx.unit_word(value)
    if kind in _CHOICES:
        try:
            return ctx.t(f"{_CHOICES[kind]}_{value}")
        except KeyError:
            pass
    return visible(value)


def _format(plan: Plan, entry: EntryKey, value: float) -> str:
    if entry.kind in _GOAL:
        return "yen" if plan.goal.kind == "revenue" else "whole"
    unit = _unit(plan, entry)
    found = unit and catalog.find_unit(unit)
    wanted = found.format if found else _FORMATS.get(entry.kind, "")
    if wanted in ("count", "whole"):
        return "whole" if value == round(value) else "decimal"
    if not wanted:  # of what the plan has no more the unit is not known
        return "whole" if value == round(value) else "raw"
    return "rate2" if wanted == "rate" else wanted  # a change of a rate is often one of its second decimal


def _unit(plan: Plan, entry: EntryKey) -> str:
    """The unit of an actual or of a KPI's assumption; "" for other entries and for what the plan has no more."""
    if entry.is_actual and entry.owner == "stage":
        return "yen" if entry.id == "revenue" else "count"
    if not entry.is_actual and entry.kind != "tbl_kpis.value":
        return ""
    return next((kpi.unit for kpi in plan.kpis if (kpi.channel, kpi.id) == (entry.owner, entry.id)), "")
