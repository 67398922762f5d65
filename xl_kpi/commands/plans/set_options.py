"""Entries of a plan that the command line changes, by the names that they have in the workbook."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from xl_kpi.calc import month_start
from xl_kpi.calc.calendar import months_from
from xl_kpi.errors import Fault, Joined, Words
from xl_kpi.plan import fields
from xl_kpi.plan.entries import with_entries
from xl_kpi.plan.fields import find_field, goal_unit
from xl_kpi.plan.input.amounts import says_growth
from xl_kpi.plan.input.field import GOAL, Field
from xl_kpi.plan.input.raw_values import nearest, plain
from xl_kpi.plan.input.reading import Collector, is_blank
from xl_kpi.plan.keys import CHANNELS, KPIS, PIPELINE, RATES, SEASON, STAGES, EntryKey
from xl_kpi.plan.model import AgreedTargets, Plan
from xl_kpi.plan.money.cells import factor_of

_HUNDRED = re.compile(r"[1-9][0-9]{2,}(?:\.[0-9]+)?%")


@dataclass(frozen=True)
class SetOption:
    """One entry as typed: ``name`` as in the workbook (kgi_value) or with its id (stage.leads.rate).

    ``option`` is how the user gave it: "--goal", "--set stage.leads.rate".
    """

    name: str
    value: str
    option: str = ""

    @classmethod
    def of_set(cls, item: str) -> SetOption:
        """What was given to ``--set``: NAME=VALUE; without the sign there is no name, which is a fault later."""
        name, sign, value = item.partition("=")
        return cls(name.strip(), value, f"--set {name.strip()}") if sign else cls("", item, "--set")

    @property
    def said(self) -> str:
        return self.option or _option(self.name) or f"--set {self.name}"


def name_of(key: str) -> str:
    """What ``--set`` calls the entry that the checks call ``key``: tbl_stages[mql].rate is stage.mql.rate."""
    entry = EntryKey.parse(key)
    word = next((word for word, table in fields.TABLES.items() if table == entry.table), "")
    if not entry.row or not word:
        return key
    one = find_field(entry)
    column = one.name if one and one.name else entry.column
    return ".".join(part for part in (word, entry.row, column) if part)


def key_of(key: str) -> str:
    """The option that sets the entry ``key``, for a fault in a plan that has no cells yet."""
    entry, name = EntryKey.parse(key), name_of(key)
    one = find_field(entry)
    if one and one.option:
        return one.option
    is_set = one and one.is_set and (entry.row is not None) == (one in fields.COLUMNS)
    return f"--set {name}" if is_set else name


def _singles() -> list[str]:
    return [one.key for one in fields.SINGLES if one.is_set]


def settable_keys(plan: Plan) -> dict[str, EntryKey]:
    """Every name that a plan has for ``--set`` with its key; the last stage has neither rate nor lag."""
    kpis = {f"{kpi.channel}.{kpi.id}": kpi for kpi in plan.kpis}
    rows = {
        STAGES: [stage.id for stage in plan.stages],
        CHANNELS: [channel.id for channel in plan.channels],
        KPIS: list(kpis),
        PIPELINE: [stage.id for stage in plan.stages],
        RATES: [f"{channel.id}.{stage.id}" for channel in plan.channels for stage in plan.stages[:-1]],
        SEASON: [str(month) for month in range(1, 13)],
    }
    found = {name: EntryKey(name) for name in _singles()}
    for table, ids in rows.items():
        columns = [one.column for one in fields.COLUMNS if one.table == table and one.is_set]
        keys = [EntryKey(table, row, column) for row in ids for column in columns]
        found.update({name_of(str(key)): key for key in keys})
    last = plan.stages[-1].id if plan.stages else ""
    gone = {f"stage.{last}.rate", f"stage.{last}.lag"}
    # Where a target is a formula nothing is assumed, so there is no value to set.
    gone |= {f"kpi.{row}.value" for row, kpi in kpis.items() if kpi.target != "input"}
    return {name: key for name, key in found.items() if name not in gone}


class Changes:
    """Reads and applies changes one by one; a wrong one is a fault and changes nothing."""

    def __init__(self, plan: Plan, changes: Sequence[SetOption], *, built_in: bool):
        self.before = self.plan = plan
        self.collector = Collector()
        self.notes: list[Words] = []
        self.read: dict[str, SetOption] = {}
        self.unread: set[str] = set()
        self.cleared: set[str] = set()
        changes = [_as_growth(change) for change in changes]
        # The kind of the goal and the unit of money decide how amounts are read, wherever they stand in the options.
        for change in sorted(changes, key=lambda change: change.name not in ("kgi_kind", "currency_unit")):
            self._apply(change)
        self._goal()
        if built_in:
            self._stated()
        self._closed()
        self._actuals()
        if not built_in:
            self._pipeline()

    @property
    def faults(self) -> list[Fault]:
        return self.collector.faults

    def is_unread(self, key: str) -> bool:
        """Whether the entry was typed in a way that can't be read (which is a fault already)."""
        return name_of(key) in self.unread

    def option_of(self, key: str) -> str | None:
        """The option that the entry came from, also where one made it blank; None: from the template."""
        name = name_of(key)
        if name in self.read:
            return self.read[name].said
        return key_of(key) if name in self.cleared else None

    def _apply(self, change: SetOption) -> None:
        name = change.name
        if not name:
            self.collector.add(change.value, Words("cli_set_form"), cell=change.said)
            return
        known = settable_keys(self.plan)
        key = known.get(name)
        if key is None:
            likely = nearest(name, known)
            allowed = Words("cli_set_unknown", known=", ".join([*_singles(), *_shapes(self.plan)]))
            if likely:
                allowed = Words("plan_ask", likely=likely, allowed=allowed)
            self.collector.add(name, allowed, cell="--set")
            return
        earlier = self.read.get(name)
        if earlier is not None:
            if earlier.value != change.value:
                allowed = Words("cli_set_twice", option=f"{earlier.said} {earlier.value}".strip())
                self.collector.add(change.value, allowed, cell=change.said)
            return
        self.read[name] = change
        faults = len(self.collector.faults)
        one = fields.field_of(key.kind)
        reader, options = one.reader(self._unit(one, key), factor_of(self.plan.currency_unit))
        if "factor" in options:  # no header says the unit where this is typed
            options = {**options, "asks": self.plan.currency_unit}
        value = self.collector.read(reader, change.value, cell=change.said, optional=one.optional, **options)
        if len(self.collector.faults) > faults:
            self.unread.update(
                (name, "kgi_value") if name == "kgi_growth" else (name,)
            )  # no goal beside it is no fault
            return
        self.plan, _ = with_entries(self.plan, {str(key): value})

    def _unit(self, one: Field, key: EntryKey) -> str:
        if one.unit == GOAL:
            return goal_unit(self.plan.goal.kind)
        return next((kpi.unit for kpi in self.plan.kpis if (kpi.channel, kpi.id) == (key.owner, key.id)), "")

    def _goal(self) -> None:
        """A goal in other units or by other means takes the place of the template's."""
        goal, given = self.plan.goal, self.read
        if goal.row != self.before.goal.row:
            amounts = [one.key for one in fields.SINGLES if one.unit == GOAL]
            blank = [name for name in (*amounts, "kgi_growth", "kgi_customers") if name not in given]
        elif "kgi_value" in given and not is_blank(given["kgi_value"].value):
            blank = [name for name in ("kgi_growth", "kgi_baseline") if name not in given and goal.growth is not None]
        elif "kgi_growth" in given and not is_blank(given["kgi_growth"].value):
            blank = [name for name in ("kgi_value",) if name not in given]
        else:
            return
        self.plan, _ = with_entries(self.plan, dict.fromkeys(blank))
        self.cleared.update(blank)

    def _stated(self) -> None:
        """Cross-check numbers of one of our templates belong to its own goal and months."""
        if not {"kgi_value", "kgi_growth", "plan_months", "order_value", "kgi_kind"} & set(self.read):
            return
        lost = [
            name for name in ("kgi_monthly", "kgi_customers")
            if name not in self.read and getattr(self.plan.goal, name.removeprefix("kgi_")) is not None
        ]  # fmt: skip
        self.plan, _ = with_entries(self.plan, dict.fromkeys(lost))
        if lost:
            self.notes.append(Words("note_stated", names=", ".join(lost)))

    def _closed(self) -> None:
        """Closed months of the template stay closed, with what was agreed, as far as they are months of the plan.

        Where nothing is closed, no target is remembered: nobody has agreed to anything in the new plan.
        """
        plan, until = self.plan, self.plan.settings.get("closed_until")
        last = month_start(plan.start, (plan.months or 1) - 1)
        if until is not None and "closed_until" not in self.read and not plan.start <= until <= last:
            self.notes.append(Words("note_closed", until=f"{until:%Y/%m}"))
            self.plan, until = with_entries(plan, {"closed_until": None})[0], None
        agreed = self.plan.agreed if until is not None else AgreedTargets()
        months, first = self._in_months(agreed.months), self._in_months(agreed.first)
        self.plan = self.plan.with_(agreed=AgreedTargets(months, max(0, agreed.ever - self._moved), first))

    def _actuals(self) -> None:
        """Actuals belong to their calendar month: they move with the start, and end with the plan."""
        kept = self._in_months(self.plan.actuals)
        if len(kept) < len(self.plan.actuals):
            self.notes.append(Words("note_actuals", count=len(self.plan.actuals) - len(kept)))
        self.plan = replace(self.plan, actuals=kept)

    @property
    def _moved(self) -> int:
        """How many months later than the template the plan begins."""
        start, old = self.plan.start, self.before.start
        return months_from(old, start)

    def _in_months(self, numbers: Mapping[tuple[str, int], float]) -> dict[tuple[str, int], float]:
        """Numbers by the template's months as those of the plan's, with what lies outside left out."""
        months, moved = self.plan.months or 0, self._moved
        return {(what, month - moved): value for (what, month), value in numbers.items()
                if 0 <= month - moved < months}  # fmt: skip

    def _pipeline(self) -> None:
        """What is open at a stage is that of the day on which it was typed."""
        carried = [stage.name for stage in self.plan.stages if f"pipeline.{stage.id}" not in self.read
                   and self.plan.pipeline.get(stage.id)]  # fmt: skip
        if carried and self.plan.start != self.before.start:
            names = Joined(tuple(carried), Words("agreement_join"))
            self.notes.append(Words("note_pipeline", names=names))


def _as_growth(change: SetOption) -> SetOption:
    """A goal that is typed as growth (1.5倍, +15%) is growth over the baseline."""
    is_growth = change.name == "kgi_value" and (says_growth(change.value) or _is_percent(change.value))
    return SetOption("kgi_growth", change.value, change.said) if is_growth else change


def _is_percent(value: str) -> bool:
    """100 % and more without a sign: no count, and either 1.5 times or 150 % more, which is asked."""
    return _HUNDRED.fullmatch(plain(value)) is not None


def _option(name: str) -> str:
    """The option of `new` that sets this single entry; "" where it has none."""
    return next((one.option for one in fields.SINGLES if one.key == name), "")


def _shapes(plan: Plan) -> list[str]:
    """One example of each kind of name with an id, for the message."""
    stage, channel = plan.stages[0].id if plan.stages else "leads", plan.channels[0].id if plan.channels else "web"
    typed = (f"{kpi.channel}.{kpi.id}" for kpi in plan.kpis if kpi.target == "input")
    kpi = next(typed, f"{channel}.cvr")
    names = {"stage": stage, "channel": channel, "kpi": kpi, "pipeline": stage, "rate": f"{channel}.{stage}"}
    return fields.set_shapes(**names, season="1 ... season.12")
