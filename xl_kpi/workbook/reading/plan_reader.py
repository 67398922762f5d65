"""From an open workbook back to the Plan: everything that was typed, with the cell where it stands."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from xl_kpi import __version__, catalog
from xl_kpi.calc.calendar import months_from
from xl_kpi.calc.lag import Lag
from xl_kpi.catalog import choice_ids
from xl_kpi.errors import BadFile, Fault, Words, told_in
from xl_kpi.plan import fields
from xl_kpi.plan.entries import names_in
from xl_kpi.plan.fields import goal_unit, plan_of
from xl_kpi.plan.history.slots import typed_series
from xl_kpi.plan.input import reading
from xl_kpi.plan.input.field import Field
from xl_kpi.plan.input.raw_values import number_of
from xl_kpi.plan.input.reading import Collector
from xl_kpi.plan.input.row_names import RowNames
from xl_kpi.plan.keys import ACTUAL, CHANNELS, STAGES, EntryKey
from xl_kpi.plan.labels import label
from xl_kpi.plan.model import CUSTOMERS, Channel, Plan, Stage
from xl_kpi.plan.money.cells import YEN, agreed_in_yen
from xl_kpi.plan.pages.kpi_links import KpiLinks
from xl_kpi.plan.records import Kept, Value
from xl_kpi.plan.stages.order import in_order
from xl_kpi.plan.stages.steps import FormerStages, Funnel, unanswered
from xl_kpi.workbook.reading.actuals_reader import Typed, actuals_of, typed_actuals
from xl_kpi.workbook.reading.agreed_reader import read_agreed, read_examples
from xl_kpi.workbook.reading.answers_reader import read_answers
from xl_kpi.workbook.reading.entry_reader import Entries, as_text, newer_columns, read_kpis
from xl_kpi.workbook.reading.funnel.stage_rows import (
    CURVE_DAYS,
    DASH,
    NEWER_OF_STAGES,
    STAGE_COLUMNS,
    former_ids,
    former_order,
    place_of_gone,
    rows_for_order,
)
from xl_kpi.workbook.reading.missing_entries import gone_pages
from xl_kpi.workbook.reading.money_reader import read_money_unit
from xl_kpi.workbook.reading.rates_reader import read_rates
from xl_kpi.workbook.reading.tables import CellAddress, Row, has_name, named_range, named_value, points_at_cells
from xl_kpi.workbook.reading.typed_rows_reader import read_typed_rows
from xl_kpi.workbook.reading.version_reader import made_version, numbers_of

_LANG = catalog.LANGUAGES[0]  # of a workbook that says nothing about it
NO_START = dt.date(2000, 1, 1)  # stands in for a start that can't be read
_NEEDS_START = ("kgi_deadline", "tbl_season")
_CONSTANT = re.compile(r"=\s*[0-9][0-9.,]*\s*%?\s*")  # the same typed once more, with "=" before it
_CHANNEL_COLUMNS = {
    "id": "channel_id", "name": "channel_name", "on": "channel_on", "stage": "channel_stage",
    "share": "channel_share", "unit_cost": "channel_cost", "capacity": "channel_capacity", "owner": "channel_owner",
}  # fmt: skip


@dataclass(frozen=True)
class _Customers:
    """What stands in place of a stage where a channel acts on customers there are; ``name`` in each language."""

    name: Mapping[str, str]


@dataclass
class ReadPlan:
    """A plan, the place of each entry by the stable keys that ``plan.checks`` uses, and what can't be read.

    Where ``faults`` holds an error the plan has a stand-in: good enough to look for further faults, not to
    compute with.
    """

    plan: Plan
    places: dict[str, list[CellAddress]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    # what stands in places of which the plan knows nothing (rows that were deleted), by stable key
    homeless: dict[str, Value] = field(default_factory=dict)
    typed: list[Typed] = field(default_factory=list)  # every cell of actuals
    units: dict[str, str] = field(default_factory=dict)  # the rows of actuals that are typed, with their units
    cleared: tuple[Kept, ...] = ()  # the lines of 保管 that go
    as_text: Mapping[CellAddress, str] = field(default_factory=dict)  # what was read and no formula can count with
    former: FormerStages = FormerStages()  # the stages as the sheets were written with them
    said: Mapping[CellAddress, str] = field(default_factory=dict)  # what stands for a stage that is not there

    def _place_of_actual(self, key: str) -> list[CellAddress]:
        entry, start = EntryKey.parse(key), self.plan.start
        if not entry.is_actual or entry.month is None:
            return []
        month = months_from(start, entry.month)
        return [one.place for one in self.typed if (one.what, one.month) == (entry.row, month)]

    def located(self, faults: list[Fault], file: str) -> list[Fault]:
        """Faults of the checks with sheet and cell in place of their keys.

        Rows that share an id share their keys: the first fault of such a key belongs to the first row.  Left out is
        what is said about a cell that could not be read, or a blank actual that has no cell before the next regenerate.
        """
        unread = {(fault.sheet, fault.cell) for fault in self.faults if fault.level == "error"}
        told, found = dict[str, int](), []
        for fault in faults:
            if self.plan.start == NO_START and fault.cell in _NEEDS_START:
                continue
            places = self.places.get(fault.cell) or self._place_of_actual(fault.cell)
            places = places or self.places.get(fault.cell.partition("[")[0], [])
            if not places:
                cell = label(fault.cell, self.plan) if fault.cell.startswith(ACTUAL) else fault.cell
                found += [replace(fault, file=file, cell=cell)] if fault.found or cell == fault.cell else []
                continue
            told[fault.cell] = told.get(fault.cell, -1) + 1
            place = places[min(told[fault.cell], len(places) - 1)]
            fault = replace(fault, found=self.said.get(place) or fault.found)
            if (place.sheet, place.cell) not in unread:
                found.append(replace(fault, file=file, sheet=place.sheet, cell=place.cell))
        return found


def read_with_faults(
    book: Any, file: str, last: Mapping[str, Value] | None = None, *, unit_typed: str = ""
) -> ReadPlan:
    """Everything typed in an xlwings Book; entries that can't be read are in ``faults`` of the result.

    Arguments: ``last`` the entries as the last command left them: which names stood for which rows; ``unit_typed`` in
    which unit amounts were typed since, as for ``MoneyInCells.answer``.
    Errors: BadFile when names or headers of our workbooks are missing.  What fits together is for ``plan.checks``.
    """
    with told_in(_LANG):
        reader = _Reader(book, file, last or {}, unit_typed)
    with told_in(reader.plan_lang):
        return reader.plan()


class _Reader(Entries):
    """Walks through the tables; single cells, choices and rows are read by ``Entries``."""

    def __init__(self, book: Any, file: str, last: Mapping[str, Value], unit_typed: str):
        if not points_at_cells(book, "plan_lang", file):
            raise BadFile("reader_no_plan", file=file)
        value, _ = named_value(book, "plan_lang", file)
        found = catalog.find_choice("lang", as_text(value))
        self.plan_lang = found.id if found else _LANG
        super().__init__(book, Collector(file=file))
        self.is_older = made_version(book, file) < numbers_of(__version__)
        self.homeless, self.last = dict[str, Value](), last
        self.former, self.not_typed = FormerStages(), set[str]()
        self.unknown_stages: dict[CellAddress, str] = {}
        said = catalog.find_choice("currency", as_text(named_value(book, "currency_unit", file)[0]))
        chosen = said.id if said else str(last.get("currency_unit") or YEN)
        self.money = read_money_unit(book, file, last, chosen, unit_typed)

    def plan(self) -> ReadPlan:
        values = self._singles()
        start = values["plan_start"]
        stages = self._stages()
        channels = self._channels(stages)
        rates, channels = read_rates(self, channels, stages, self.last, self.homeless)
        self._steps(Funnel(stages, self.former, self.last), rates)
        kpis = read_kpis(self, self._called(CHANNELS, channels, catalog.find_channel), self.last)
        units = typed_series(stages, channels, kpis)
        typed = typed_actuals(self, units, {channel.id for channel in channels}, start)
        actuals, homeless = actuals_of(typed, units, start)
        plan = plan_of(
            values,
            stages=stages,
            channels=channels,
            kpis=kpis,
            season=self._season(),
            pipeline=self._pipeline(stages),
            channel_rates=rates,
            actuals=actuals,
            answers=read_answers(self),
            tables=read_typed_rows(
                self,
                self.last,
                KpiLinks(stages, channels, kpis, self.plan_lang, self.last),
                self._called(STAGES, stages, catalog.find_stage),
            ),
            agreed=read_agreed(self.book, self.file, start),
            examples=read_examples(self.book, self.file),
        )
        plan = plan.with_(agreed=agreed_in_yen(plan, self.money.factor))
        if start is None:
            plan = plan.with_(start=NO_START)
        homeless |= self.homeless
        faults = self.collector.faults
        return ReadPlan(
            plan, self.places, faults, homeless, typed, units, (), self.as_text, self.former, self.unknown_stages
        )

    def _called(self, table: str, rows: Sequence[Stage | Channel], known: Callable[[str], Any]) -> RowNames:
        return RowNames({row.id: row.name for row in rows}, names_in(table, self.last), known)

    def _stages_called(self, stages: tuple[Stage, ...]) -> RowNames:
        """What a channel can deliver: a stage, or none of them where it acts on customers there are."""
        texts = {lang: catalog.text("stage_customers", lang) for lang in catalog.LANGUAGES}
        names = {stage.id: stage.name for stage in stages}
        before = names_in(STAGES, self.last)
        for found, lang in ((names, self.plan_lang), (before, str(self.last.get("plan_lang") or self.plan_lang))):
            found.setdefault(CUSTOMERS, texts.get(lang, texts[_LANG]))
        return RowNames(names, before, lambda id_: _Customers(texts) if id_ == CUSTOMERS else catalog.find_stage(id_))

    def _singles(self) -> dict[str, Any]:
        """The values of the single entries, by key; where one can't be read, a stand-in."""
        values: dict[str, Any] = {}
        for one in fields.SINGLES:
            values[one.key] = self._single(one, goal_unit(values.get("kgi_kind") or "revenue"))
        self.collector.faults += gone_pages(self.book, self.file, self.last)
        return {**values, "plan_lang": self.plan_lang, "kgi_kind": values["kgi_kind"] or choice_ids("kind")[0]}

    def _single(self, one: Field, unit: str) -> Any:
        if not has_name(self.book, one.key) and (not one.at or one.optional and self.is_older) and not one.page:
            return one.default  # came later than this workbook
        if one.page and not points_at_cells(self.book, one.key, self.file):
            return self.last.get(one.key, one.default)
        if one.read is reading.read_text:
            return self.text(one.key) or (one.default if one.optional else "")
        if one.read is reading.read_listed:
            return self.chosen(one.key, one.choices) or one.default
        reader, options = one.reader(unit)
        if one.in_money(unit):
            value, place = self.value(one.key)
            return self.amount(one.key, value, place, reader, {"optional": one.optional, **options})
        reader = self._growth_reader() if reader is reading.read_growth else reader
        return self.cell(one.key, reader, optional=one.optional, default=one.default, **options)

    def _growth_reader(self) -> Any:
        """In a cell that shows percent the number 1 is 100 % and nothing else; elsewhere it could mean 1 %."""
        area = named_range(self.book, "kgi_growth", self.file)
        percent = "%" in str(area[0, 0].number_format)

        def read(raw: Any) -> float:
            number = number_of(raw) if percent else None
            if number is None:
                return reading.read_growth(raw)
            reading.read_growth(f"{float(number * 100):+f}%")  # for its bounds
            return float(number)

        return read

    def _stages(self) -> tuple[Stage, ...]:
        newer = newer_columns(STAGES, NEWER_OF_STAGES, self.last)
        table = self.table(STAGES, STAGE_COLUMNS, open_end=2, newer=newer)
        standing = list(table.rows())
        before = former_order(self.book, self.file)
        was = former_ids(standing, before)
        stages_now, unread = rows_for_order(self, standing, was, before)
        order, asked = in_order(stages_now, before, "order" in table.columns)
        for one in asked:
            row = standing[one.row]
            self.fault(one.found, one.allowed, row.place("order" if row.has("order") else "id"))
        gone = place_of_gone(table, standing, before)
        if gone:
            names = names_in(STAGES, self.last)
            self.fault("", Words("stage_last_gone", id=before[-1], name=names.get(before[-1], before[-1])), gone)
        unsure = bool(asked or gone or unread)
        rows, stages, named = [standing[at] for at in order], list[Stage](), dict[str, str]()
        for at, row in zip(order, rows):
            stage_id = self.row_id(row, STAGES)
            prefix = f"tbl_stages[{stage_id}]"
            if was[at]:
                named[stage_id] = was[at]
            self.note(f"{prefix}.name", row.place("name"))
            self.note(f"{prefix}.owner", row.place("owner"))
            name, owner = self.words(row, "name") or stage_id, self.words(row, "owner")
            if row is rows[-1]:
                stages.append(Stage(stage_id, name, owner))
                self._of_last(row, prefix)
                break
            is_new = not was[at] and bool(before) and not unsure
            rate = self._rate(row, f"{prefix}.rate", is_new)
            basis = self._basis(row, f"{prefix}.basis")
            stages.append(Stage(stage_id, name, owner, rate, self._lag(row, f"{prefix}.lag", is_new), basis))
        twice = len({stage.id for stage in stages}) < len(stages)
        self.former = FormerStages(() if unsure or twice else tuple(before), named)
        return tuple(stages)

    def _rate(self, row: Row, key: str, is_new: bool) -> float | None:
        """The rate to the next stage; that it is missing in a new row is told with the step which that breaks up."""
        if is_new and not _is_typed(row, "rate"):
            self.note(key, row.place("rate"))
            self.not_typed.add(key)
            return None
        return self.typed(row, key)

    def _steps(self, funnel: Funnel, rates: Mapping[tuple[str, str], float]) -> None:
        """What has to be said anew since the stages follow each other in another way."""

        def again(key: str) -> bool:
            return bool(_CONSTANT.fullmatch(self.formula_at(self.places[key][0])))

        for one in unanswered(funnel, rates, self.not_typed, again):
            place = self.places[one.cell][0]
            self.collector.faults.append(replace(one, file=self.file, sheet=place.sheet, cell=place.cell))

    def _of_last(self, row: Row, prefix: str) -> None:
        """A stage that has become the last one leaves its rate and its days behind."""
        rate = number_of(row["rate"])
        if rate is not None:
            self.homeless[f"{prefix}.rate"] = float(rate)
        basis = self._basis(row, f"{prefix}.basis")
        if basis:
            self.homeless[f"{prefix}.basis"] = basis
        days = [number_of(row[column]) for column in ("low", "high")]
        if any(day is not None for day in days):
            low, high = (float(next(d for d in order if d is not None)) for order in (days, days[::-1]))
            self.homeless[f"{prefix}.lag"] = f"{low:g}" if low == high else f"{low:g}..{high:g}"

    def _basis(self, row: Row, key: str) -> str:
        """Where a rate comes from; "" where nobody says, or no such column is there."""
        return self.column_choice(row, key) if row.has("basis") and row["basis"] != DASH else ""

    def _lag(self, row: Row, key: str, is_new: bool) -> Lag:
        typed = [_is_typed(row, f"curve{days}") for days in CURVE_DAYS]
        curve = [None if row[column] == DASH else self.take(row, column, reading.read_share, "", optional=True)
                 for column in (f"curve{days}" for days in CURVE_DAYS)]  # fmt: skip
        if any(typed):
            length = len(typed) - typed[::-1].index(True)
            self.note(key, row.place("curve30"))
            missing = next((days for days, there in zip(CURVE_DAYS[:length], typed) if not there), None)
            if missing is not None:
                self.fault("", Words("allowed_curve"), row.place(f"curve{missing}"))
            shares = tuple(share for share in curve[:length] if share is not None)
            return Lag(curve=shares) if len(shares) == length else Lag()
        if is_new and not any(_is_typed(row, column) for column in ("low", "high")):
            self.not_typed.add(key)
        low = self._days(row, "low", key, 0)
        high = self._days(row, "high", "", low)
        if high < low:
            allowed = Words("reader_lag_order", low=low)
            self.fault(str(high), allowed, row.place("high"))
            return Lag()
        return Lag(low, high)

    def _days(self, row: Row, column: str, key: str, default: int) -> int:
        if row[column] == DASH:
            return default
        bounds = {"whole": True, "low": 0, "high": reading.MAX_LAG_DAYS, "counted": "days"}
        return self.take(row, column, reading.read_number, key, optional=True, default=default, **bounds)

    def _channels(self, stages: tuple[Stage, ...]) -> tuple[Channel, ...]:
        names = self._stages_called(stages)
        channels = []
        for row in self.table("tbl_channels", _CHANNEL_COLUMNS, open_end=2).rows():
            channel_id = self.row_id(row, CHANNELS)
            prefix = f"tbl_channels[{channel_id}]"
            before = self.last.get(f"{CHANNELS}[{as_text(row.values[0])}].stage")
            stage = self.row_named(row, "stage", names, str(before or "")) or (stages[0].id if stages else "")
            self.note(f"{prefix}.stage", row.place("stage"))
            if stage not in names.names:
                self.unknown_stages[row.place("stage")] = row.text("stage")
            self.note(f"{prefix}.name", row.place("name"))
            on = self.typed(row, f"{prefix}.on")
            share = self.typed(row, f"{prefix}.share", optional=not on or stage not in {one.id for one in stages})
            free: dict[str, Any] = {} if on else {"low": None}  # what is off has no effect
            channels.append(
                Channel(
                    id=channel_id,
                    name=self.words(row, "name") or channel_id,
                    stage=stage,
                    on=on,
                    share=share,
                    unit_cost=self.typed(row, f"{prefix}.unit_cost", **free),
                    capacity=self.typed(row, f"{prefix}.capacity", **free),
                    owner=self.words(row, "owner"),
                )
            )
        return tuple(channels)

    def _season(self) -> tuple[float, ...]:
        table = self.table("tbl_season", {"month": "season_month", "weight": "season_weight"})
        weights: dict[int, Any] = {}
        for row in table.rows():
            place = row.place("month")
            month = self.collector.read(reading.read_number, row["month"], cell=place.cell, sheet=place.sheet,
                                        low=1, high=12, whole=True)  # fmt: skip
            if month is None:
                continue
            weights[month] = self.typed(row, f"tbl_season[{month}]", column="weight")
        return tuple(weights[month] for month in sorted(weights))

    def _pipeline(self, stages: tuple[Stage, ...]) -> dict[str, float]:
        """What is open at each stage; that of a stage whose row was deleted is homeless."""
        found, ids = {}, {stage.id for stage in stages}
        for row in self.table("tbl_pipeline", {"id": "stage_id", "open": "pipeline_open"}).rows():
            stage_id = row.text("id")
            opened = self.typed(row, f"tbl_pipeline[{stage_id}]", column="open")
            if opened is not None and stage_id in ids:
                found[stage_id] = opened
            elif opened is not None:
                self.homeless[f"tbl_pipeline[{stage_id}]"] = opened
        return found


def _is_typed(row: Row, column: str) -> bool:
    return not row.is_blank_at(column) and row[column] != DASH
