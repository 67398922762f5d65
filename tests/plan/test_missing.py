"""What recipients have not answered: actuals of months that are over, answers, pages of rows."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.agreement.books import template_plan
from xl_kpi.plan.keys import actual_key
from xl_kpi.plan.merging.missing import missing
from xl_kpi.plan.merging.permissions import opened_actuals, opened_answers
from xl_kpi.plan.model import Answer
from xl_kpi.plan.records import Proposal, Records, Seen, Sent

PLAN = template_plan("default", "ja")
TANAKA, SATO, MORI = "tanaka@example.com", "Sato@example.com", "mori@example.com"
OPENED = {TANAKA: ("ads",), SATO: ("stage:mql", "stage:leads"), MORI: ("page:accounts",)}
FIRST = Sent("1", dt.datetime(2026, 5, 1, 9), OPENED, {})
RECORDS = Records(plan_id="plan", sent=(FIRST,))
APRIL, MAY, JUNE = (dt.date(2026, month, 1) for month in (4, 5, 6))
KPIS = ("ads:clicks", "ads:cv", "ads:cost")  # what is typed on the ads' sheet of the template


def of(person: str, plan=PLAN, records=RECORDS, day=dt.date(2026, 6, 29), back=None):
    return missing(plan, records, day, back)[person]


@pytest.mark.parametrize("day, months", [
    (dt.date(2026, 3, 31), ()), (dt.date(2026, 4, 29), ()), (dt.date(2026, 4, 30), (APRIL,)),
    (dt.date(2026, 6, 29), (APRIL, MAY)), (dt.date(2026, 6, 30), (APRIL, MAY, JUNE)),
])  # fmt: skip
def test_months_that_are_over(day, months):
    found = of(TANAKA, day=day)
    assert found.actuals == tuple((kpi, months) for kpi in KPIS if months)
    assert (found.answers, found.pages, found.heard) == (("channel:ads",), (), False)
    assert found.count == 3 * len(months) + 1


def test_nothing_is_asked_of_months_after_the_plan():
    found = of(TANAKA, day=dt.date(2030, 1, 1))
    assert [len(months) for _, months in found.actuals] == [12, 12, 12]


def test_what_is_in_the_plan_came_back_or_waits_for_a_choice_is_answered():
    """A 0 is an actual; what a person has said is answered, whatever the plan holds."""
    plan = PLAN.with_(actuals={("ads:clicks", 0): 0.0}, answers={"channel:ads": Answer("objected")})
    said = Proposal(actual_key("ads:clicks", MAY), TANAKA, "1", 900.0)
    gone = Proposal(actual_key("ads:cv", APRIL), TANAKA, "1", 9.0, withdrawn=True)
    other = Proposal(actual_key("ads:cv", MAY), SATO, "1", 9.0)
    back = {TANAKA: {actual_key("ads:cost", APRIL): 5e5, actual_key("ads:cost", MAY): None}}
    found = of(TANAKA, plan, RECORDS.with_(proposals=(said, gone, other)), back=back)
    assert found.actuals == (("ads:cv", (APRIL, MAY)), ("ads:cost", (MAY,)))
    assert found.answers == () and found.heard


def test_complete_is_nothing_missing():
    full = {(row, month): 1.0 for row in opened_actuals(PLAN, OPENED[TANAKA]) for month in (0, 1)}
    answers = {row: Answer("agreed") for row in opened_answers(PLAN, OPENED[TANAKA])}
    assert of(TANAKA, PLAN.with_(actuals=full, answers=answers)).count == 0


def test_the_sum_of_channels_is_asked_of_nobody():
    assert [row for row, _ in of(SATO).actuals] == ["stage:mql"]


def test_a_page_of_rows_is_waited_for_until_something_came_back():
    assert of(MORI).pages == ("accounts",)
    assert of(MORI, records=RECORDS.with_(seen=(Seen("1", MORI, "", ("m",)),))).count == 0


LOG = "tbl_actions"


@pytest.mark.parametrize("rows, ids, waits", [
    ([], (), False),  # a blank log is filled by reviews
    ([{"owner": "森"}], (), True),
    ([{"owner": "営業"}], ("dept:営業",), True),
    ([{"owner": "別の人", "kpi": "webinar.cv"}], ("webinar",), True),
    ([{"owner": "別の人", "kpi": "ads.cv"}], ("webinar", "dept:営業"), False),
    ([{"finding": "だれの行でもない"}], ("dept:営業",), False),
    ([{"owner": "森", "state": "done"}], (), False),
])  # fmt: skip
def test_the_log_is_waited_for_from_those_who_own_a_row(rows, ids, waits):
    plan = PLAN.with_(tables={LOG: {f"r{n}": row for n, row in enumerate(rows)}})
    sent = Sent("1", FIRST.time, {MORI: ("page:actions", *ids)}, {})
    found = missing(plan, Records(plan_id="plan", sent=(sent,)), dt.date(2026, 3, 1), names={MORI: "森"})[MORI]
    assert found.pages == (("actions",) if waits else ())


def test_the_latest_version_counts_and_addresses_in_any_letters():
    second = Sent("2", dt.datetime(2026, 6, 1, 9), {SATO.lower(): ("ads",)}, {})
    found = missing(PLAN, RECORDS.with_(sent=(FIRST, second)), dt.date(2026, 6, 29))
    assert set(found) == {TANAKA, MORI, SATO.lower()}
    assert found[SATO.lower()].version == "2" and found[SATO.lower()].sent_on == dt.date(2026, 6, 1)
