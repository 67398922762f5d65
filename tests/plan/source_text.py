"""Plan → its text source (TOML), the way back of ``xl_kpi.plan.source``.  Says only what the catalog does not."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import fields
from typing import Any

from xl_kpi import catalog
from xl_kpi.calc.lag import Lag
from xl_kpi.plan.model import Goal, Kpi, Plan
from xl_kpi.plan.money.cells import in_cells
from xl_kpi.plan.pages.optional import OPTIONAL, switch
from xl_kpi.plan.source import KPI_KEYS, KPI_TEXTS

_ALL_EQUAL = (1.0,) * 12


def source_from_plan(plan: Plan) -> str:
    """The TOML text that ``plan_from_source`` reads back as the same plan.

    Arguments: ``plan``, one that passes ``check`` without errors.
    Result: the text.  Names, owners and KPI fields that are the catalog's in the plan's language are left out.
    Special cases: actuals have no place in a source and are left out.
    Equation: plan_from_source(source_from_plan(plan), plan.lang) = plan without its actuals.
    """
    lines, cells = [_line("title", plan.title)], in_cells(plan)  # a source has its amounts in the plan's unit of money
    lines += [_line(key, getattr(cells, key)) for key in ("order_value", "delivery_days", "currency_unit", "rounding")]
    if plan.season != _ALL_EQUAL:
        lines.append(_line("season", list(plan.season)))
    lines += ["", "[goal]", *(_line(field.name, getattr(cells.goal, field.name)) for field in fields(Goal))]
    lines += ["", "[period]", _line("start", f"{plan.start:%Y-%m}"), _line("months", plan.months)]
    switches = [_line(key, plan.settings[switch(key)]) for key in OPTIONAL if switch(key) in plan.settings]
    lines += ["", "[pages]", *switches] if switches else []
    for stage in plan.stages:
        known = catalog.find_stage(stage.id)
        lines += ["", "[[stage]]", _line("id", stage.id), _line("rate", stage.rate), _line("lag", stage.lag)]
        lines += [_line("basis", stage.basis or None)]
        lines += [
            _line(key, getattr(stage, key))
            for key in ("name", "owner")
            if not known or getattr(known, key)[plan.lang] != getattr(stage, key)
        ]
    for channel in plan.channels:
        lines += ["", "[[channel]]", *_channel(plan, channel)]
    if plan.pipeline:
        lines += ["", "[pipeline]", *(_line(stage_id, opened) for stage_id, opened in plan.pipeline.items())]
    for kpi in plan.kpis:
        changed = _changed(kpi, plan.lang)
        if changed:
            lines += ["", f"[kpi.{kpi.channel}.{kpi.id}]", *(_line(key, value) for key, value in changed.items())]
    return "\n".join(line for line in lines if line is not None) + "\n"


def _channel(plan: Plan, channel: Any) -> list[str | None]:
    known = catalog.find_channel(channel.id)
    lines = [_line(key, getattr(channel, key)) for key in ("id", "share", "on", "unit_cost", "capacity")]
    for key in ("name", "owner", "stage"):
        value = getattr(channel, key)
        usual = getattr(known, key) if known else None
        if value != (usual if key == "stage" or usual is None else usual[plan.lang]):
            lines.append(_line(key, value))
    lines.append(_line("rate_basis", channel.rate_basis or None))
    return [*lines, _line("kpis", [kpi.id for kpi in plan.kpis_of(channel.id)])]


def _changed(kpi: Kpi, lang: str) -> dict[str, Any]:
    """The fields of a KPI that its catalog entry does not give; all of them for a KPI of the user's own."""
    channel = catalog.find_channel(kpi.channel)
    known = channel.find_kpi(kpi.id) if channel else None
    own = {key: getattr(kpi, key) for key in KPI_KEYS if key != "name"}
    own = {"name": {"ja": kpi.name_ja, "en": kpi.name_en}, **own}
    if known is None:
        return own
    usual = {key: getattr(known, key) for key in KPI_KEYS} | {key: getattr(known, key)[lang] for key in KPI_TEXTS}
    usual["name"] = dict(usual["name"])
    usual["on"] = True  # it is listed
    usual["basis"] = ""  # of the catalog it says why, not whence
    # A blank takes the catalog's assumption away.
    return {key: "" if value is None else value for key, value in own.items() if value != usual[key]}


def _line(key: str, value: Any) -> str | None:
    return None if value is None else f"{key} = {_toml(value)}"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value == int(value) and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Lag):
        if value.curve:
            return _toml(list(value.curve))
        return str(value.low) if value.low == value.high else f'"{value.low}..{value.high}"'
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    # JSON's escapes are TOML's, but for DEL, which JSON leaves as it is.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
