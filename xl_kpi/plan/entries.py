"""The plan as single entries, each under a stable key: what is compared, merged, logged and kept.

Keys are those of ``plan.checks`` (``kgi_value``, ``tbl_stages[mql].rate``, ``tbl_season[4]``), and for what is
typed month by month ``actual[web:sessions][2026-04]``: the calendar month, so that they outlive a new start.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from xl_kpi.calc import month_start
from xl_kpi.calc.lag import Lag
from xl_kpi.plan.model import Answer, Channel, Kpi, Plan, Stage
from xl_kpi.plan.records import Value

_GOAL = {
    "kgi_kind": "kind", "kgi_value": "value", "kgi_deadline": "deadline", "kgi_baseline": "baseline",
    "kgi_growth": "growth", "kgi_monthly": "monthly", "kgi_customers": "customers",
}  # fmt: skip
_PLAN = {
    "plan_title": "title", "plan_lang": "lang", "plan_start": "start", "plan_months": "months",
    "order_value": "order_value", "delivery_days": "delivery_days", "currency_unit": "currency_unit",
    "rounding": "rounding",
}  # fmt: skip
_ROW = re.compile(r"(tbl_\w+)\[([^\]]*)\](?:\.(\w+))?")
_ACTUAL = re.compile(r"actual\[([^\]]+)\]\[(\d{4})-(\d{2})\]")
_ROWS = {"tbl_stages": (Stage, "stages"), "tbl_channels": (Channel, "channels"), "tbl_kpis": (Kpi, "kpis")}


def entries_of(plan: Plan) -> dict[str, Value]:
    """Every entry of a plan, blanks left out.

    Result: stable key → value; lags as text ("30", "10..20", "0.2;0.6;1").  Two plans have the same entries
    when the same was typed, whatever the order of the rows.
    """
    found: dict[str, Value] = {key: getattr(plan, name) for key, name in _PLAN.items()}
    found.update({key: getattr(plan.goal, name) for key, name in _GOAL.items()})
    for stage in plan.stages:
        _row(found, f"tbl_stages[{stage.id}]", stage)
    for channel in plan.channels:
        _row(found, f"tbl_channels[{channel.id}]", channel)
    for kpi in plan.kpis:
        _row(found, f"tbl_kpis[{kpi.channel}.{kpi.id}]", kpi)
    found.update({f"tbl_season[{month}]": weight for month, weight in enumerate(plan.season, 1)})
    found.update({f"tbl_pipeline[{stage}]": number for stage, number in plan.pipeline.items()})
    for (what, month), number in plan.actuals.items():
        found[actual_key(what, month_start(plan.start, month))] = number
    for what, answer in plan.answers.items():
        _row(found, f"tbl_agreement[{what}]", answer)
    return {key: value for key, value in found.items() if value is not None and value != ""}


def actual_key(what: str, month: dt.date) -> str:
    """The key of an actual: ``what`` is "stage:<id>" or "<channel>:<kpi>"."""
    return f"actual[{what}][{month:%Y-%m}]"


def parsed_actual(key: str) -> tuple[str, dt.date] | None:
    """What an actual belongs to and its month; None for any other key."""
    match = _ACTUAL.fullmatch(key)
    return (match[1], dt.date(int(match[2]), int(match[3]), 1)) if match else None


def with_entries(plan: Plan, changes: Mapping[str, Value]) -> tuple[Plan, dict[str, Value]]:
    """The plan with some entries changed (None or "" clears one), and what has no place in it.

    Rows are neither added nor removed, but for answers: an entry of a row that the plan does not have, or of a
    month outside it, comes back in the second result.
    """
    homeless: dict[str, Value] = {}
    goal: dict[str, Any] = {}
    single: dict[str, Any] = {}
    rows: dict[str, dict[str, dict[str, Any]]] = {}
    season, pipeline = list(plan.season), dict(plan.pipeline)
    actuals, answers = dict(plan.actuals), dict(plan.answers)
    for key, value in changes.items():
        value = None if value == "" else value
        actual, row = parsed_actual(key), _ROW.fullmatch(key)
        if key in _GOAL:
            goal[_GOAL[key]] = value
        elif key in _PLAN:
            single[_PLAN[key]] = value
        elif actual:
            if not _put_actual(plan, actuals, *actual, value):
                homeless[key] = value
        elif not row:
            homeless[key] = value
        elif row[1] == "tbl_season" and row[2].isdigit() and 1 <= int(row[2]) <= len(season):
            season[int(row[2]) - 1] = 1.0 if value is None else value
        elif row[1] == "tbl_pipeline" and any(stage.id == row[2] for stage in plan.stages):
            _set_or_drop(pipeline, row[2], value)
        elif row[1] == "tbl_agreement" and row[3] in {field.name for field in fields(Answer)}:
            answers[row[2]] = replace(answers.get(row[2], Answer()), **{row[3]: "" if value is None else value})
        elif row[1] in _ROWS and row[3]:
            rows.setdefault(row[1], {}).setdefault(row[2], {})[row[3]] = value
        else:
            homeless[key] = value
    answers = {what: answer for what, answer in answers.items() if answer != Answer()}
    plan = plan.with_(goal=replace(plan.goal, **goal), season=tuple(season), pipeline=pipeline, actuals=actuals,
                      answers=answers, **single)  # fmt: skip
    for table, changed in rows.items():
        plan, left = _with_rows(plan, table, changed)
        homeless.update(left)
    return plan, homeless


def _row(found: dict[str, Value], prefix: str, row: Any) -> None:
    for field in fields(row):
        if field.name not in ("id", "channel") or isinstance(row, Channel) and field.name != "id":
            value = getattr(row, field.name)
            found[f"{prefix}.{field.name}"] = _lag_text(value) if isinstance(value, Lag) else value


def _lag_text(lag: Lag) -> str:
    if lag.curve:
        return ";".join(f"{float(share):.15g}" for share in lag.curve)
    return f"{lag.low}" if lag.low == lag.high else f"{lag.low}..{lag.high}"


def _lag(text: Any) -> Lag:
    words = str(text)
    if ";" in words:
        return Lag(curve=tuple(float(share) for share in words.split(";")))
    low, _, high = words.partition("..")
    return Lag(int(float(low)), int(float(high or low)))


def _put_actual(plan: Plan, actuals: dict, what: str, month: dt.date, value: Value) -> bool:
    position = (month.year - plan.start.year) * 12 + month.month - plan.start.month
    owner, _, kpi = what.partition(":")
    known = {stage.id for stage in plan.stages} | {"revenue"} if owner == "stage" else {
        row.id for row in plan.kpis if row.channel == owner
    }  # fmt: skip
    if not 0 <= position < plan.months or kpi not in known:
        return False
    _set_or_drop(actuals, (what, position), value)
    return True


def _set_or_drop(found: dict, key: Any, value: Any) -> None:
    if value is None:
        found.pop(key, None)
    else:
        found[key] = value


def _with_rows(plan: Plan, table: str, changed: Mapping[str, dict[str, Any]]) -> tuple[Plan, dict[str, Value]]:
    kind, name = _ROWS[table]
    blank = {field.name: field.default for field in fields(kind)}
    homeless: dict[str, Value] = {}
    waiting = dict(changed)
    rows = []
    for row in getattr(plan, name):
        row_id = f"{row.channel}.{row.id}" if isinstance(row, Kpi) else row.id
        more = {}
        for column, value in waiting.pop(row_id, {}).items():
            if column not in blank or column in ("id", "channel"):
                homeless[f"{table}[{row_id}].{column}"] = value
            elif column == "lag":
                more[column] = None if value is None else _lag(value)
            else:
                more[column] = blank[column] if value is None and blank[column] == "" else value
        rows.append(replace(row, **more))
    for row_id, columns in waiting.items():
        homeless.update({f"{table}[{row_id}].{column}": value for column, value in columns.items()})
    return plan.with_(**{name: tuple(rows)}), homeless
