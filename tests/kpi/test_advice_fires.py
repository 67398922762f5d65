"""Every row of the advice table speaks in a workbook made to make it speak, and none in a sound one (R1–R10)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from tests.agreement.books import read_back
from tests.sheets.on_plan import on_plan
from tests.sheets.plans import template
from tests.sheets.relations_plans import rows
from xl_kpi.build import build
from xl_kpi.catalog.advice import advice
from xl_kpi.kpi.review.review import Review
from xl_kpi.plan.channel_choice import with_channels
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.optional import with_pages

MONTHS = 4
CHANNELS = ("web", "ads", "webinar", "trade_show", "email", "white_paper", "abm_marketing", "customer_success")
OFF = ("opps", "open_rate", "nps", "mail_open_rate", "form_visits", "cta_rate")  # KPIs that are off at first
# What came is so much of the target: of leads two thirds, of MQL half, and so on; each rate but one falls short.
SHORT = {
    "webinar:registrations": 0.6,
    "webinar:opps": 0.5,
    "ads:cv": 0.6,
    "web:cv": 0.6,
    "trade_show:cards": 0.7,
    "trade_show:visitors": 0.7,
    "email:mql_from_mail": 0.5,
    "white_paper:requests": 0.5,
    "abm_marketing:sqls": 0.5,
    "stage:mql": 0.5,
    "stage:sql": 0.25,
    "stage:opportunities": 0.25,
    "stage:proposals": 0.15,
    "stage:orders": 0.05,
}
START = template("default", "ja").start


def day(number: int) -> dt.date:
    return START + dt.timedelta(number)


def sound() -> Plan:
    """Ten channels, all pages, and four months of actuals that are the targets as they are shown."""
    plan = with_channels(template("default", "ja"), CHANNELS)
    kpis = tuple(replace(one, on=one.on or one.id in OFF) for one in plan.kpis)
    plan = plan.with_(
        kpis=kpis,
        order_value=3_000_000,
        settings={**plan.settings, "gross_margin": 0.8, "standard_leads": 20, "standard_mql": 20, "standard_sql": 20,
                  "standard_opportunities": 20, "nps_alert": 30, "satisfaction_alert": 3.0, "review_alert": 3.0,
                  "answer_days": 2, "leads_as_of": day(100)},
        channels=tuple(replace(one, unit_cost=None) for one in plan.channels),
    )  # fmt: skip
    plan = on_plan(plan, lambda series, month: month < MONTHS)
    nps = {("customer_success:nps", month): 20.0 for month in range(MONTHS)}
    plan = plan.with_(actuals={**plan.actuals, **nps}, tables=tables(20, 20, 20, 0, 9, 4, 4, "positive"))
    return with_pages(plan, {"durations": True, "economics": True, "brand": True, "advice": True})


def tables(
    leads: int, mql: int, sql: int, waiting: int, nps: int, satisfied: int, score: int, tone: str
) -> dict[str, Any]:
    """Forty leads with so many days in each stage, so many more that wait since the first day; what the market says."""
    moved = [(day(0), day(leads), day(leads + mql), day(leads + mql + sql), "lost")] * 40
    waits = [(day(0), None, None, None, None)] * waiting
    return {
        "tbl_leads": rows("leads mql sql opportunities outcome", *moved, *waits),
        "tbl_answers": rows("on nps satisfaction", (day(1), nps, satisfied)),
        "tbl_reviews": rows("on site score count", (day(1), "A", score, 10)),
        "tbl_mentions": rows("on kind place said tone", (day(1), "sns", "X", "a", "positive"),
                             (day(40), "sns", "X", "b", tone), (day(50), "sns", "X", "c", "positive")),
        "tbl_costs": {"r1": {"item": "x", "kind": "sales", "amount": 1_000_000.0}},
    }  # fmt: skip


def poor() -> Plan:
    """The same with everything wrong at once."""
    plan = sound()
    actuals = {key: value * SHORT.get(key[0], 1) for key, value in plan.actuals.items()}
    actuals |= {("customer_success:nps", month): -5.0 for month in range(MONTHS)}
    # leads take long, MQL even longer, SQL a tenth of the standard; forty wait
    made = tables(40, 50, 2, 40, 8, 2, 2, "negative")
    made["tbl_costs"] = {"r1": {"item": "x", "kind": "sales", "amount": 500_000_000.0}}
    return plan.with_(actuals=actuals, tables=made)


def keys(plan: Plan) -> set[str]:
    return {one.advice.key for one in Review(plan).actions}


def test_in_a_sound_workbook_no_row_speaks():
    plan = read_back(build(sound()))
    assert plan == sound()
    assert keys(plan) == set()


@pytest.fixture(scope="module")
def spoken() -> set[str]:
    return keys(read_back(build(poor())))


@pytest.mark.parametrize("row", [pytest.param(row, id=row.key) for row in advice() if row.key != "r10_gap"])
def test_each_row_speaks_in_a_workbook_made_to_make_it(row, spoken):
    assert row.key in spoken


def test_the_largest_loss_speaks_though_no_figure_is_a_tenth_off():
    """Every twelfth order is missing: 91.7 % of the last rate is within every threshold, and yet more than half an
    order is lost."""
    plan = sound()
    less = {key: value * (11 / 12 if key[0] == "stage:orders" else 1) for key, value in plan.actuals.items()}
    found = Review(read_back(build(plan.with_(actuals=less)))).actions
    assert [(one.advice.key, one.kpi, one.is_bottleneck) for one in found] == [("r10_gap", "proposals_rate", True)]
    assert found[0].brings_back > 0
