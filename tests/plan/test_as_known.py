"""A plan as it was known on a day: pages of leads and of the brand are cut there as the actuals are."""

from __future__ import annotations

import datetime as dt

from tests.kpi.test_advice_fires import day, poor, rows
from xl_kpi.kpi.review.review import Review
from xl_kpi.plan.leads import as_of, leads_of
from xl_kpi.plan.leads.durations import Durations
from xl_kpi.plan.relations.brand import Brand
from xl_kpi.plan.review.as_known import as_known


def test_without_a_day_and_on_a_late_one_it_is_the_plan():
    plan = poor()
    assert as_known(plan, None) is plan
    assert as_known(plan, dt.date(2090, 1, 1)).tables == plan.tables


def test_leads_have_reached_what_they_had_by_then():
    known = as_known(poor(), day(60))  # MQL on day 40, SQL on day 90, lost after it
    leads = leads_of(known)
    assert len(leads) == len(leads_of(poor())) and {one.outcome for one in leads if one.at.get("mql")} == {""}
    assert {max(one.at.values()) for one in leads} == {day(40), day(0)} and as_of(known) == day(60)
    assert Durations(known).days(Durations(known).steps[1]).count == 0
    assert not [one for one in Review(poor(), day(60)).actions if one.advice.key == "r5_mql_days"]
    assert leads_of(as_known(poor(), day(-1))) == ()


def test_a_lead_that_was_won_later_is_open_and_one_that_was_lost_before_is_lost():
    made = rows("leads mql closed outcome lost_reason", (day(0), day(5), day(70), "won", None),
                (day(0), day(5), day(20), "lost", "価格"))  # fmt: skip
    leads = leads_of(as_known(poor().with_(tables={"tbl_leads": made}), day(60)))
    assert [(one.outcome, one.lost_reason, one.closed) for one in leads] == [("", "", None), ("lost", "価格", day(20))]


def test_what_the_market_said_later_is_not_known_yet():
    made = {
        "tbl_answers": rows("on nps satisfaction", (day(1), 9, 4), (day(50), 0, 1)),
        "tbl_mentions": rows("on kind place said tone answered_on", (day(1), "sns", "X", "a", "negative", day(45)),
                             (day(41), "sns", "X", "b", "negative", None)),
        "tbl_searches": rows("month count", (day(0), 100), (day(30), 10)),
    }  # fmt: skip
    known = as_known(poor().with_(tables=made), day(40))
    assert [len(known.tables[key]) for key in made] == [1, 1, 1]  # May is not over on day 40
    (mention,) = known.tables["tbl_mentions"].values()
    assert "answered_on" not in mention and Brand(known).trends["nps"].value == 100.0
