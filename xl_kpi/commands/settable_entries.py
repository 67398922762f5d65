"""The single entries of a plan by name: how each is read and where in the Plan it goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from xl_kpi import catalog
from xl_kpi.catalog import text
from xl_kpi.plan.input import reading
from xl_kpi.plan.input.raw_values import plain, refusal
from xl_kpi.plan.model import MAX_MONTHS, Plan
from xl_kpi.plan.source_fields import value_reader

Put = Callable[[Plan, str, Any], Plan]


@dataclass(frozen=True)
class Entry:
    """One entry: the reader of what is typed, its options, and how the value is put into a plan."""

    reader: Callable[..., Any]
    put: Put
    options: Mapping[str, Any] = field(default_factory=dict)
    optional: bool = False

    def amount(self, kind: str) -> Callable[..., Any]:
        """The reader of an amount in the unit of a goal of this kind."""
        return reading.read_money if kind == "revenue" else reading.read_number


def read_text(raw: Any, lang: str) -> str:
    """Any text that is not blank."""
    if reading.is_blank(raw):
        raise refusal(raw, lang, text("cli_words", lang))
    return str(raw).strip()


def read_listed(raw: Any, lang: str, *, prefix: str, ids: tuple[str, ...]) -> str:
    """The id of a word from one of the workbook's lists: its id, or the word in either language."""
    typed = plain(str(raw or "")).casefold()
    for choice in ids:
        words = [choice, *(text(f"{prefix}_{choice}", language) for language in catalog.LANGUAGES)]
        if typed in [word.casefold() for word in words]:
            return choice
    allowed = text("plan_choice", lang, choices=", ".join(ids))
    raise refusal(raw, lang, allowed)


def read_goal_kind(raw: Any, lang: str) -> str:
    """orders, revenue or customers; as ``read_kind``, and the words that the workbook shows."""
    try:
        return read_listed(raw, lang, prefix="kind", ids=("orders", "revenue", "customers"))
    except reading.Unreadable:
        return reading.read_kind(raw, lang)


def _on_plan(name: str) -> Put:
    return lambda plan, _, value: replace(plan, **{name: value})


def _on_goal(name: str) -> Put:
    return lambda plan, _, value: replace(plan, goal=replace(plan.goal, **{name: value}))


def _delivery(plan: Plan, _: str, value: Any) -> Plan:
    return replace(plan, delivery_days=value or 0)


_DAYS = {"low": 0, "high": reading.MAX_LAG_DAYS, "whole": True}

ENTRIES: dict[str, Entry] = {
    "kgi_kind": Entry(read_goal_kind, _on_goal("kind")),
    "kgi_value": Entry(reading.read_number, _on_goal("value"), optional=True),
    "kgi_baseline": Entry(reading.read_number, _on_goal("baseline"), optional=True),
    "kgi_growth": Entry(reading.read_growth, _on_goal("growth"), optional=True),
    "kgi_deadline": Entry(reading.read_date, _on_goal("deadline"), optional=True),
    "kgi_monthly": Entry(reading.read_number, _on_goal("monthly"), optional=True),
    "kgi_customers": Entry(reading.read_number, _on_goal("customers"), optional=True),
    "order_value": Entry(reading.read_money, _on_plan("order_value"), optional=True),
    "delivery_days": Entry(reading.read_number, _delivery, _DAYS, optional=True),
    "plan_start": Entry(reading.read_month, _on_plan("start")),
    "plan_months": Entry(reading.read_number, _on_plan("months"), {"low": 1, "high": MAX_MONTHS, "whole": True}),
    "plan_title": Entry(read_text, _on_plan("title")),
    "currency_unit": Entry(
        read_listed, _on_plan("currency_unit"),
        {"prefix": "currency", "ids": ("yen", "thousand_yen", "million_yen")},
    ),
    "rounding": Entry(read_listed, _on_plan("rounding"), {"prefix": "rounding", "ids": ("total", "each")}),
}  # fmt: skip


def _on_stage(column: str) -> Put:
    def put(plan: Plan, name: str, value: Any) -> Plan:
        stage_id = name.split(".")[1]
        rows = (replace(row, **{column: value}) if row.id == stage_id else row for row in plan.stages)
        return replace(plan, stages=tuple(rows))

    return put


def _on_channel(column: str) -> Put:
    def put(plan: Plan, name: str, value: Any) -> Plan:
        channel_id = name.split(".")[1]
        rows = (replace(row, **{column: value}) if row.id == channel_id else row for row in plan.channels)
        return replace(plan, channels=tuple(rows))

    return put


def _kpi_value(plan: Plan, name: str, value: Any) -> Plan:
    _, channel, kpi_id, _ = name.split(".")
    rows = (replace(row, value=value) if (row.channel, row.id) == (channel, kpi_id) else row for row in plan.kpis)
    return replace(plan, kpis=tuple(rows))


def _open(plan: Plan, name: str, value: Any) -> Plan:
    rest = {stage: opened for stage, opened in plan.pipeline.items() if stage != name.split(".")[1]}
    return replace(plan, pipeline=rest if value is None else {**rest, name.split(".")[1]: value})


def _weight(plan: Plan, name: str, value: Any) -> Plan:
    month = int(name.split(".")[1])
    return replace(plan, season=(*plan.season[: month - 1], value, *plan.season[month:]))


def read_owner(raw: Any, lang: str) -> str:
    """Any text, blank too."""
    return str(raw).strip()


_ID = r"[A-Za-z][A-Za-z0-9_]*"
# Names with ids in them; whether a plan has such an id is for ``names_of``.
PATTERNS: dict[str, Entry] = {
    rf"stage\.{_ID}\.rate": Entry(reading.read_rate, _on_stage("rate")),
    rf"stage\.{_ID}\.lag": Entry(reading.read_lag, _on_stage("lag")),
    rf"stage\.{_ID}\.name": Entry(read_text, _on_stage("name")),
    rf"stage\.{_ID}\.owner": Entry(read_owner, _on_stage("owner")),
    rf"channel\.{_ID}\.share": Entry(reading.read_share, _on_channel("share")),
    rf"channel\.{_ID}\.on": Entry(reading.read_bool, _on_channel("on")),
    rf"channel\.{_ID}\.cost": Entry(reading.read_money, _on_channel("unit_cost"), {"low": 0}, optional=True),
    rf"channel\.{_ID}\.capacity": Entry(reading.read_number, _on_channel("capacity"), {"low": 0}, optional=True),
    rf"channel\.{_ID}\.name": Entry(read_text, _on_channel("name")),
    rf"channel\.{_ID}\.owner": Entry(read_owner, _on_channel("owner")),
    rf"kpi\.{_ID}\.{_ID}\.value": Entry(reading.read_number, _kpi_value, optional=True),
    rf"pipeline\.{_ID}": Entry(reading.read_number, _open, {"low": 0}, optional=True),
    r"season\.([1-9]|1[0-2])": Entry(reading.read_number, _weight, {"low": 0, "percent": True}),
}


def kpi_entry(plan: Plan, name: str, entry: Entry) -> Entry:
    """The entry of a KPI's assumption with the reader for its unit."""
    _, channel, kpi_id, _ = name.split(".")
    unit = next((kpi.unit for kpi in plan.kpis if (kpi.channel, kpi.id) == (channel, kpi_id)), "count")
    reader, options = value_reader(unit)
    return replace(entry, reader=reader, options=options)


def names_of(plan: Plan) -> list[str]:
    """Every name that a plan has; the last stage has neither rate nor lag."""
    names = list(ENTRIES)
    for position, stage in enumerate(plan.stages, 1):
        columns = ("rate", "lag", "name", "owner") if position < len(plan.stages) else ("name", "owner")
        names += [f"stage.{stage.id}.{column}" for column in columns]
    columns = ("share", "on", "cost", "capacity", "name", "owner")
    names += [f"channel.{channel.id}.{column}" for channel in plan.channels for column in columns]
    # Where a target is a formula nothing is assumed, so there is no value to set.
    names += [f"kpi.{kpi.channel}.{kpi.id}.value" for kpi in plan.kpis if kpi.target == "input"]
    names += [f"pipeline.{stage.id}" for stage in plan.stages]
    return [*names, *(f"season.{month}" for month in range(1, 13))]
