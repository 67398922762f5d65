"""The text source of a plan (TOML) → Plan; names, owners and KPIs that it leaves out come from the catalog.

The keys, all but the first three sections optional::

    title = {ja = "…", en = "…"}          # or one text
    order_value, delivery_days, currency_unit, rounding, season = [12 weights, January first]
    [goal]     kind, value, deadline, baseline, growth, monthly, customers
    [period]   start = "2026-04", months = 6
    [[stage]]  id, rate = "50/1800" or "20%" or 0.2, lag = "10..30", name, owner
    [[channel]] id, share, on, unit_cost, capacity, name, owner, stage, kpis = ["sessions", "cvr", "cv"]
    [pipeline] mql = 12
    [kpi.web.cvr] value = "3%"            # any field of a KPI; an id that the catalog lacks adds a KPI
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from xl_kpi import catalog
from xl_kpi.catalog import text
from xl_kpi.plan.input.raw_values import nearest, refusal, shown
from xl_kpi.plan.input.reading import (
    MAX_LAG_DAYS,
    Collector,
    read_bool,
    read_choice,
    read_date,
    read_growth,
    read_id,
    read_kind,
    read_lag,
    read_money,
    read_month,
    read_number,
    read_share,
)
from xl_kpi.plan.model import KGI_KINDS, MAX_MONTHS, ROUNDINGS, Channel, Goal, Kpi, Plan, Stage
from xl_kpi.plan.source_fields import (
    read_both,
    read_formula,
    read_source_rate,
    read_twelve,
    read_words,
    value_reader,
)

CURRENCY_UNITS = ("yen", "thousand_yen", "million_yen")
BETTER = ("up", "down")
RHYTHMS = ("weekly", "monthly")

TOP_KEYS = ("title", "order_value", "delivery_days", "currency_unit", "rounding", "season", "goal", "period",
            "stage", "channel", "pipeline", "kpi")  # fmt: skip
GOAL_KEYS = tuple(field.name for field in fields(Goal))
STAGE_KEYS = tuple(field.name for field in fields(Stage))
CHANNEL_KEYS = (*(field.name for field in fields(Channel)), "kpis")
KPI_TEXTS = ("definition", "owner", "source")  # in one language in the plan
KPI_KEYS = ("name", "unit", "target", "actual", "better", "rhythm", "value", "decomposition", "weight", *KPI_TEXTS)


def plan_from_source(source: str, lang: str, file: str = "") -> Plan:
    """The plan that a TOML text describes.

    Arguments: ``source`` the text; ``lang`` the language of the plan and of messages; ``file`` its name for
    messages.
    Result: a Plan; what it says is read but not yet held against itself (``xl_kpi.plan.checks.check``).
    Special cases: a rate may be a fraction in text, 50/1800; a blank ``value`` of a KPI takes the catalog's
    assumption away.  A share that is left out is an error for a channel that is on and 0 for one that is off.
    Errors: InputFaults with every wrong entry in one pass; ``cell`` is the key path, positions counted from
    1 (``stage[2].rate``); unknown keys are asked with the nearest known name.
    """
    collector = Collector(lang, file=file)
    try:
        data = tomllib.loads(source)
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        line = re.search(r"at line ([0-9]+)", str(problem))
        found = source.splitlines()[int(line[1]) - 1] if line else ""
        allowed = text("plan_source_syntax", lang, reason=str(problem) or type(problem).__name__)
        collector.add(shown(found), allowed, cell=f"line {line[1]}" if line else "")
        collector.raise_if_any()
    plan = _Reader(data, collector).plan()
    collector.raise_if_any()
    return plan


class _Reader:
    """Walks through the parsed source from top to bottom and leaves every fault in the collector."""

    def __init__(self, data: dict, collector: Collector):
        self.data = data
        self.collector = collector
        self.lang = collector.lang

    def plan(self) -> Plan | None:
        """The plan, or None when there are faults."""
        data, read = self.data, self.collector.read
        self.known_keys(data, TOP_KEYS, "")
        title = read(read_words, data.get("title"), cell="title", default="", filled=True)
        goal = self.goal(self.table(data, "goal", GOAL_KEYS))
        period = self.table(data, "period", ("start", "months"))
        start = read(read_month, period.get("start"), cell="period.start")
        months = read(read_number, period.get("months"), cell="period.months", low=1, high=MAX_MONTHS, whole=True)
        options = {
            "order_value": read(read_money, data.get("order_value"), cell="order_value", optional=True),
            "delivery_days": self.optional(read_number, "delivery_days", 0, low=0, high=MAX_LAG_DAYS, whole=True),
            "currency_unit": self.optional(read_choice, "currency_unit", "yen", choices=CURRENCY_UNITS),
            "rounding": self.optional(read_choice, "rounding", "total", choices=ROUNDINGS),
        }
        if "season" in data:
            options["season"] = tuple(
                read(read_number, weight, cell=f"season[{month}]", low=0, percent=True)
                for month, weight in enumerate(read(read_twelve, data["season"], cell="season", default=[]), 1)
            )
        rows = self.tables(data, "stage", STAGE_KEYS)
        stages = tuple(self.stage(row, f"stage[{k}]") for k, row in enumerate(rows, 1))
        rows = self.tables(data, "channel", CHANNEL_KEYS)
        channels = tuple(self.channel(row, f"channel[{k}]") for k, row in enumerate(rows, 1))
        kpis = self.kpis(rows, channels)
        pipeline = self.pipeline([stage.id for stage in stages])
        if self.collector.faults:
            return None
        return Plan(title, self.lang, goal, start, months, stages, channels, kpis, pipeline=pipeline, **options)

    # --- tables ----------------------------------------------------------------------------------------

    def optional(self, reader: Any, key: str, default: Any, **options: Any) -> Any:
        return self.collector.read(reader, self.data.get(key), cell=key, optional=True, default=default, **options)

    def table(self, parent: dict, key: str, known: Iterable[str] | None, path: str = "") -> dict:
        """The sub-table ``key``, empty when it is not there; its unknown keys are faults."""
        path, value = f"{path}.{key}" if path else key, parent.get(key, {})
        if not isinstance(value, dict):
            self.collector.add(shown(value), text("plan_source_table", self.lang, form=f"[{path}]"), cell=path)
            return {}
        if known is not None:
            self.known_keys(value, known, path)
        return value

    def tables(self, parent: dict, key: str, known: Iterable[str]) -> list[dict]:
        rows = parent.get(key, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.collector.add(shown(rows), text("plan_source_table", self.lang, form=f"[[{key}]]"), cell=key)
            return []
        for k, row in enumerate(rows, 1):
            self.known_keys(row, known, f"{key}[{k}]")
        return rows

    def known_keys(self, table: dict, known: Iterable[str], path: str) -> None:
        for key in table:
            if key not in known:
                self.unknown(key, list(known), "plan_source_unknown_key", f"{path}.{key}" if path else key)

    def unknown(self, found: str, known: list[str], key: str, path: str) -> None:
        allowed = text(key, self.lang, known=", ".join(known))
        self.collector.faults.append(
            refusal(found, self.lang, allowed, likely=nearest(found, known)).fault(cell=path, file=self.collector.file)
        )

    # --- sections --------------------------------------------------------------------------------------

    def goal(self, row: dict) -> Goal:
        read = self.collector.read
        kind = read(read_kind, row.get("kind"), cell="goal.kind", default=KGI_KINDS[0])
        amount = read_money if kind == "revenue" else read_number
        numbers = {
            key: read(reader, row.get(key), cell=f"goal.{key}", optional=True)
            for key, reader in (("value", amount), ("deadline", read_date), ("baseline", amount),
                                ("growth", read_growth), ("monthly", amount), ("customers", read_number))
        }  # fmt: skip
        return Goal(kind, **numbers)

    def stage(self, row: dict, path: str) -> Stage:
        read = self.collector.read
        stage_id = read(read_id, row.get("id"), cell=f"{path}.id", default="")
        known = catalog.find_stage(stage_id)
        return Stage(
            stage_id,
            read(
                read_words,
                row.get("name", known and known.name[self.lang]),
                cell=f"{path}.name",
                default="",
                filled=True,
            ),
            read(read_words, row.get("owner", known.owner[self.lang] if known else ""), cell=f"{path}.owner"),
            read(read_source_rate, row.get("rate"), cell=f"{path}.rate", optional=True),
            read(read_lag, row.get("lag"), cell=f"{path}.lag", optional=True),
        )

    def channel(self, row: dict, path: str) -> Channel:
        read = self.collector.read
        channel_id = read(read_id, row.get("id"), cell=f"{path}.id", default="")
        known = catalog.find_channel(channel_id)
        on = read(read_bool, row.get("on"), cell=f"{path}.on", optional=True, default=True)
        return Channel(
            channel_id,
            read(
                read_words,
                row.get("name", known and known.name[self.lang]),
                cell=f"{path}.name",
                default="",
                filled=True,
            ),
            read(read_id, row.get("stage", known and known.stage), cell=f"{path}.stage", default=""),
            on,
            read(read_share, row.get("share"), cell=f"{path}.share", optional=not on, default=0.0),
            read(read_money, row.get("unit_cost"), cell=f"{path}.unit_cost", optional=True, low=0),
            read(read_number, row.get("capacity"), cell=f"{path}.capacity", optional=True, low=0),
            read(read_words, row.get("owner", known.owner[self.lang] if known else ""), cell=f"{path}.owner"),
        )

    def pipeline(self, stage_ids: list[str]) -> dict[str, float]:
        opened = {}
        for stage_id, raw in self.table(self.data, "pipeline", None).items():
            if stage_id not in stage_ids:
                self.unknown(stage_id, stage_ids, "plan_source_unknown_id", f"pipeline.{stage_id}")
            opened[stage_id] = self.collector.read(read_number, raw, cell=f"pipeline.{stage_id}", low=0)
        return opened

    # --- KPIs ------------------------------------------------------------------------------------------

    def kpis(self, rows: list[dict], channels: tuple[Channel, ...]) -> tuple[Kpi, ...]:
        overrides = self.table(self.data, "kpi", None)
        known = [channel.id for channel in channels]
        for channel_id in overrides:
            if channel_id not in known:
                self.unknown(channel_id, known, "plan_source_unknown_id", f"kpi.{channel_id}")
        found: list[Kpi] = []
        for position, (row, channel) in enumerate(zip(rows, channels), 1):
            changed = self.table(overrides, channel.id, None, "kpi")
            listed = self.listed(row, channel.id, changed, f"channel[{position}].kpis")
            for kpi_id in listed:
                fields_ = self.table(changed, kpi_id, KPI_KEYS, f"kpi.{channel.id}")
                found.append(self.kpi(channel.id, kpi_id, fields_, f"kpi.{channel.id}.{kpi_id}"))
        return tuple(found)

    def listed(self, row: dict, channel_id: str, changed: dict, path: str) -> list[str]:
        """The ids of a channel's KPIs in order: the list, or the catalog's, and then those that are added."""
        known = catalog.find_channel(channel_id)
        in_catalog = [kpi.id for kpi in known.kpis] if known else []
        added = [kpi_id for kpi_id in changed if kpi_id not in in_catalog]
        if "kpis" not in row:
            return in_catalog + added
        if not isinstance(row["kpis"], list) or not all(isinstance(item, str) for item in row["kpis"]):
            self.collector.add(
                shown(row["kpis"]), text("plan_source_table", self.lang, form='kpis = ["cv"]'), cell=path
            )
            return []
        for position, kpi_id in enumerate(row["kpis"], 1):
            if kpi_id not in in_catalog + added:
                self.unknown(kpi_id, in_catalog + added, "plan_source_unknown_id", f"{path}[{position}]")
        for kpi_id in changed:
            if kpi_id in in_catalog and kpi_id not in row["kpis"]:
                self.collector.add(kpi_id, text("plan_source_not_listed", self.lang), cell=f"kpi.{channel_id}.{kpi_id}")
        listed = [kpi_id for kpi_id in row["kpis"] if kpi_id in in_catalog + added]
        return listed + [kpi_id for kpi_id in added if kpi_id not in listed]

    def kpi(self, channel_id: str, kpi_id: str, row: dict, path: str) -> Kpi:
        """One KPI: what the source says, else what the catalog says, else a fault or the model's default."""
        read = self.collector.read
        channel = catalog.find_channel(channel_id)
        known = channel.find_kpi(kpi_id) if channel else None

        def get(key: str, reader: Any, default: Any, **options: Any) -> Any:
            fallback = default if known is None else getattr(known, key)
            return read(reader, row.get(key, fallback), cell=f"{path}.{key}", default=default, **options)

        if known is None:
            read(read_id, kpi_id, cell=path)
        names = get("name", read_both, None) or {"ja": "", "en": ""}
        unit = get("unit", read_choice, None, choices=[unit.id for unit in catalog.units()]) or ""
        reader, options = value_reader(unit)
        return Kpi(
            kpi_id,
            channel_id,
            names["ja"],
            names["en"],
            unit,
            get("target", read_formula, None),
            get("actual", read_formula, None),
            definition=get("definition", read_words, ""),
            better=get("better", read_choice, "up", choices=BETTER),
            owner=get("owner", read_words, ""),
            rhythm=get("rhythm", read_choice, "monthly", choices=RHYTHMS),
            source=get("source", read_words, ""),
            value=get("value", reader, None, optional=True, **options),
            decomposition=get("decomposition", read_words, ""),
            weight=get("weight", read_words, ""),
        )
