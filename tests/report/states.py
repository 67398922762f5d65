"""Plans in the states that a report can meet, and the report's contents of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from tests.sheets.plans import in_the_year, template, with_actuals
from xl_kpi.kpi.review.review import Review
from xl_kpi.plan.language import in_language
from xl_kpi.plan.model import Plan
from xl_kpi.report.contents import Contents

MADE = dt.date(2026, 11, 30)


def times(plan: Plan, months: int, factor: float) -> Plan:
    """The plan with actuals of so many months, each count so many times as large; rates stay."""
    typed = with_actuals(plan, months).actuals
    return plan.with_(actuals={key: one if one < 1 else round(one * factor) for key, one in typed.items()})


STATES: dict[str, Callable[[str], Plan]] = {
    "none": lambda lang: template("default", lang),
    "one month": lambda lang: with_actuals(template("default", lang), 1),
    "six months": lambda lang: with_actuals(template("default", lang), 6),
    "full year": lambda lang: with_actuals(template("default", lang), 12),
    "all above": lambda lang: times(template("default", lang), 6, 1.6),
    "all below": lambda lang: times(template("default", lang), 6, 0.5),
    "money": in_the_year,
}


def contents_of(plan: Plan, lang: str = "") -> Contents:
    lang = lang or plan.lang
    return Contents(Review(plan, named=in_language(plan, lang)), lang, MADE)
