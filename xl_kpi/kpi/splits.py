"""Parts of a KPI (by medium, creative, keyword …) that do not add up to it: in its targets, or in what was typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xl_kpi.calc import month_start
from xl_kpi.errors import Fault, Joined, Phrase, Words
from xl_kpi.kpi.channel_figures import ACTUAL, TARGET, ChannelFigures
from xl_kpi.kpi.figures import Number, is_number
from xl_kpi.kpi.money_formulas import formulas_in_cells
from xl_kpi.plan.dictionary.shown import families
from xl_kpi.plan.findings import fault
from xl_kpi.plan.input.wording import fixed
from xl_kpi.plan.keys import KPIS, actual_key
from xl_kpi.plan.model import Kpi, Plan
from xl_kpi.plan.money.cells import factor_of, in_cells
from xl_kpi.plan.targets import Targets

KEY = "plan_check_split"
SLACK = 1e-6  # nothing but the digits of a cell


@dataclass(frozen=True)
class Gap:
    """A month, from 0, in which the parts of a KPI come to another number than the KPI itself."""

    parent: Kpi
    parts: Sequence[Kpi]
    split: str
    side: str  # target or actual
    month: int
    whole: float
    added: float


def gaps(plan: Plan, targets: Targets) -> Iterator[Gap]:
    """The first month of each split whose targets, and whose actuals, do not add up.

    Arguments: ``plan`` and its ``targets`` as cells hold them.
    Equation: Σ parts of one parent and split = the parent, in each month in which all of them have a number.
    Special cases: a split of which a part is off, and so on no tab, is not added up.  Targets are rounded one by one to
    what their cells show, so that they may be off by half of that for each part and for the whole.
    Source: T2.
    """
    for channel in plan.channels_on:
        rows, figures = plan.kpis_of(channel.id), ChannelFigures(plan, targets, channel)
        for (parent_id, split), parts in families(rows).items():
            if parent_id not in figures.by_id or any(part.id not in figures.by_id for part in parts):
                continue
            parent = figures.by_id[parent_id]
            if any(figures.is_ratio(one) or one.unit != parent.unit for one in (parent, *parts)):
                continue
            for side in (TARGET, ACTUAL):
                gap = _first(figures, side, parent, parts, split)
                if gap is not None:
                    yield gap


def _first(figures: ChannelFigures, side: str, parent: Kpi, parts: Sequence[Kpi], split: str) -> Gap | None:
    rounded = sum(side == TARGET and figures.is_rounded(one.id) for one in (parent, *parts))
    slack = rounded * 0.5 * 10.0 ** -figures.digits(parent.id) + SLACK
    rows: list[list[Number]] = [figures.months[side, one.id] for one in (parent, *parts)]
    for month, (whole, *added) in enumerate(zip(*rows, strict=True)):
        numbers = [number for number in added if is_number(number)]
        if is_number(whole) and len(numbers) == len(parts) and abs(sum(numbers) - whole) > slack:
            return Gap(parent, tuple(parts), split, side, month, float(whole), float(sum(numbers)))
    return None


def split_findings(plan: Plan) -> Iterator[Fault]:
    """The warnings of ``check`` about them, each naming the KPI and its parts.

    Arguments: ``plan``, sound.  Result: ``cell`` is the parent in the dictionary, or its actual of the month.
    """
    if not any(kpi.parent for kpi in plan.kpis):
        return
    plan = in_cells(plan)
    plan = plan.with_(kpis=formulas_in_cells(plan.kpis, factor_of(plan.currency_unit)))
    for gap in gaps(plan, Targets(plan)):
        month, parent = month_start(plan.start, gap.month), gap.parent
        cell = f"{KPIS}[{parent.channel}.{parent.id}].parent"
        if gap.side == ACTUAL:
            cell = actual_key(f"{parent.channel}:{parent.id}", month)
        names = Joined(tuple(_name(part) for part in gap.parts), Words("list_comma"))
        yield fault(KEY, fixed(gap.whole, 2), cell, month=f"{month:%Y/%m}", side=Words(f"row_{gap.side}"),
                    kpi=_name(parent), parts=names, added=fixed(gap.added, 2),
                    split=gap.split or Words("split_any"))  # fmt: skip


def _name(kpi: Kpi) -> Phrase:
    return {"ja": kpi.name_ja, "en": kpi.name_en}
