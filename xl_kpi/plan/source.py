"""The text source of a plan (TOML) → Plan; names, owners and KPIs that it leaves out come from the catalog.

The keys, all but the first three sections optional::

    title = {ja = "…", en = "…"}          # or one text
    order_value, delivery_days, currency_unit, rounding, season = [12 weights, January first]
    revenue_way = "once" or "monthly", monthly_fee
    [about]    words about a template, for people: nothing of the plan
    [goal]     kind, value, deadline, baseline, growth, monthly, customers
    [period]   start = "2026-04", months = 6
    [[stage]]  id, rate = "50/1800" or "20%" or 0.2, lag = "10..30", name, owner,
                basis = "own" or "published" or "guess" (where the rate comes from; so has a KPI)
    [[channel]] id, share, on, unit_cost, capacity, name, owner, stage, kpis = ["sessions", "cvr", "cv"],
                rates = {leads = "30%"} (its own to the next stage; a step that is left out is the stage's),
                rate_basis = "guess" (where they come from)
    [pipeline] mql = 12
    [kpi.web.cvr] value = "3%"            # any field of a KPI; an id that the catalog lacks adds a KPI
    [pages]    glossary = "off"           # pages that the plan can do without: on or off
    [[rows.actions]] finding = "…"        # rows of the tables that grow by typing (``plan.pages.tables``)

A KPI that is listed is on; without a list all of the catalog's are there, on as the catalog has them.

Amounts without a word (the goal in revenue, ``order_value``, ``monthly_fee``) are in ``currency_unit``; those with
one are what it says (120万円), and a KPI's are in the unit of the KPI.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import fields as fields_of
from functools import partial
from typing import Any

from xl_kpi import catalog
from xl_kpi.errors import InputFaults, Words
from xl_kpi.plan import fields
from xl_kpi.plan.fields import field_of, goal_unit, plan_of
from xl_kpi.plan.input.field import STAGES_BY_NAME, Field
from xl_kpi.plan.input.raw_values import nearest, refusal, shown
from xl_kpi.plan.input.reading import Collector, read_id, read_listed
from xl_kpi.plan.input.row_names import RowNames
from xl_kpi.plan.model import Channel, Kpi, Plan, Stage
from xl_kpi.plan.money.cells import YEN, factor_of
from xl_kpi.plan.pages.kpi_links import REFERS, KpiLinks
from xl_kpi.plan.pages.named import read_named
from xl_kpi.plan.pages.tables import TABLES as TYPED_TABLES
from xl_kpi.plan.source_fields import in_source, read_both, read_formula, read_twelve, read_words

SECTIONS = ("goal", "period", "pages")  # of single entries
TABLES = ("about", "season", *SECTIONS, "stage", "channel", "pipeline", "kpi", "rows")
STAGE_KEYS = tuple(field.name for field in fields_of(Stage))
CHANNEL_KEYS = (*(field.name for field in fields_of(Channel)), "kpis", "rates")
KPI_TEXTS = ("definition", "owner", "source", "split")  # in one language in the plan
KPI_KEYS = ("name", "unit", "target", "actual", "better", "rhythm", "value", "decomposition", "weight",
            "on", "parent", "basis", *KPI_TEXTS)  # fmt: skip


def plan_from_source(source: str, lang: str, file: str = "") -> Plan:
    """The plan that a TOML text describes.

    Arguments: ``source`` the text; ``lang`` the language of the plan; ``file`` its name for
    messages.
    Result: a Plan; what it says is read but not yet held against itself (``xl_kpi.plan.checks.check``).
    Special cases: a rate may be a fraction in text, 50/1800; a blank ``value`` of a KPI takes the catalog's
    assumption away.  A share that is left out is an error for a channel that is on and 0 for one that is off.
    Errors: InputFaults with every wrong entry in one pass; ``cell`` is the key path, positions counted from
    1 (``stage[2].rate``); unknown keys are asked with the nearest known name.
    """
    collector = Collector(file=file)
    try:
        data = tomllib.loads(source)
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        line = re.search(r"at line ([0-9]+)", str(problem))
        found = source.splitlines()[int(line[1]) - 1] if line else ""
        allowed = Words("plan_source_syntax", reason=str(problem))
        collector.add(shown(found), allowed, cell=f"line {line[1]}" if line else "")
        raise InputFaults(collector.faults) from None
    plan = _Reader(data, collector, lang).plan()
    collector.raise_if_any()
    assert plan is not None, "what is missing is a fault"
    return plan


class _Reader:
    """Walks through the parsed source from top to bottom and leaves every fault in the collector."""

    def __init__(self, data: dict, collector: Collector, lang: str):
        self.data = data
        self.collector = collector
        self.lang = lang

    def plan(self) -> Plan | None:
        """The plan, or None when there are faults."""
        data, read = self.data, self.collector.read
        values = self.singles()
        options: dict[str, Any] = {}
        if "season" in data:
            reader, bounds = field_of("tbl_season").reader()
            options["season"] = tuple(
                read(reader, weight, cell=f"season[{month}]", **bounds)
                for month, weight in enumerate(read(read_twelve, data["season"], cell="season", default=[]), 1)
            )
        rows = self.tables(data, "stage", STAGE_KEYS)
        stages = tuple(self.stage(row, f"stage[{k}]") for k, row in enumerate(rows, 1))
        rows = self.tables(data, "channel", CHANNEL_KEYS)
        channels = tuple(self.channel(row, f"channel[{k}]") for k, row in enumerate(rows, 1))
        kpis = self.kpis(rows, channels)
        pipeline = self.pipeline([stage.id for stage in stages])
        options["tables"] = self.grown(
            KpiLinks(stages, channels, kpis, self.lang),
            RowNames({one.id: one.name for one in stages}, {}, catalog.find_stage),
        )
        rates = self.rates(rows, channels, [stage.id for stage in stages[:-1]])
        if self.collector.faults:
            return None
        tables = {"stages": stages, "channels": channels, "kpis": kpis, "pipeline": pipeline, "channel_rates": rates}
        return plan_of(values, **tables, **options)

    # --- single entries ----------------------------------------------------------------------------------

    def singles(self) -> dict[str, Any]:
        """The values of the single entries, by key; those with a default may be left out."""
        known = [one for one in fields.SINGLES if one.key != "plan_lang"]  # which language is not for the source to say
        names: dict[str, list[str]] = {"": [], **{section: [] for section in SECTIONS}}
        for one in known:
            section, _, name = one.path.rpartition(".")
            names[section].append(name)
        self.known_keys(self.data, [*names[""], *TABLES], "")
        tables = {"": self.data, **{name: self.table(self.data, name, names[name]) for name in SECTIONS}}
        values: dict[str, Any] = {"plan_lang": self.lang}
        # how many yen an amount without a word is, wherever the unit stands among the entries
        money = Collector().read(read_listed, self.data.get("currency_unit"), choices="currency") or YEN
        for one in known:
            section, _, name = one.path.rpartition(".")
            unit = goal_unit(values.get("kgi_kind"))
            values[one.key] = self.typed(one, tables[section].get(name), one.path, unit, money=money)
        return values

    def typed(
        self, one: Field, raw: Any, cell: str, unit: str = "", *, optional: bool | None = None, money: str = YEN
    ) -> Any:
        """What stands for a row of the table of what can be typed; ``optional`` where the row does not decide it."""
        reader, options = in_source(*one.reader(unit, factor_of(money)), self.lang)
        if "factor" in options:  # no header says the unit where this is typed
            options = {**options, "asks": money}
        blank = one.optional or one.default is not None if optional is None else optional
        return self.collector.read(reader, raw, cell=cell, optional=blank, default=one.default, **options)

    # --- tables ----------------------------------------------------------------------------------------

    def table(self, parent: dict, key: str, known: Iterable[str] | None, path: str = "") -> dict:
        """The sub-table ``key``, empty when it is not there; its unknown keys are faults."""
        path, value = f"{path}.{key}" if path else key, parent.get(key, {})
        if not isinstance(value, dict):
            self.collector.add(shown(value), Words("plan_source_table", form=f"[{path}]"), cell=path)
            return {}
        if known is not None:
            self.known_keys(value, known, path)
        return value

    def tables(self, parent: dict, key: str, known: Iterable[str]) -> list[dict]:
        rows = parent.get(key, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.collector.add(shown(rows), Words("plan_source_table", form=f"[[{key}]]"), cell=key)
            return []
        for k, row in enumerate(rows, 1):
            self.known_keys(row, known, f"{key}[{k}]")
        return rows

    def known_keys(self, table: dict, known: Iterable[str], path: str) -> None:
        for key in table:
            if key not in known:
                self.unknown(key, list(known), "plan_source_unknown_key", f"{path}.{key}" if path else key)

    def unknown(self, found: str, known: list[str], key: str, path: str) -> None:
        allowed = Words(key, known=", ".join(known))
        self.collector.faults.append(
            refusal(found, allowed, likely=nearest(found, known)).fault(cell=path, file=self.collector.file)
        )

    # --- sections --------------------------------------------------------------------------------------

    def stage(self, row: dict, path: str) -> Stage:
        stage_id = self.collector.read(read_id, row.get("id"), cell=f"{path}.id", default="")
        known = catalog.find_stage(stage_id)

        def column(name: str, fallback: Any = None) -> Any:  # the last stage has neither rate nor lag
            one, optional = field_of(f"tbl_stages.{name}"), name != "name"
            return self.typed(one, row.get(name, fallback), f"{path}.{name}", optional=optional)

        name = column("name", known and known.name[self.lang])
        owner = column("owner", known and known.owner[self.lang])
        return Stage(stage_id, name, owner, column("rate"), column("lag"), column("basis"))

    def channel(self, row: dict, path: str) -> Channel:
        read = self.collector.read
        channel_id = read(read_id, row.get("id"), cell=f"{path}.id", default="")
        known = catalog.find_channel(channel_id)

        def column(name: str, fallback: Any = None, optional: bool | None = None) -> Any:
            one = field_of(f"tbl_channels.{name}")
            return self.typed(one, row.get(name, fallback), f"{path}.{name}", optional=optional)

        on = column("on")
        return Channel(
            channel_id,
            column("name", known and known.name[self.lang]),
            read(read_id, row.get("stage", known and known.stage), cell=f"{path}.stage", default=""),
            on,
            column("share", optional=not on),
            column("unit_cost"),
            column("capacity"),
            column("owner", known and known.owner[self.lang]),
            column("rate_basis"),
        )

    def pipeline(self, stage_ids: list[str]) -> dict[str, float]:
        opened = {}
        for stage_id, raw in self.table(self.data, "pipeline", None).items():
            if stage_id not in stage_ids:
                self.unknown(stage_id, stage_ids, "plan_source_unknown_id", f"pipeline.{stage_id}")
            opened[stage_id] = self.typed(field_of("tbl_pipeline"), raw, f"pipeline.{stage_id}", optional=False)
        return opened

    def grown(self, links: KpiLinks, stages: RowNames) -> dict[str, dict[str, dict[str, Any]]]:
        """The tables that grow by typing, each row under the next id; ``links`` and ``stages`` what a row may name."""
        said = self.table(self.data, "rows", [table.name for table in TYPED_TABLES])
        found: dict[str, dict[str, dict[str, Any]]] = {}
        for table in TYPED_TABLES:
            rows = self.tables(said, table.name, [one.column for one in table.columns])
            for number, row in enumerate(rows, 1):
                cells = {}
                for one in table.columns:
                    raw, cell = row.get(one.column), f"rows.{table.name}[{number}].{one.column}"
                    value = self.meant(one, raw, cell, links, stages)
                    if value not in (None, ""):
                        cells[one.column] = value
                if cells:
                    found.setdefault(table.key, {})[f"r{number}"] = cells
        return found

    def meant(self, one: Field, raw: Any, cell: str, links: KpiLinks, stages: RowNames) -> Any:
        """A cell of such a table; what names a KPI or a stage becomes its id."""
        read = self.collector.read
        if one.refers == REFERS:
            return read(links.reader(), raw, cell=cell, optional=True)
        if one.refers == STAGES_BY_NAME:
            return read(partial(read_named, one=one, names=stages), raw, cell=cell, optional=True)
        return self.typed(one, raw, cell)

    def rates(self, rows: list[dict], channels: tuple[Channel, ...], steps: list[str]) -> dict[tuple[str, str], float]:
        """The rates that channels have of their own."""
        found: dict[tuple[str, str], float] = {}
        for position, (row, channel) in enumerate(zip(rows, channels), 1):
            for stage_id, raw in self.table(row, "rates", None, f"channel[{position}]").items():
                path = f"channel[{position}].rates.{stage_id}"
                if stage_id not in steps:
                    self.unknown(stage_id, steps, "plan_source_unknown_id", path)
                rate = self.typed(field_of("tbl_rates"), raw, path)
                if rate is not None:
                    found[channel.id, stage_id] = rate
        return found

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
                # one that is listed is used
                listed_on = {"on": True, **fields_} if "kpis" in row else fields_
                found.append(self.kpi(channel.id, kpi_id, listed_on, f"kpi.{channel.id}.{kpi_id}"))
        return tuple(found)

    def listed(self, row: dict, channel_id: str, changed: dict, path: str) -> list[str]:
        """The ids of a channel's KPIs in order: the list, or the catalog's, and then those that are added."""
        known = catalog.find_channel(channel_id)
        in_catalog = [kpi.id for kpi in known.kpis] if known else []
        added = [kpi_id for kpi_id in changed if kpi_id not in in_catalog]
        if "kpis" not in row:
            return in_catalog + added
        if not isinstance(row["kpis"], list) or not all(isinstance(item, str) for item in row["kpis"]):
            self.collector.add(shown(row["kpis"]), Words("plan_source_table", form='kpis = ["cv"]'), cell=path)
            return []
        for position, kpi_id in enumerate(row["kpis"], 1):
            if kpi_id not in in_catalog + added:
                self.unknown(kpi_id, in_catalog + added, "plan_source_unknown_id", f"{path}[{position}]")
        for kpi_id in changed:
            if kpi_id in in_catalog and kpi_id not in row["kpis"]:
                self.collector.add(kpi_id, Words("plan_source_not_listed"), cell=f"kpi.{channel_id}.{kpi_id}")
        listed = [kpi_id for kpi_id in row["kpis"] if kpi_id in in_catalog + added]
        return listed + [kpi_id for kpi_id in added if kpi_id not in listed]

    def kpi(self, channel_id: str, kpi_id: str, row: dict, path: str) -> Kpi:
        """One KPI: what the source says, else what the catalog says, else a fault or the model's default."""
        read = self.collector.read
        channel = catalog.find_channel(channel_id)
        known = channel.find_kpi(kpi_id) if channel else None

        def said(key: str, default: Any) -> Any:
            return row.get(key, default if known is None else getattr(known, key))

        def get(key: str, reader: Any, default: Any, **options: Any) -> Any:
            return read(reader, said(key, default), cell=f"{path}.{key}", default=default, **options)

        def column(key: str, unit: str = "") -> Any:
            one = field_of(f"tbl_kpis.{key}")
            return self.typed(one, said(key, one.default), f"{path}.{key}", unit, optional=one.optional)

        if known is None:
            read(read_id, kpi_id, cell=path)
        names = get("name", read_both, None) or {"ja": "", "en": ""}
        unit = column("unit") or ""
        return Kpi(
            kpi_id,
            channel_id,
            names["ja"],
            names["en"],
            unit,
            get("target", read_formula, None),
            get("actual", read_formula, None),
            definition=get("definition", read_words, "", lang=self.lang),
            better=column("better"),
            owner=get("owner", read_words, "", lang=self.lang),
            rhythm=column("rhythm"),
            source=get("source", read_words, "", lang=self.lang),
            value=column("value", unit),
            decomposition=get("decomposition", read_words, "", lang=self.lang),
            weight=get("weight", read_words, "", lang=self.lang),
            on=column("on"),
            parent=get("parent", read_words, "", lang=self.lang),
            split=get("split", read_words, "", lang=self.lang),
            basis=self.typed(field_of("tbl_kpis.basis"), row.get("basis"), f"{path}.basis"),
        )
