"""What was agreed is read by its month, wherever the plan begins and ends: no other month ever takes it (K15)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tests.closed_plans import START, asked, closed, small
from xl_kpi.kpi.agreed_targets import closed_until
from xl_kpi.plan.model import AgreedTargets, Plan
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.reading.agreed_reader import read_agreed
from xl_kpi.workbook.reading.spec_as_book import DescribedBook

JUNE, AUGUST = dt.date(2026, 6, 1), dt.date(2026, 8, 1)
CLOSED = 3  # April to June


def written(plan: Plan, start: dt.date | None = None, months: int | None = None) -> Plan:
    """The plan as it is read from its workbook after somebody typed another start or length there."""
    start, months = start or plan.start, months or plan.months
    moved = (start.year - plan.start.year) * 12 + start.month - plan.start.month
    actuals = {(what, month - moved): value for (what, month), value in plan.actuals.items() if month >= moved}
    agreed = read_agreed(DescribedBook(book_spec(plan)), "", start)
    return plan.with_(start=start, months=months, actuals=actuals, agreed=agreed)


def by_month(plan: Plan, agreed: AgreedTargets) -> dict:
    """What is agreed of the months that were ever closed, by calendar month."""
    since = plan.start.year * 12 + plan.start.month
    return {(what, since + month): value for (what, month), value in agreed.months.items() if month < agreed.ever}


@pytest.fixture(scope="module")
def three_closed() -> Plan:
    return written(closed(small(), CLOSED))


def test_it_is_read_as_it_was_written(three_closed):
    plan = closed(small(), CLOSED)
    assert three_closed.agreed == plan.agreed and plan.agreed.ever == CLOSED


def test_a_later_start_keeps_the_months_that_are_left_and_remembers_the_others(three_closed):
    before = asked(three_closed)
    later = written(three_closed, JUNE)
    assert later.closed_months == 1  # June alone: April and May are no months of the plan any more
    assert [row[0] for row in asked(later)] == [row[2] for row in before]  # June's own target, not April's
    again = written(later)  # the workbook that is made of it, read again
    assert by_month(again, again.agreed) == by_month(three_closed, three_closed.agreed)
    assert again.agreed.first.keys() == later.agreed.first.keys()
    back = written(again, START)
    assert [row[:CLOSED] for row in asked(back)] == [row[:CLOSED] for row in before]
    assert back.agreed.first == three_closed.agreed.first


def test_a_start_after_all_closed_months_has_nothing_closed_until_they_are_back(three_closed):
    opened = three_closed.with_(settings={})  # the month before the start is refused by the checks
    later = written(opened, AUGUST)
    assert later.closed_months == 0 and later.agreed.ever == -1
    spec = book_spec(later)
    assert spec.names.keys() >= {"tbl_agreed", "tbl_first"}
    shut = closed(written(later), 1)  # August, as it is asked for now
    assert [row[0] for row in asked(shut)] == [row[0] for row in asked(later)]
    back = written(written(later), START).with_(settings=three_closed.settings)
    assert [row[:CLOSED] for row in asked(back)] == [row[:CLOSED] for row in asked(three_closed)]


def test_the_first_plan_is_shown_while_the_plan_has_a_month_of_it(three_closed):
    keys = {cell.value for cell in book_spec(three_closed).sheet("backwards").cells.values()}
    assert "stage:orders:first" in keys
    next_year = written(three_closed.with_(settings={}), dt.date(2027, 4, 1))
    keys = {cell.value for cell in book_spec(next_year).sheet("backwards").cells.values()}
    assert "stage:orders:first" not in keys


def test_an_earlier_start_closes_the_months_before_as_they_would_be_asked_for(three_closed):
    earlier = written(three_closed, dt.date(2026, 3, 1), 7)
    assert earlier.closed_months == CLOSED + 1
    rows, before = asked(earlier), asked(three_closed)
    assert [row[1 : 1 + CLOSED] for row in rows] == [row[:CLOSED] for row in before]
    again = written(earlier)
    assert asked(again) == rows and again.agreed.ever == CLOSED + 1


def test_closed_months_behind_the_end_are_there_again_when_the_plan_is_longer(three_closed):
    shorter = written(three_closed.with_(settings={}), months=2)
    assert by_month(shorter, written(shorter).agreed) == by_month(three_closed, three_closed.agreed)
    longer = written(written(shorter), months=6).with_(settings=three_closed.settings)
    assert [row[:CLOSED] for row in asked(longer)] == [row[:CLOSED] for row in asked(three_closed)]


def test_taken_anew_it_is_for_the_months_of_the_plan_alone(three_closed):
    later = written(written(three_closed, JUNE))
    raised = later.with_(goal=replace(later.goal, value=90.0))
    anew = closed_until(raised, JUNE, again=True)
    open_ones = asked(raised.with_(settings={}))
    assert [row[0] for row in asked(anew)] == [row[0] for row in open_ones]
    left = {key: value for key, value in later.agreed.months.items() if key[1] < 0}
    assert left and {key: value for key, value in anew.agreed.months.items() if key[1] < 0} == left
    kept = written(anew).agreed
    assert {key: value for key, value in kept.months.items() if key[1] < 0} == left


def test_what_was_never_closed_is_not_remembered_of_months_that_leave():
    plan = closed(small(), 0)
    later = written(plan, JUNE)
    assert later.agreed.ever == 0 and not later.agreed.first
    assert min(month for _, month in later.agreed.months) == 0
