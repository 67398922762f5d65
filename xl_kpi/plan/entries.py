"""The plan as single entries, each under a stable key: what is compared, merged, logged and kept.

Keys are those of ``plan.checks`` (``kgi_value``, ``tbl_stages[mql].rate``, ``tbl_season[4]``), and for what is
typed month by month ``actual[web:sessions][2026-04]``: the calendar month, so that they outlive a new start.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from xl_kpi.calc import month_start
from xl_kpi.calc.calendar import months_from
from xl_kpi.calc.lag import Lag
from xl_kpi.plan import fields as typed
from xl_kpi.plan.keys import AGREEMENT, CHANNELS, KPIS, PIPELINE, RATES, SEASON, STAGES, EntryKey, actual_key, rate_key
from xl_kpi.plan.model import AMOUNT_ROWS, Answer, Channel, Kpi, Plan, Stage
from xl_kpi.plan.pages.tables import find_table
from xl_kpi.plan.records import Value

_ROWS = {STAGES: (Stage, "stages"), CHANNELS: (Channel, "channels"), KPIS: (Kpi, "kpis")}
_ANSWER = frozenset(field.name for field in fields(Answer))


def entries_of(plan: Plan) -> dict[str, Value]:
    """Every entry of a plan, blanks left out.

    Result: stable key → value; lags as text ("30", "10..20", "0.2;0.6;1").  Two plans have the same entries
    when the same was typed, whatever the order of the rows.
    """
    # of the settings the usual choice is as good as none: workbooks from before there was one have the same entries
    found: dict[str, Value] = {
        one.key: one.get(plan) if one.at else plan.settings.get(one.key) for one in typed.SINGLES
    }
    for stage in plan.stages:
        _row(found, STAGES, stage.id, stage)
    for channel in plan.channels:
        _row(found, CHANNELS, channel.id, channel)
    for kpi in plan.kpis:
        _row(found, KPIS, f"{kpi.channel}.{kpi.id}", kpi)
    found.update({f"{SEASON}[{month}]": weight for month, weight in enumerate(plan.season, 1)})
    found.update({f"{PIPELINE}[{stage}]": number for stage, number in plan.pipeline.items()})
    found.update({rate_key(*row): rate for row, rate in plan.channel_rates.items()})
    for (what, month), number in plan.actuals.items():
        found[actual_key(what, month_start(plan.start, month))] = number
    for what, answer in plan.answers.items():
        _row(found, AGREEMENT, what, answer)
    for table, rows in plan.tables.items():
        for row, columns in rows.items():
            found.update({f"{table}[{row}].{column}": value for column, value in columns.items()})
    return {key: value for key, value in found.items() if value is not None and value != ""}


def names_in(table: str, entries: Mapping[str, Value]) -> dict[str, str]:
    """Id → name of the rows of a table (stages or channels) among entries."""
    begin = f"{table}["  # looked at before a key is taken apart: there are entries of 5,000 accounts besides
    keys = ((EntryKey.parse(key), value) for key, value in entries.items() if key.startswith(begin))
    return {str(key.row): str(value) for key, value in keys if key.kind == f"{table}.name"}


def with_entries(plan: Plan, changes: Mapping[str, Value]) -> tuple[Plan, dict[str, Value]]:
    """The plan with some entries changed (None or "" clears one), and what has no place in it.

    Rows are neither added nor removed, but for answers and the tables that grow by typing: an entry of a row that the
    plan does not have, or of a month outside it, comes back in the second result.
    """
    homeless: dict[str, Value] = {}
    single: dict[str, Value] = {}
    names = {one.key for one in typed.SINGLES}
    rows: dict[str, dict[str, dict[str, Any]]] = {}
    season: list[Any] = list(plan.season)
    pipeline, rates = dict(plan.pipeline), dict(plan.channel_rates)
    actuals, answers = dict(plan.actuals), dict(plan.answers)
    tables: dict[str, dict[str, dict[str, Any]]] = {}
    for key, value in changes.items():
        value = None if value == "" else value
        entry = EntryKey.parse(key)
        if key in names:
            single[key] = value
        elif entry.is_actual:
            if not _put_actual(plan, actuals, entry, value):
                homeless[key] = value
        elif entry.row is None:
            homeless[key] = value
        elif entry.table == SEASON and entry.row.isdecimal() and 1 <= int(entry.row) <= len(season):
            season[int(entry.row) - 1] = 1.0 if value is None else value
        elif entry.table == PIPELINE and any(stage.id == entry.row for stage in plan.stages):
            _set_or_drop(pipeline, entry.row, value)
        elif entry.table == RATES and _has_rate(plan, entry):
            _set_or_drop(rates, (entry.owner, entry.id), value)
        elif entry.table == AGREEMENT and entry.column in _ANSWER:
            said: dict[str, Any] = {entry.column: "" if value is None else value}
            answers[entry.row] = replace(answers.get(entry.row, Answer()), **said)
        elif (table := find_table(entry.table)) and table.find(entry.column):
            if entry.table not in tables:
                tables[entry.table] = {row: dict(columns) for row, columns in plan.tables.get(entry.table, {}).items()}
            _set_or_drop(tables[entry.table].setdefault(entry.row, {}), entry.column, value)
        elif entry.table in _ROWS and entry.column:
            rows.setdefault(entry.table, {}).setdefault(entry.row, {})[entry.column] = value
        else:
            homeless[key] = value
    answers = {what: answer for what, answer in answers.items() if answer != Answer()}
    plan = typed.with_values(plan, single).with_(
        season=tuple(season),
        pipeline=pipeline,
        channel_rates=rates,
        actuals=actuals,
        answers=answers,
        tables=_filled(plan, tables),
    )
    for name, changed in rows.items():
        plan, left = _with_rows(plan, name, changed)
        homeless.update(left)
    return plan, homeless


def _filled(plan: Plan, changed: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The tables that grow by typing, without rows and tables in which nothing stands."""
    tables = {**plan.tables, **{key: {id_: row for id_, row in rows.items() if row} for key, rows in changed.items()}}
    return {key: rows for key, rows in tables.items() if rows}


def _row(found: dict[str, Value], table: str, row_id: str, row: Any) -> None:
    for field in fields(row):
        if field.name not in ("id", "channel") or isinstance(row, Channel) and field.name != "id":
            value = getattr(row, field.name)
            if isinstance(row, Kpi) and field.name == "on" and value:
                continue  # the usual: workbooks from before there was a choice have the same entries
            found[f"{table}[{row_id}].{field.name}"] = _lag_text(value) if isinstance(value, Lag) else value


def _lag_text(lag: Lag) -> str:
    if lag.curve:
        return ";".join(f"{float(share):.15g}" for share in lag.curve)
    return f"{lag.low}" if lag.low == lag.high else f"{lag.low}..{lag.high}"


def lag_of(value: Any) -> Lag:
    if isinstance(value, Lag):
        return value
    words = str(value)
    if ";" in words:
        return Lag(curve=tuple(float(share) for share in words.split(";")))
    low, _, high = words.partition("..")
    return Lag(int(float(low)), int(float(high or low)))


def _put_actual(plan: Plan, actuals: dict, entry: EntryKey, value: Value) -> bool:
    if entry.month is None:
        return False
    position = months_from(plan.start, entry.month)
    if entry.owner == "stage":
        is_known = entry.row in AMOUNT_ROWS or entry.id in {stage.id for stage in plan.stages}
    else:
        is_known = entry.id in {row.id for row in plan.kpis if row.channel == entry.owner}
    if not 0 <= position < plan.months or not is_known:
        return False
    _set_or_drop(actuals, (entry.row, position), value)
    return True


def _has_rate(plan: Plan, entry: EntryKey) -> bool:
    """Whether there is such a channel and such a step."""
    steps = [stage.id for stage in plan.stages[:-1]]
    return entry.id in steps and any(channel.id == entry.owner for channel in plan.channels)


def _set_or_drop(found: dict, key: Any, value: Any) -> None:
    if value is None:
        found.pop(key, None)
    else:
        found[key] = value


def _with_rows(plan: Plan, table: str, changed: Mapping[str, dict[str, Any]]) -> tuple[Plan, dict[str, Value]]:
    kind, name = _ROWS[table]
    blank: dict[str, Any] = {field.name: field.default for field in fields(kind)}
    homeless: dict[str, Value] = {}
    waiting = dict(changed)
    rows = []
    for row in getattr(plan, name):
        row_id = f"{row.channel}.{row.id}" if isinstance(row, Kpi) else row.id
        more: dict[str, Any] = {}
        for column, value in waiting.pop(row_id, {}).items():
            if column not in blank or column in ("id", "channel"):
                homeless[f"{table}[{row_id}].{column}"] = value
            elif column == "lag":
                more[column] = None if value is None else lag_of(value)
            else:
                usual = blank[column] == "" or kind is Kpi and column == "on"
                cleared = "" if kind is Kpi and column == "rhythm" else blank[column] if usual else None
                more[column] = cleared if value is None else value
        rows.append(replace(row, **more))
    for row_id, columns in waiting.items():
        homeless.update({f"{table}[{row_id}].{column}": value for column, value in columns.items()})
    return plan.with_(**{name: tuple(rows)}), homeless
