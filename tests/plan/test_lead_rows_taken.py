"""Rows of leads that come again: only what the new list says is replaced."""

import datetime as dt

from tests.sheets.plans import template
from xl_kpi.plan.leads.rows import LEADS
from xl_kpi.plan.leads.taking import take_rows

DAY = dt.date(2026, 4, 20)
THERE = {"r1": {"number": "L-1", "source": "展示会", "leads": DAY, "mql": DAY, "person": "例 太郎"}}


def taken(rows, there=THERE):
    return take_rows(template("small", "ja").with_(tables={LEADS: there}), LEADS, rows)


def test_a_list_of_what_leads_did_takes_nothing_away():
    found = taken([{"number": "L-1"}, {"number": "L-9"}])
    assert found.plan.tables[LEADS] == THERE
    assert (found.added, found.changed, found.same) == (0, 0, 1)


def test_a_list_without_a_column_leaves_it():
    found = taken([{"number": "L-1", "outcome": "lost"}])
    assert found.plan.tables[LEADS]["r1"] == {**THERE["r1"], "outcome": "lost"}


def test_a_corrected_list_takes_away_what_it_does_not_say_any_more():
    """MQL is one of its columns, since another lead has the day; of the first one it is blank now."""
    found = taken([{"number": "L-1", "leads": DAY}, {"number": "L-2", "leads": DAY, "mql": DAY}])
    assert found.plan.tables[LEADS]["r1"] == {"number": "L-1", "source": "展示会", "leads": DAY, "person": "例 太郎"}
    assert found.plan.tables[LEADS]["r2"] == {"number": "L-2", "leads": DAY, "mql": DAY}


def test_numbers_alone_are_rows_where_there_are_none_yet():
    assert taken([{"number": "L-1"}], {}).plan.tables[LEADS] == {"r1": {"number": "L-1"}}
