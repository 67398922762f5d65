"""From an open workbook back to the Plan: everything that was typed, with the cell where it stands."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any

from xl_kpi import catalog
from xl_kpi.calc.lag import Lag
from xl_kpi.errors import Fault, InputFaults
from xl_kpi.plan import reading
from xl_kpi.plan.model import Channel, Goal, Kpi, Plan, Stage
from xl_kpi.plan.reading import Collector
from xl_kpi.workbook.tables import Place, Row, Table, named_range, named_value

CURVE_DAYS = (30, 60, 90, 120, 150, 180)
_STAGE_COLUMNS = {
    "id": "stage_id", "name": "stage_name", "owner": "stage_owner", "rate": "stage_rate", "low": "stage_low",
    "high": "stage_high", **{f"curve{days}": f"stage_curve@{days}" for days in CURVE_DAYS},
}  # fmt: skip
_CHANNEL_COLUMNS = {
    "id": "channel_id", "name": "channel_name", "on": "channel_on", "stage": "channel_stage",
    "share": "channel_share", "unit_cost": "channel_cost", "capacity": "channel_capacity", "owner": "channel_owner",
}  # fmt: skip
_KPI_COLUMNS = {
    name: f"kpi_{name}"
    for name in ("channel", "id", "name_ja", "name_en", "definition", "unit", "better", "owner", "rhythm", "source",
                 "target", "value", "actual", "decomposition", "weight")
}  # fmt: skip


@dataclass
class ReadPlan:
    """A plan and the place of each entry, by the stable keys that ``plan.checks`` uses."""

    plan: Plan
    places: dict[str, Place] = field(default_factory=dict)

    def located(self, faults: list[Fault], file: str) -> list[Fault]:
        """Faults of the checks with sheet and cell in place of their keys."""
        found = []
        for fault in faults:
            place = self.places.get(fault.cell) or self.places.get(fault.cell.partition("[")[0])
            sheet, cell = (place.sheet, place.cell) if place else (fault.sheet, fault.cell)
            found.append(Fault(fault.found, fault.allowed, cell, sheet, file, fault.level))
        return found


def read_plan(book: Any, file: str) -> ReadPlan:
    """Everything typed in an xlwings Book.

    Errors: BadFile when names or headers of our workbooks are missing; InputFaults with every entry that
    can't be read.  What fits together is for ``plan.checks``.
    """
    return _Reader(book, file).read()


class _Reader:
    def __init__(self, book: Any, file: str):
        self.book, self.file = book, file
        self.places: dict[str, Place] = {}
        value, place = named_value(book, "plan_lang", file, "en")
        self.lang = self._choice(value, "lang", catalog.LANGUAGES) or "ja"
        self.collector = Collector(self.lang, file=file)
        self.places["plan_lang"] = place

    def read(self) -> ReadPlan:
        cell = self._cell
        kind_text, place = named_value(self.book, "kgi_kind", self.file, self.lang)
        self.places["kgi_kind"] = place
        kind = self._choice(kind_text, "kind", ("orders", "revenue", "customers")) or cell(
            "kgi_kind", reading.read_kind
        )
        goal = Goal(
            kind=kind,
            value=cell("kgi_value", reading.read_money if kind == "revenue" else reading.read_number, optional=True),
            deadline=cell("kgi_deadline", reading.read_date, optional=True),
            baseline=cell("kgi_baseline", reading.read_money, optional=True),
            growth=cell("kgi_growth", reading.read_growth, optional=True),
            monthly=cell("kgi_monthly", reading.read_money, optional=True),
            customers=cell("kgi_customers", reading.read_number, optional=True),
        )
        start, months = cell("plan_start", reading.read_month), cell("plan_months", reading.read_number, whole=True)
        stages = self._stages()
        channels = self._channels(stages)
        kpis = self._kpis()
        season = self._season()
        pipeline = self._pipeline()
        plan_values = {
            "order_value": cell("order_value", reading.read_money, optional=True),
            "delivery_days": cell("delivery_days", reading.read_number, optional=True, default=0, whole=True, low=0),
        }
        title, self.places["plan_title"] = named_value(self.book, "plan_title", self.file, self.lang)
        unit = self._chosen("currency_unit", "currency", ("yen", "thousand_yen", "million_yen"))
        rounding = self._chosen("rounding", "rounding", ("total", "each"))
        actuals = self._actuals(stages, channels, kpis, start)
        self.collector.raise_if_any()
        plan = Plan(
            title=str(title or ""),
            lang=self.lang,
            goal=goal,
            start=start,
            months=int(months),
            stages=stages,
            channels=channels,
            kpis=kpis,
            currency_unit=unit,
            rounding=rounding,
            season=season,
            pipeline=pipeline,
            actuals=actuals,
            order_value=plan_values["order_value"],
            delivery_days=int(plan_values["delivery_days"] or 0),
        )
        return ReadPlan(plan, self.places)

    def _cell(self, name: str, reader: Any, optional: bool = False, default: Any = None, **options: Any) -> Any:
        value, place = named_value(self.book, name, self.file, self.lang)
        self.places[name] = place
        return self.collector.read(reader, value, cell=place.cell, sheet=place.sheet, optional=optional,
                                   default=default, **options)  # fmt: skip

    def _choice(self, value: Any, prefix: str, ids: tuple[str, ...]) -> str | None:
        """The id of a word from one of our lists, in either language."""
        word = str(value).strip() if value is not None else ""
        for choice in ids:
            if word in {choice, *(catalog.text(f"{prefix}_{choice}", lang) for lang in catalog.LANGUAGES)}:
                return choice
        return None

    def _chosen(self, name: str, prefix: str, ids: tuple[str, ...]) -> str | None:
        value, place = named_value(self.book, name, self.file, self.lang)
        self.places[name] = place
        return self._listed(value, prefix, ids, place)

    def _listed(self, value: Any, prefix: str, ids: tuple[str, ...], place: Place) -> str | None:
        choice = self._choice(value, prefix, ids)
        if choice is None:
            words = " / ".join(catalog.text(f"{prefix}_{one}", self.lang) for one in ids)
            self.collector.add(
                str(value or ""), catalog.text("allowed_choice", self.lang, choices=words),
                cell=place.cell, sheet=place.sheet,
            )  # fmt: skip
        return choice

    def _take(self, row: Row, column: str, reader: Any, key: str, optional: bool = False, default: Any = None,
              **options: Any) -> Any:  # fmt: skip
        place = row.place(column)
        self.places[key] = place
        return self.collector.read(reader, row[column], cell=place.cell, sheet=place.sheet, optional=optional,
                                   default=default, **options)  # fmt: skip

    def _stages(self) -> tuple[Stage, ...]:
        table = Table(self.book, "tbl_stages", _STAGE_COLUMNS, self.file, self.lang)
        rows = list(table.rows())
        self.places["tbl_stages"] = Place(table.sheet, f"A{table.first_row}")
        stages = []
        for row in rows:
            stage_id = self._take(
                row, "id", reading.read_id, f"tbl_stages[{row.text('id')}].id", default=row.text("id")
            )
            prefix = f"tbl_stages[{stage_id}]"
            self.places[f"{prefix}.name"] = row.place("name")
            name, owner = row.text("name") or stage_id, row.text("owner")
            if row is rows[-1]:
                stages.append(Stage(stage_id, name, owner))
                break
            rate = self._take(row, "rate", reading.read_rate, f"{prefix}.rate")
            stages.append(Stage(stage_id, name, owner, rate, self._lag(row, prefix)))
        return tuple(stages)

    def _lag(self, row: Row, prefix: str) -> Lag:
        curve = [
            self._take(row, f"curve{days}", reading.read_share, f"{prefix}.lag", optional=True) for days in CURVE_DAYS
        ]
        while curve and curve[-1] is None:
            curve.pop()
        if curve:
            self.places[f"{prefix}.lag"] = row.place("curve30")
            if None in curve:
                self.collector.add("", catalog.text("allowed_curve", self.lang), cell=row.place("curve30").cell,
                                   sheet=row.table.sheet)  # fmt: skip
                return Lag()
            return Lag(curve=tuple(curve))
        days = {"whole": True, "low": 0, "high": 730}
        low = self._take(row, "low", reading.read_number, f"{prefix}.lag", optional=True, default=0, **days)
        high = self._take(row, "high", reading.read_number, f"{prefix}.lag", optional=True, default=low, **days)
        return Lag(int(low or 0), int(high if high is not None else low or 0))

    def _channels(self, stages: tuple[Stage, ...]) -> tuple[Channel, ...]:
        table = Table(self.book, "tbl_channels", _CHANNEL_COLUMNS, self.file, self.lang)
        self.places["tbl_channels"] = Place(table.sheet, f"A{table.first_row}")
        names = {stage.name: stage.id for stage in stages}
        channels = []
        for row in table.rows():
            channel_id = self._take(row, "id", reading.read_id, f"tbl_channels[{row.text('id')}].id",
                                    default=row.text("id"))  # fmt: skip
            prefix = f"tbl_channels[{channel_id}]"
            stage = row.text("stage") or (stages[0].id if stages else "")
            self.places[f"{prefix}.stage"], self.places[f"{prefix}.name"] = row.place("stage"), row.place("name")
            channels.append(
                Channel(
                    id=channel_id,
                    name=row.text("name") or channel_id,
                    stage=names.get(stage, stage),
                    on=self._take(row, "on", reading.read_bool, f"{prefix}.on", optional=True, default=True),
                    share=self._take(row, "share", reading.read_share, f"{prefix}.share", optional=True, default=0.0),
                    unit_cost=self._take(row, "unit_cost", reading.read_money, f"{prefix}.unit_cost", optional=True),
                    capacity=self._take(row, "capacity", reading.read_number, f"{prefix}.capacity", optional=True),
                    owner=row.text("owner"),
                )
            )
        return tuple(channels)

    def _kpis(self) -> tuple[Kpi, ...]:
        table = Table(self.book, "tbl_kpis", _KPI_COLUMNS, self.file, self.lang, open_end=True)
        self.places["tbl_kpis"] = Place(table.sheet, f"A{table.first_row}")
        units = {unit.label[lang]: unit.id for unit in catalog.units() for lang in catalog.LANGUAGES}
        units.update({unit.id: unit.id for unit in catalog.units()})
        kpis = []
        for row in table.rows():
            kpi_id = self._take(row, "id", reading.read_id, f"tbl_kpis[{row.text('channel')}.{row.text('id')}].id",
                                default=row.text("id"))  # fmt: skip
            prefix = f"tbl_kpis[{row.text('channel')}.{kpi_id}]"
            for column in ("target", "actual", "decomposition", "unit", "weight", "channel", "id"):
                self.places[f"{prefix}.{column}"] = row.place(column)
            unit = units.get(row.text("unit"))
            if unit is None:
                words = " / ".join(one.label[self.lang] for one in catalog.units())
                self.collector.add(row.text("unit"), catalog.text("allowed_choice", self.lang, choices=words),
                                   cell=row.place("unit").cell, sheet=table.sheet)  # fmt: skip
            value_reader = reading.read_rate if unit == "rate" else reading.read_number
            name = row.text("name_ja") or row.text("name_en") or kpi_id
            better = row.text("better") or "up"
            kpis.append(
                Kpi(
                    id=kpi_id,
                    channel=row.text("channel"),
                    name_ja=name,
                    name_en=row.text("name_en") or name,
                    unit=unit or "count",
                    target=row.text("target") or "input",
                    actual=row.text("actual") or "input",
                    definition=row.text("definition"),
                    better=self._listed(better, "better", ("up", "down"), row.place("better")) or "up",
                    owner=row.text("owner"),
                    rhythm=self._listed(row.text("rhythm") or "monthly", "rhythm", ("weekly", "monthly"),
                                        row.place("rhythm")) or "monthly",
                    source=row.text("source"),
                    value=self._take(row, "value", value_reader, f"{prefix}.value", optional=True),
                    decomposition=row.text("decomposition"),
                    weight=row.text("weight"),
                )
            )  # fmt: skip
        return tuple(kpis)

    def _season(self) -> tuple[float, ...]:
        table = Table(
            self.book, "tbl_season", {"month": "season_month", "weight": "season_weight"}, self.file, self.lang
        )
        self.places["tbl_season"] = Place(table.sheet, f"A{table.first_row}")
        return tuple(
            self._take(row, "weight", reading.read_number, f"tbl_season[{month}]", low=0)
            for month, row in enumerate(table.rows(), 1)
        )

    def _pipeline(self) -> dict[str, float]:
        table = Table(self.book, "tbl_pipeline", {"id": "stage_id", "open": "pipeline_open"}, self.file, self.lang)
        found = {}
        for row in table.rows():
            stage_id = row.text("id") or str(row.key or "")
            opened = self._take(row, "open", reading.read_number, f"tbl_pipeline[{stage_id}]", optional=True, low=0)
            if opened is not None:
                found[stage_id] = opened
        return found

    def _actuals(self, stages, channels, kpis, start: dt.date | None) -> dict[tuple[str, int], float]:
        """What was typed month by month: stages on 逆算, KPIs on the tabs that exist."""
        typed: dict[tuple[str, int], float] = {}
        inputs = {(kpi.channel, kpi.id) for kpi in kpis if kpi.actual == "input"}
        anchored = {
            channel.stage for channel in channels if channel.on
            for kpi in kpis if kpi.channel == channel.id and kpi.target.strip() == channel.stage
        }  # fmt: skip
        # the first stage is the sum of its channels, so nothing is typed there when it has one
        summed = {stages[0].id} & anchored if stages else set()
        defined = {name.name.rpartition("!")[2] for name in self.book.names}
        blocks = [("act_stages", "")] + [(f"act_{channel.id}", channel.id) for channel in channels]
        for name, channel_id in blocks:
            if name not in defined:
                continue
            area = named_range(self.book, name, self.file, self.lang)
            values = area.options(ndim=2).value
            months = _months(area.formula[0] if len(area) > 1 else (), values[0], start)
            for offset, line in enumerate(values):
                key = str(line[0] or "")
                if not key.endswith(":actual"):
                    continue
                what = key.removesuffix(":actual")
                if channel_id:
                    if (channel_id, what) not in inputs:
                        continue
                    what = f"{channel_id}:{what}"
                elif what.removeprefix("stage:") in summed:
                    continue
                for position, month in months.items():
                    raw = line[position]
                    cell = area[offset, position]
                    number = self.collector.read(reading.read_number, raw, optional=True, low=0,
                                                 cell=cell.get_address(False, False), sheet=area.sheet.name) \
                        if raw is not None else None  # fmt: skip
                    if number is not None:
                        typed[what, month] = number
        return typed


def _months(formulas: Any, values: list[Any], start: dt.date | None) -> dict[int, int]:
    """Column of a block → month of the plan: by the header's formula, or by its date."""
    found = {}
    for position, (formula, value) in enumerate(zip(formulas, values)):
        match = re.fullmatch(r"=EDATE\(plan_start,\s*(\d+)\)", str(formula or ""))
        if match:
            found[position] = int(match[1])
        elif isinstance(value, dt.datetime) and start is not None:
            found[position] = (value.year - start.year) * 12 + value.month - start.month
    return found


__all__ = ["InputFaults", "ReadPlan", "read_plan"]
