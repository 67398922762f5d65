"""Lists of attendees as actuals: who registered by their month, who came by that of the webinar, each person once."""

from __future__ import annotations

import datetime as dt

import pytest

import workbook_templates
from tests.exports.made import Rows, text
from tests.exports.made_people import ZOOM, zoom
from xl_kpi.catalog.texts import text as said
from xl_kpi.errors import BadFile
from xl_kpi.exchange.exports.export import read_export
from xl_kpi.exchange.exports.people.attendees import attendee_figures
from xl_kpi.plan.imported.questions import Asked
from xl_kpi.plan.imported.sources import taken_in
from xl_kpi.plan.model import Plan
from xl_kpi.plan.source import plan_from_source

REGISTERED, CAME = "webinar.registrations", "webinar.attendees"


@pytest.fixture(scope="module")
def plan() -> Plan:
    made = plan_from_source(workbook_templates.source("default"), "ja", "default")
    return made.with_(start=dt.date(2026, 4, 1), actuals={})


def figures(plan: Plan, data: bytes, answers: dict[str, str] | None = None, **more: str):
    """KPI and month → people, as the file says; the whole result; ids of questions."""
    asked = Asked(answers or {})
    found = attendee_figures(read_export(data, "zoom.csv", asked=asked), plan, asked, **more)
    counted = {(one.link, f"{one.month:%Y-%m}"): int(one.value) for one in found.batch.figures}
    return counted, found, [one.id for one in asked.open]


def webinar(rows: Rows, number: str = "812", began: str = "09/30/2026 11:30:00 PM") -> bytes:
    """A report of one webinar; rows: attended, name, address, registered, joined."""
    top: Rows = [
        ["Attendee Report"],
        ["Topic", "Webinar ID", "Actual Start Time", "Actual Duration (minutes)"],
        ["KPI", number, began, "60"],
        ["Attendee Details"],
        ZOOM,
    ]
    people = [[a, n, m, r, "approved", j, j, "10", "Yes", "Japan"] for a, n, m, r, j in rows]
    return text([*top, *people]).encode()


@pytest.mark.parametrize("place", [0, 1], ids=["with the webinar above", "attendees alone"])
def test_a_report_counts_each_person_once(plan, place):
    # made_people.zoom: a (twice), b who did not come, one by telephone without an address; all registered in September
    counted, found, asked = figures(plan, zoom()[place].data)
    assert (counted, asked) == ({(REGISTERED, "2026-09"): 3, (CAME, "2026-09"): 2}, [])
    assert [one.key for one in found.notes] == ["attendees_registered", "attendees_attended", "attendees_no_address"]


def test_a_person_counts_in_the_month_of_registration_and_in_that_of_the_webinar(plan):
    rows = [
        ["Yes", "A", "a@x", "08/31/2026 10:00:00 AM", "10/01/2026 00:10:00 AM"],  # came after midnight
        ["Yes", "B", "b@x", "09/01/2026 10:00:00 AM", "09/30/2026 11:30:00 PM"],
        ["No", "C", "c@x", "09/30/2026 10:00:00 AM", "--"],
        ["Yes", "D", "", "--", "09/30/2026 11:31:00 PM"],  # without registration
    ]
    counted, _, asked = figures(plan, webinar(rows))
    assert counted == {(REGISTERED, "2026-08"): 1, (REGISTERED, "2026-09"): 2, (CAME, "2026-09"): 3}
    assert asked == []


def test_days_that_nothing_decides_are_asked_about_once(plan):
    rows = [["Yes", "A", "a@x", "05/06/2026 10:00:00 AM", "06/07/2026 10:10:00 AM"]]
    data = webinar(rows, began="06/07/2026 10:00:00 AM")
    counted, _, asked = figures(plan, data)
    assert (counted, asked) == ({}, ["day_order:Registration Time@zoom.csv"])
    assert figures(plan, data, {asked[0]: "month_first"})[0] == {(REGISTERED, "2026-05"): 1, (CAME, "2026-06"): 1}
    assert figures(plan, data, {asked[0]: "day_first"})[0] == {(REGISTERED, "2026-06"): 1, (CAME, "2026-07"): 1}


def test_registrations_alone_and_those_not_approved(plan):
    rows = [
        ["First Name", "Last Name", "Email", "Registration Time", "Approval Status"],
        ["A", "A", "a@x", "2026-05-20 10:00:00", "approved"],
        ["B", "B", "b@x", "2026-05-21 10:00:00", "denied"],
        ["C", "C", "c@x", "soon", "approved"],
    ]
    counted, found, _ = figures(plan, text(rows).encode())
    assert counted == {(REGISTERED, "2026-05"): 2}
    assert [one.key for one in found.notes] == ["attendees_registered", "attendees_unread", "attendees_not_approved"]


def test_months_outside_the_plan_and_people_who_never_came_when(plan):
    rows = [["Yes", "A", "a@x", "03/31/2026 10:00:00 AM", "04/01/2026 10:00:00 AM"]]
    counted, found, _ = figures(plan, webinar(rows, began="04/01/2026 10:00:00 AM"))
    assert (counted, found.outside) == ({(CAME, "2026-04"): 1}, (dt.date(2026, 3, 1),))
    with pytest.raises(BadFile) as refused:
        figures(plan, text([["Attended", "Email", "Topic"], ["Yes", "a@x", "KPI"]]).encode())
    assert refused.value.key == "attendees_no_days" and said("attendees_no_days", "ja", file="x")


def test_without_the_channel_it_is_asked_and_another_one_counts_as_its_leads(plan):
    without = plan.with_(channels=[one for one in plan.channels if one.id != "webinar"])
    counted, _, asked = figures(without, zoom()[0].data)
    assert (counted, asked) == ({}, ["channel"])
    counted, found, asked = figures(without, zoom()[0].data, {"channel": "leave"})
    assert (counted, asked, [one.count for one in found.left_out]) == ({}, [], [3])
    assert figures(plan, zoom()[0].data, channel="web")[0] == {("web.cv", "2026-09"): 3}  # its KPI of leads


def test_two_webinars_of_a_month_add_up_and_the_same_again_changes_nothing(plan):
    first = [["Yes", "A", "a@x", "09/01/2026 10:00:00 AM", "09/15/2026 10:00:00 AM"]]
    other = [["Yes", k, f"{k}@x", f"09/0{k}/2026 10:00:00 AM", "09/20/2026 10:00:00 AM"] for k in "12"]
    asked, now = Asked(), plan
    for rows, number, day in ((first, "812", 15), (other, "900", 20), (other, "900", 20)):
        batch = figures(plan, webinar(rows, number, f"09/{day}/2026 10:00:00 AM"))[1].batch
        now = taken_in(now, [batch], asked, today=dt.date(2026, 10, 1)).plan
    assert asked.open == []
    found = {what: value for what, value in now.actuals.items() if what[0].startswith("webinar")}
    assert found == {("webinar:registrations", 5): 3, ("webinar:attendees", 5): 3}
    again = taken_in(now, [batch], asked, today=dt.date(2026, 10, 2))
    assert (again.writes, again.plan.tables) == ((), now.tables)
