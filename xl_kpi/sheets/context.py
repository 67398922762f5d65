"""What every sheet module needs: the plan, its numbers, the sheet names, where shared cells stand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from xl_kpi import catalog
from xl_kpi.calc import month_start
from xl_kpi.plan.checks import TAB_QUOTES, TAB_RESERVED, TAB_SIGNS
from xl_kpi.plan.merging.opinions import listed
from xl_kpi.plan.model import Channel, Plan
from xl_kpi.plan.records import Records
from xl_kpi.plan.targets import Targets
from xl_kpi.workbook.addresses import quoted
from xl_kpi.workbook.cells.grid import MARK
from xl_kpi.workbook.spec import Condition, SheetSpec

SHEET_KEYS = ("start", "settings", "funnel", "channels", "kpis", "backwards", "tree", "agreement")
NAV_KEYS = SHEET_KEYS + ("glossary",)
RECORD_KEYS = ("merge", "history", "archive")  # there only while they have something to show


@dataclass
class Context:
    """One run of the generator.  ``names`` collects the defined names, ``places`` the shared addresses.

    ``called`` holds the names that a user has given to our sheets: sheet key → name.
    """

    plan: Plan
    records: Records = field(default_factory=Records)
    called: Mapping[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    places: dict[Any, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.targets = Targets(self.plan)
        self.sheet_names = sheet_names(self.plan, self.called)

    @property
    def lang(self) -> str:
        return self.plan.lang

    def t(self, key: str, **values: object) -> str:
        return catalog.text(key, self.plan.lang, **values)

    @property
    def months(self) -> list[dt.date]:
        """The first day of each month of the plan."""
        return [month_start(self.plan.start, k) for k in range(self.plan.months)]

    @property
    def record_keys(self) -> list[str]:
        """The pages of the records that have something to show, in their order."""
        shown = (listed(self.records), self.records.history, self.records.archive)
        return [key for key, found in zip(RECORD_KEYS, shown, strict=True) if found]

    def name(self, name: str, reference: str) -> str:
        """Define a workbook name and return it."""
        self.names[name] = reference
        return name

    def sheet(self, key: str, role: str, **settings: Any) -> SheetSpec:
        """An empty page with links, title and the line that says what it answers."""
        page = SheetSpec(key=key, name=self.sheet_names[key], role=role, **settings)
        page.widths[1] = 1.7
        page.heights[1], page.heights[2], page.heights[3] = 16, 28, 18
        return page

    def head(self, page: SheetSpec, title: str, subtitle: str, columns: list[int] | None = None) -> None:
        """Title, subtitle and the row of links to the other pages (one link a column in ``columns``)."""
        page.put(1, 1, f"{MARK}{page.key}", "key")
        page.put(2, 2, title, "title")
        page.put(3, 2, subtitle, "subtitle")
        others = [key for key in NAV_KEYS if key != page.key]
        for column, key in zip(columns or range(2, 2 + len(others)), others):
            page.put(1, column, self.sheet_names[key], "nav")
            page.links[1, column] = f"#{quoted(self.sheet_names[key])}!A1"

    def unit_word(self, unit_id: str) -> str:
        """The unit's word as it is typed in the KPI dictionary."""
        return catalog.unit(unit_id).label[self.lang]

    def unit_label(self, unit_id: str) -> str:
        """The unit as results show it: money in the plan's unit."""
        return self.t(f"currency_{self.plan.currency_unit}") if unit_id == "yen" else self.unit_word(unit_id)


def number_style(role: str, unit_id: str, plan: Plan) -> str:
    """The style of a number in a unit of the catalog: ``value.count``, ``input.rate`` …"""
    typed, unit = role.startswith("input"), catalog.unit(unit_id)
    if unit_id == "yen":  # what is typed is always in full currency, so it is shown in full as well
        return f"{role}.{'yen' if typed else plan.currency_unit}"
    if unit.total == "sum" and dict(unit.dimension) == {"count": 1} and not typed:
        return f"{role}.count"  # a month's part of a count is rarely whole
    return f"{role}.{'whole' if unit.format == 'count' else unit.format}"


def mark_attainment(page: SheetSpec, area: str, first: str) -> None:
    """Paint attainments shown as 105 % and more, and those below 95 %; the sign in the number says the same."""
    for condition, paint in ((">=1.045", "good"), ("<0.945", "poor")):
        page.conditions.append(Condition(area, f"=AND(ISNUMBER({first}),{first}{condition})", paint))


def sheet_names(plan: Plan, called: Mapping[str, str]) -> dict[str, str]:
    """A name for every sheet: the user's own, else ours; legal in Excel, at most 31 characters, unique."""
    fixed = (*NAV_KEYS, *RECORD_KEYS, "functions", "calc", "record")
    wanted = {key: catalog.text(f"sheet_{key}", plan.lang) for key in fixed}
    wanted.update({tab_key(channel): channel.name for channel in plan.channels_on})
    names = {key: called[key] for key in wanted if key in called}
    taken = {name.casefold() for name in names.values()} | TAB_RESERVED
    return {key: names.get(key) or _free(name, taken) for key, name in wanted.items()}


def _free(wanted: str, taken: set[str]) -> str:
    base = "".join("_" if sign in TAB_SIGNS else sign for sign in wanted)
    base = base.strip(TAB_QUOTES + " ")[:31].rstrip(TAB_QUOTES + " ") or "channel"
    name, count = base, 2
    while name.casefold() in taken:
        suffix = f" ({count})"
        name, count = base[: 31 - len(suffix)] + suffix, count + 1
    taken.add(name.casefold())
    return name


def tab_key(channel: Channel) -> str:
    return f"tab:{channel.id}"
