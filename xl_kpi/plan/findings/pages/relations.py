"""Sales, the market's opinion and leads: figures beyond their limits, unanswered mentions, why most deals are lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from xl_kpi.errors import Fault, Words
from xl_kpi.plan.findings.table import fault
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.input.wording import fixed, percent
from xl_kpi.plan.leads.durations import SLOW, Durations, Step, reason_of
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.optional import is_on
from xl_kpi.plan.relations import alignment, brand
from xl_kpi.plan.relations.alignment import Alignment
from xl_kpi.plan.relations.brand import Brand
from xl_kpi.plan.relations.dated import Trend

KEYS = {  # figure → finding
    "rate": "plan_check_handover_rate",
    "days": "plan_check_handover_days",
    "feedback": "plan_check_feedback",
    "acted_share": "plan_check_feedback",
    "awareness": "plan_check_trust",
    "nps": "plan_check_trust",
    "satisfaction": "plan_check_trust",
    "review": "plan_check_trust",
}
_PERCENT = ("rate", "acted_share", "awareness")


def relations(plan: Plan, today: dt.date | None = None) -> Iterator[Fault]:
    """What the pages 連携 and ブランド・信頼 warn about, as far as they are on.

    Arguments: ``today`` the day on which is looked at what is unanswered, where none is typed on the page.
    """
    if is_on(plan, "alignment"):
        yield from _beyond(plan, "align", alignment.LIMITS, Alignment(plan).trends)
    if is_on(plan, "brand"):
        found = Brand(plan, today)
        yield from _beyond(plan, "brand", brand.LIMITS, found.trends)
        for id_, row in found.late:
            cell = f"tbl_mentions[{id_}].answered_on"
            yield fault("plan_check_mention_late", "", cell, place=row.get("place", ""), day=shown(row["on"]),
                        days=str(found.answer_days))  # fmt: skip
        for id_, row in plan.tables.get("tbl_surveys", {}).items():
            if brand.too_many(row):
                most = max(row.get(one, 0) for one in brand.BRANDS)
                yield fault("plan_check_aware", shown(most), f"tbl_surveys[{id_}].own", answers=shown(row["answers"]))


def leads(plan: Plan) -> Iterator[Fault]:
    """What the page 所要日数 warns about, as far as it is on and has leads enough."""
    if not is_on(plan, "durations"):
        return
    found = Durations(plan)
    for step in found.steps:
        standard, days = found.standard(step), found.days(step)
        if isinstance(standard, str):
            continue
        cell, name = f"standard_{step.start}", _name(plan, step)
        limit = fixed(standard, 1)
        if found.verdict(step) == SLOW and not isinstance(days.median, str):
            median, count = fixed(days.median, 1), fixed(days.count, 0)
            yield fault("plan_check_stage_slow", limit, cell, name=name, median=median, standard=limit, count=count)
        if found.too_many_wait(step):
            waiting, opened = fixed(float(found.waiting(step)), 0), fixed(found.open(step), 0)
            yield fault("plan_check_leads_wait", limit, cell, name=name, open=opened, waiting=waiting, standard=limit)
    if reason := found.dominating:
        share = percent(found.reasons[0][1] / sum(count for _, count in found.reasons))
        row = next((one.row for one in found.leads if reason_of(one) == reason), "")
        cell = f"tbl_leads[{row}].lost_reason" if row else "leads_as_of"
        yield fault("plan_check_lost_reason", reason, cell, reason=reason, share=share)


def _beyond(
    plan: Plan, page: str, limits: Mapping[str, tuple[str, str, int]], trends: Mapping[str, Trend]
) -> Iterator[Fault]:
    for key, one in trends.items():
        if one.fails and not isinstance(one.value, str):
            entry = limits[key][0]
            limit, value = (_said(key, number) for number in (plan.settings[entry], one.value))
            at = _day(key, one)
            name = Words(f"{page}_{key}")
            yield fault(KEYS[key], limit, entry, name=name, at=at, value=value, limit=limit)


def _said(key: str, number: float) -> str:
    return percent(number) if key in _PERCENT else fixed(number, 0 if key == "feedback" else 1)


def _day(key: str, one: Trend) -> str:
    return f"{one.at:%Y/%m/%d}" if key == "awareness" else f"{one.at:%Y/%m}"


def _name(plan: Plan, step: Step) -> str:
    names = {stage.id: stage.name for stage in plan.stages}
    return f"{names[step.start]} → {names[step.end]}"
