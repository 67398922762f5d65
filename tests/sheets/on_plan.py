"""Plans whose actuals are what the pages show as targets, cell by cell, and what the pages then show as attained."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from xl_kpi import catalog
from xl_kpi.kpi.figures import is_number
from xl_kpi.plan.dictionary.shown import shown_kpis
from xl_kpi.plan.goal.parts import existing_part
from xl_kpi.plan.model import EXISTING_ROW, Plan
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.spec import SheetSpec

Typed = Callable[[str, int], bool]  # series and month, from 0: is it typed?


def shown_targets(plan: Plan) -> dict[tuple[str, int], float]:
    """What the cells of the pages show as the target of everything that can be typed: (series, month) → number."""
    spec = book_spec(plan)
    found: dict[tuple[str, int], float] = {}
    for kpi in [kpi for channel in plan.channels_on for kpi in shown_kpis(plan, channel)]:
        page = next((page for page in spec.sheets if page.key == f"tab:{kpi.channel}"), None)
        if page is not None and kpi.actual == "input":
            found.update(_row(page, f"{kpi.id}:target", f"{kpi.channel}:{kpi.id}", plan.months))
    page = spec.sheet("backwards")
    for stage in plan.stages[1:]:
        found.update(_row(page, f"new:{stage.id}", f"stage:{stage.id}", plan.months))
    if plan.goal.in_money:
        found.update(_row(page, plan.goal.kind, plan.goal.row, plan.months))
    if existing_part(plan):
        found.update(_row(page, "existing", EXISTING_ROW, plan.months))
    if not any(channel.stage == plan.stages[0].id for channel in plan.channels_on):
        found.update(_row(page, f"new:{plan.stages[0].id}", f"stage:{plan.stages[0].id}", plan.months))
    return found


def _row(page: SheetSpec, key: str, series: str, months: int) -> dict[tuple[str, int], float]:
    """A row's months: they begin in the column under the first month of the header above it."""
    row = next(row for (row, column), cell in page.cells.items() if column == 1 and cell.value == key)
    first = next(
        column
        for above in range(row, 0, -1)
        for column in range(2, 12)
        if (cell := page.cells.get((above, column))) and cell.style == "header.month"
    )
    cells = [page.cells[row, first + k] for k in range(months)]
    # a plan has its actuals in yen, whatever its cells show
    yen = {unit.id: unit.factor for unit in catalog.currency_units()}
    values = [one.value * yen.get(one.style.partition(".")[2], 1) if is_number(one.value) else "" for one in cells]
    return {(series, k): value for k, value in enumerate(values) if isinstance(value, (int, float))}


def on_plan(plan: Plan, typed: Typed = lambda series, month: True) -> Plan:
    """The plan with its own targets as the actuals, wherever ``typed`` says so."""
    return plan.with_(actuals={key: value for key, value in shown_targets(plan).items() if typed(*key)})


def percentages(plan: Plan, style: str = ".attain") -> Iterator[tuple[str, float | str]]:
    """Every attainment (or, with another style, every progress) that the pages show: where, and the number or text."""
    for page in book_spec(plan).sheets:
        if page.key == "review":  # it holds what came against exact targets, not against those that are shown
            continue
        for (row, column), cell in sorted(page.cells.items()):
            if style in cell.style and cell.formula and cell.value not in ("", None):
                yield f"{page.key} R{row}C{column}", cell.value


def off_plan(plan: Plan) -> list[tuple[str, float | str]]:
    """The attainments that are not 100 %; the last binary digits of long sums are let go."""
    return [(where, value) for where, value in percentages(plan) if value == "▲" or abs(float(value) - 1) > 1e-9]
