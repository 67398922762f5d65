"""The review of a plan as plain data: what ``review --json`` prints, and what the terminal words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from xl_kpi import calc
from xl_kpi.build import Progress
from xl_kpi.commands.examine import Opened, findings, open_workbook, raise_errors
from xl_kpi.commands.rewrite import Rewritten, rewrite
from xl_kpi.errors import told_in
from xl_kpi.kpi.review.actions import Action, owner_of
from xl_kpi.kpi.review.attainment import Attained
from xl_kpi.kpi.review.check_first import Doubt, sheet_of, worded
from xl_kpi.kpi.review.log import PAGE, TABLE, proposals, with_proposals
from xl_kpi.kpi.review.names import figure_name, is_planned
from xl_kpi.kpi.review.review import Review
from xl_kpi.plan.language import in_language
from xl_kpi.plan.pages.optional import with_pages
from xl_kpi.plan.pages.remembered import remembered_rows
from xl_kpi.plan.pages.tables import Rows
from xl_kpi.plan.review.gap import Part


def review(
    path: str | Path, *, as_of: dt.date | None = None, words: str, lang: str | None = None
) -> tuple[Opened, Review]:
    """The review of the plan in a workbook on a day (None: after the last month with an actual).

    Arguments: ``words`` and ``lang`` as for ``open_workbook``.
    Errors: BadFile for the file; InputFaults with every error of the plan.
    """
    opened = open_workbook(path, words, lang)
    with told_in(opened.lang):
        raise_errors(findings(opened))
    return opened, Review(opened.read.plan, as_of, in_language(opened.read.plan, opened.lang))


@dataclass(frozen=True)
class Proposed:
    """What a review has put to the log: the file as it was written, and the new rows by id."""

    written: Rewritten
    rows: Rows


def propose(opened: Opened, *, as_of: dt.date | None = None, now: dt.datetime | None = None,
            progress: Progress | None = None) -> Proposed:  # fmt: skip
    """Write a workbook anew with what its review proposes on the log (見直し), which is shown from then on.

    Arguments: ``opened`` a workbook whose plan is sound; ``as_of`` as for ``review``; ``now`` and ``progress`` as for
    ``rewrite``.
    Special cases: with nothing new to propose the sheets are made anew all the same, so that their review is of today.
    Errors: as for ``rewrite``.
    """
    plan = opened.read.plan
    new = proposals(Review(plan, as_of), remembered_rows(opened.records)[TABLE])
    if new:
        plan = with_pages(with_proposals(plan, new), {PAGE: True})
    return Proposed(rewrite(opened, plan, command="review", now=now, progress=progress), new)


def as_data(found: Review, lang: str, today: dt.date | None = None) -> dict[str, Any]:
    """A review as JSON's own types; ``today`` as for ``Review.check_first``.

    Result: ``months`` that are over; ``attainment`` of the goal, stages, channels and KPIs in the last of them, in
    all of them and in the whole period, each with the ``target`` of the plan, that of the ``first`` plan and the
    ``actual`` (null: not known), and ``attained`` of the target (of the whole period: how much is there so far);
    ``stages`` target and actual to date (null where a month is blank); ``gap`` the orders above (below 0: under)
    the target, null where they are not known, with parts that add up to it; ``forecast`` orders in time, in four of
    five cases from ``low`` to ``high``, with what is ``won``, what is ``assumed`` of months without an actual, what
    comes of what is under way (``open``) and of leads to come (``coming``), and ``money``, what that reaches of a goal
    in money (null: of another goal, or not known), and ``limits``, which channels have a monthly limit below what is
    planned, and how many orders that costs; ``bottleneck`` null where nothing costs
    orders; ``actions`` sorted by what they bring back (null: not known), ``bar`` the fixed value that the actual is
    beyond (null: it is held against the plan); ``check_first``: actuals that are missing or contradict each other.
    """
    to_date, gap, forecast = found.to_date, found.gap, found.forecast
    worst = gap.bottleneck
    low, high = forecast.band
    return {
        "as_of": to_date.as_of.isoformat(),
        "months": to_date.months,
        "stages": [
            {"id": stage.id, "target": float(target), "actual": None if actual is None else float(actual)}
            for stage, target, actual in zip(found.plan.stages, to_date.planned, to_date.actual)
        ],
        "attainment": [_attained(one) for one in found.attainment.all],
        "gap": {
            "orders": _number(gap.orders),
            "money": _number(gap.money),
            "parts": [_part(part) for part in gap.money_parts or gap.parts],
        },
        "forecast": {
            "orders": float(forecast.orders),
            "low": low,
            "high": high,
            "won": float(forecast.won - forecast.assumed),
            "assumed": float(forecast.assumed),
            "open": float(forecast.decided - forecast.won),
            "coming": float(forecast.orders - forecast.decided),
            "goal": float(forecast.targets.orders),
            "money": _number(forecast.reached),
            "limits": {"channels": [one.id for one in found.limits.channels], "orders": float(found.limits.orders)},
        },
        "bottleneck": {"stage": worst.stage, "channel": worst.channel} if worst else None,
        "actions": [_action(found, one, lang) for one in found.actions],
        "check_first": [_doubt(found, one, lang) for one in found.check_first(today)],
    }


def _attained(one: Attained) -> dict[str, Any]:
    spans = {"month": one.month, "to_date": one.to_date, "whole": one.whole}
    return {
        "what": one.what,
        "id": one.id,
        "channel": one.channel,
        "unit": one.unit,
        "better": one.better,
        **{
            key: {"target": span.target, "first": span.first, "actual": span.actual, "attained": span.attained}
            for key, span in spans.items()
        },
    }


def _doubt(found: Review, one: Doubt, lang: str) -> dict[str, Any]:
    months = [f"{calc.month_start(found.plan.start, month):%Y-%m}" for month in one.months]
    return {
        "kind": one.kind,
        "what": one.what,
        "sheet": sheet_of(found.named, one, lang),
        "month": months[0] if months else None,
        "months": months,
        "message": worded(found.named, one, lang),
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "stage": part.stage, "since": part.since, "channel": part.channel, "kind": part.kind, "orders": part.orders,
        "money": part.money,
    }  # fmt: skip


def _action(found: Review, one: Action, lang: str) -> dict[str, Any]:
    return {
        "advice": one.advice.id,
        "name": figure_name(found.named, one.channel, one.kpi, lang),
        "kpi": one.kpi,
        "channel": one.channel,
        "plan": one.plan if one.bar is None or is_planned(one) else None,
        "bar": one.bar,
        "actual": one.actual,
        "cause": one.advice.cause[lang],
        "action": one.advice.action[lang],
        "brings_back": _number(one.brings_back),
        "by": one.by.isoformat() if one.by else None,
        "owner": owner_of(found.named, one),
        "overlaps": one.overlaps,
        "money": _number(one.money),
        "is_bottleneck": one.is_bottleneck,
        "is_own": one.advice.is_own,
        "contradicts": one.contradicts,
    }


def _number(number: Fraction | None) -> float | None:
    return None if number is None else float(number)
