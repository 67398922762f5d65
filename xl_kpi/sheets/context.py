"""What every sheet module needs: the plan, its numbers, the sheet names, the addresses that pages hand out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar, cast

from xl_kpi import catalog
from xl_kpi.calc import month_start
from xl_kpi.catalog.review_limits import review_limits
from xl_kpi.errors import Fault, XlKpiError
from xl_kpi.kpi.agreed_targets import remembered
from xl_kpi.kpi.figures import BEST, SPENT, WORST
from xl_kpi.kpi.money_formulas import formulas_in_cells
from xl_kpi.kpi.review.review import Review
from xl_kpi.plan.channels.lead_orders import LeadOrders
from xl_kpi.plan.checks import TAB_QUOTES, TAB_RESERVED, TAB_SIGNS
from xl_kpi.plan.examples.figures import kept
from xl_kpi.plan.input.row_names import shown_names
from xl_kpi.plan.model import CUSTOMERS, MONEY_ROWS, AgreedTargets, Plan
from xl_kpi.plan.money.cells import YEN, factor_of, in_cells
from xl_kpi.plan.outlook import PlanOutlook
from xl_kpi.plan.pages.kpi_links import KpiLinks
from xl_kpi.plan.pages.optional import is_on
from xl_kpi.plan.pages.remembered import remembered_rows
from xl_kpi.plan.records import Records, Value
from xl_kpi.plan.targets import Targets
from xl_kpi.workbook.addresses import CellAt
from xl_kpi.workbook.sheet_kinds import SheetKind, kind_of, navigation, pages, tab_key
from xl_kpi.workbook.spec import Condition, SheetSpec

UNSOUND = "plan_unsound"  # the name of the cell that says what the plan can't be computed with

A = TypeVar("A")


@dataclass(frozen=True)
class ChartSource:
    """The cells that one chart is drawn from: a row of categories on top and a row for each of ``lines`` series.

    ``cells`` (row, column), from 0 → value, formula, style.
    """

    sheet: str
    top: int
    left: int
    lines: int
    columns: int
    cells: dict[tuple[int, int], tuple[Any, str, str]] = field(default_factory=dict)

    def __str__(self) -> str:
        first = CellAt(self.sheet, self.top, self.left)
        return str(first.to(CellAt(self.sheet, self.top + self.lines, self.left + self.columns)))


@dataclass
class Context:
    """One run of the generator.  ``names`` collects the defined names, ``charts`` what charts are drawn from,
    ``made`` the pages described so far, ``findings`` what `check` says of them once that was asked;
    ``placing`` holds for each type of addresses the function that makes them, ``called`` the names that a user has
    given to our sheets: sheet key → name.  ``leaving``: the workbook is to be sent, so no page speaks of sheets that
    stay at home.  ``plan``, and the targets with it, is as cells hold it: its money in the plan's unit; ``in_yen`` is
    the plan as it was given.
    """

    plan: Plan
    records: Records = field(default_factory=Records)
    called: Mapping[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    leaving: bool = False
    charts: list[ChartSource] = field(default_factory=list)
    made: list[SheetSpec] = field(default_factory=list)
    findings: list[Fault] | None = None
    placing: dict[type, Callable[[Context], Any]] = field(default_factory=dict)
    _addresses: dict[type, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.in_yen = self.plan
        self.plan = in_cells(self.in_yen)
        self.plan = self.plan.with_(kpis=formulas_in_cells(self.plan.kpis, self.money))
        self.targets = Targets(self.plan)
        self.outlook = PlanOutlook(self.targets)
        self.sheet_names = sheet_names(self.plan, self.called)

    @cached_property
    def lead_orders(self) -> LeadOrders:
        """What the leads of each channel bring."""
        return LeadOrders(self.outlook)

    @cached_property
    def review(self) -> Review:
        """The review of the months with actuals: amounts in yen."""
        return Review(self.in_yen)

    @property
    def lang(self) -> str:
        return self.plan.lang

    def t(self, key: str, **values: object) -> str:
        return catalog.text(key, self.plan.lang, **values)

    @cached_property
    def agreed(self) -> AgreedTargets:
        """The targets that the workbook remembers."""
        return remembered(self.targets)

    @cached_property
    def has_first_plan(self) -> bool:
        """Whether the pages show 当初計画: a month was closed, and the plan still has months of that time."""
        return any(0 <= month < self.plan.months for _, month in self.agreed.first)

    @cached_property
    def examples(self) -> Mapping[str, Value]:
        """The figures of a template that stand in the plan yet, as entries: its money in yen."""
        return kept(self.in_yen)

    @cached_property
    def remembered_rows(self) -> Mapping[str, set[str]]:
        """Of each table that grows by typing the rows of which the workbook remembers an entry."""
        return remembered_rows(self.records)

    @cached_property
    def months(self) -> list[dt.date]:
        """The first day of each month of the plan."""
        return [month_start(self.plan.start, k) for k in range(self.plan.months)]

    @property
    def record_keys(self) -> list[str]:
        """The pages of the records that have something to show, in their order."""
        shown = (kind for kind in pages() if kind.shows and is_on(self.plan, kind.key))
        return [kind.key for kind in shown if kind.shows and kind.shows(self.records)]

    def at(self, kind: type[A]) -> A:
        """The addresses of a page: ``ctx.at(FunnelAt).stages[0].rate``; it is placed when it is first asked for."""
        if kind not in self._addresses:
            place = self.placing.pop(kind, None)
            if place is None:
                raise XlKpiError(f"no page hands out {kind.__name__}, or it needs itself to be placed")
            self._addresses[kind] = place(self)
        return cast(A, self._addresses[kind])

    @property
    def navigation(self) -> list[SheetKind]:
        """The pages to which others lead."""
        pages = (kind for kind in navigation() if is_on(self.plan, kind.key))
        return [kind for kind in pages if kind.mailed or not self.leaving]

    def name(self, name: str, reference: str) -> str:
        """Define a workbook name and return it."""
        self.names[name] = reference
        return name

    def sheet(self, key: str, **settings: Any) -> SheetSpec:
        """An empty page that looks like its kind."""
        page = SheetSpec(key=key, name=self.sheet_names[key], role=kind_of(key).role, **settings)
        page.widths[1] = 1.7  # as ``paper.MARGIN``
        page.heights[1], page.heights[2], page.heights[3] = 16, 28, 18
        return page

    @cached_property
    def stage_words(self) -> Mapping[str, str]:
        """What a cell shows for each stage where one is chosen."""
        names = {stage.id: stage.name for stage in self.plan.stages}
        names.setdefault(CUSTOMERS, self.t("stage_customers"))  # of channels that act on those there are
        return shown_names(names)

    @cached_property
    def channel_words(self) -> Mapping[str, str]:
        """What a cell shows for each channel where one is chosen."""
        return shown_names({channel.id: channel.name for channel in self.plan.channels})

    @cached_property
    def kpi_links(self) -> KpiLinks:
        """The KPIs and stages that a cell may name."""
        return KpiLinks.of(self.in_yen)

    @property
    def money(self) -> int:
        """How many yen one of the plan's unit of money is."""
        return factor_of(self.plan.currency_unit)

    @property
    def is_money(self) -> str:
        """Excel's text of whether the goal is an amount of money, whatever kind has been chosen since."""
        return f"OR({','.join(self.is_kind(kind) for kind in MONEY_ROWS)})"

    def is_kind(self, kind: str) -> str:
        """Excel's text of whether the goal is of this kind."""
        return f'kgi_kind="{self.t(f"kind_{kind}")}"'

    def unit_word(self, unit_id: str) -> str:
        """The unit's word as it is typed in the KPI dictionary: money in the plan's unit."""
        return catalog.unit(self.plan.currency_unit if unit_id == YEN else unit_id).label[self.lang]

    def unit_label(self, unit_id: str) -> str:
        """The unit as headers show it: money in the plan's unit."""
        return self.t(f"currency_{self.plan.currency_unit}") if unit_id == YEN else self.unit_word(unit_id)


AHEAD, BEHIND = str(review_limits().above), str(review_limits().even)  # of an attainment, as the review has them
FIRST_MONTH = 16  # on the calculation sheet, the row of the first of these months


def grid_months(ctx: Context) -> int:
    """How many months the calculation sheet covers: the plan, or up to a deadline that lies later."""
    months = ctx.plan.months
    while month_start(ctx.plan.start, months) <= ctx.targets.deadline:
        months += 1
    return months


def number_style(role: str, unit_id: str, plan: Plan) -> str:
    """The style of a number in a unit of the catalog: ``value.count``, ``input.rate`` …"""
    typed, unit = role.startswith("input"), catalog.unit(unit_id)
    if unit_id == YEN:
        return f"{role}.{typed_money(plan) if typed else plan.currency_unit}"
    if unit.total == "sum" and dict(unit.dimension) == {"count": 1} and not typed:
        return f"{role}.count"  # a month's part of a count is rarely whole
    return f"{role}.{'whole' if unit.format == 'count' else unit.format}"


def typed_money(plan: Plan) -> str:
    """The number format of amounts that are typed: each digit is shown, so that months add up as they are read."""
    return plan.currency_unit if plan.currency_unit == YEN else f"{plan.currency_unit}_typed"


def divided(ctx: Context) -> str:
    """What a formula does to yen so that they are in the plan's unit of money: "/1000000"; "" for a plan in yen."""
    return "" if ctx.money == 1 else f"/{ctx.money}"


def mark_attainment(page: SheetSpec, area: str, first: str, better: str = "") -> None:
    """Paint attainments shown as 105 % and more, and those below 95 %; the sign in the number says the same.

    Of money ``SPENT`` it is bad to be above, and nothing to be below.
    """
    if better == SPENT:
        above = f'OR({first}="{WORST}",AND(ISNUMBER({first}),{first}>={AHEAD}))'
        page.conditions.append(Condition(area, f"={above}", "poor"))
        return
    reached = f'OR({first}="{BEST}",AND(ISNUMBER({first}),{first}>={AHEAD}))'
    for condition, paint in ((reached, "good"), (f"AND(ISNUMBER({first}),{first}<{BEHIND})", "poor")):
        page.conditions.append(Condition(area, f"={condition}", paint))


def progress_style(ctx: Context, role: str = "value") -> str:
    """The style of a share of the whole period's target: the word stands beside the number, no sign does."""
    return f"{role}.progress_{ctx.lang}"


def sheet_names(plan: Plan, called: Mapping[str, str]) -> dict[str, str]:
    """A name for every sheet: the user's own, else ours; legal in Excel, at most 31 characters, unique."""
    wanted = {kind.key: catalog.text(f"sheet_{kind.key}", plan.lang) for kind in pages() if not kind.by_channel}
    wanted.update({tab_key(channel.id): channel.name for channel in plan.channels_on})
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
