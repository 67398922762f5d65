"""Leads and what they did as they are read from the rows, and totals of data too large for rows."""

from __future__ import annotations

import datetime as dt

from tests.agreement.books import template_plan
from xl_kpi.plan.leads import FIGURES, Total, as_of, leads_of, totals_of, touches_of

PLAN = template_plan("default", "ja")
ROWS = {
    "r1": {"number": "L-1", "source": "Google", "channel": "広告", "leads": dt.date(2026, 4, 1), "outcome": "lost"},
    "r7": {"channel": "広告", "leads": dt.date(2026, 4, 2), "orders": dt.date(2026, 6, 1), "size": "大企業"},
    "r9": {"number": "L-3", "closed": dt.date(2026, 12, 1), "mail": "a@example.jp"},
}
TOUCHES = {
    "r1": {"number": "L-1", "on": dt.date(2026, 6, 9), "kind": "資料請求", "count": 3.0, "scroll": 0.5},
    "r2": {},
}


def test_leads_are_read_with_what_is_known_of_them():
    plan = PLAN.with_(tables={"tbl_leads": ROWS})
    first, second, third = leads_of(plan)
    assert [one.row for one in leads_of(plan)] == ["r1", "r7", "r9"]
    assert (first.origin, second.origin, third.origin) == ("Google", "広告", "")
    assert first.is_lost and not first.is_won and not first.is_open
    assert second.is_won and second.traits == {"size": "大企業"} and second.at["orders"] == dt.date(2026, 6, 1)
    assert third.is_open and third.who == {"mail": "a@example.jp"} and not third.at


def test_what_leads_did_is_once_where_no_count_is_typed():
    first, second = touches_of(PLAN.with_(tables={"tbl_touches": TOUCHES}))
    assert (first.number, first.kind, first.count, first.scroll) == ("L-1", "資料請求", 3.0, 0.5)
    assert (second.number, second.count, second.on) == ("", 1.0, None)


def test_open_leads_are_looked_at_on_the_last_day_in_the_data_or_as_typed():
    both = PLAN.with_(tables={"tbl_leads": ROWS, "tbl_touches": TOUCHES})
    assert as_of(both) == dt.date(2026, 6, 9)  # not on 2026-12-01, when an open deal may be closed
    assert as_of(PLAN.with_(tables={"tbl_leads": ROWS})) == dt.date(2026, 6, 1)
    assert as_of(both.with_(settings={**both.settings, "leads_as_of": dt.date(2026, 5, 1)})) == dt.date(2026, 5, 1)
    assert as_of(PLAN) is None


def test_totals_are_found_by_what_they_are_of():
    rows = {
        "r1": {"figure": "as_of", "key": "2026-11-30", "value": 9000.0, "count": 9000},
        "r2": {"figure": "reached", "step": "mql", "count": 40},
        "r3": {"figure": "reached", "step": "mql", "key": "Google", "count": 30},
        "r4": {"figure": "reached", "step": "mql", "channel": "広告", "key": "Google", "count": 20},
    }
    plan = PLAN.with_(tables={"tbl_lead_totals": rows})
    totals = totals_of(plan)
    assert totals and not totals_of(PLAN) and as_of(plan) == dt.date(2026, 11, 30)
    assert totals.find("reached", "mql") == Total("reached", "mql", count=40.0)
    assert [one.count for one in totals.parts("reached", "mql")] == [30.0]
    assert totals.find("reached", "sql") is None
    assert {one.figure for one in totals.rows} <= set(FIGURES)
