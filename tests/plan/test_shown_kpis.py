"""KPIs on and off: what a tab shows, what counts for K10, and what becomes of the actuals of one that goes."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from xl_kpi.plan.checks import check
from xl_kpi.plan.dictionary.shown import counted, is_kept, shown_kpis, with_depths
from xl_kpi.plan.entries import entries_of, with_entries
from xl_kpi.plan.findings.paths import off_the_way
from xl_kpi.plan.history.archive_moves import settle
from xl_kpi.plan.model import Channel, Goal, Kpi, Plan, Stage
from xl_kpi.plan.pages.kpi_links import KpiLinks
from xl_kpi.plan.records import Records
from xl_kpi.workbook.reading.findings import faults_of

WEB = Channel("web", "Web", "leads", share=1.0)


def kpi(id_: str, target: str = "input", actual: str = "input", **more) -> Kpi:
    more = {"value": 1.0, **more} if target == "input" else more
    return Kpi(id_, "web", id_, id_, more.pop("unit", "count"), target, actual, **more)


def plan(*kpis: Kpi, channel: Channel = WEB) -> Plan:
    stages = (Stage("leads", "Leads", rate=0.5), Stage("orders", "Orders"))
    return Plan("p", "en", Goal("orders", 10), dt.date(2026, 4, 1), 3, stages, (channel,), kpis)


def told(made: Plan) -> list[str]:
    return [one.key for one in check(made) if one.key.startswith("plan_check_kpi")]


def shown(made: Plan) -> list[str]:
    return [one.id for one in shown_kpis(made, made.channels[0])]


SESSIONS = kpi("sessions", "cv / cvr", on=False)
CV = kpi("cv", "leads", on=False)
CVR = kpi("cvr", "input", "cv / sessions", unit="rate", value=0.5, weight="sessions")
DWELL = kpi("dwell", on=False)


def test_a_row_without_an_id_is_part_of_none_and_has_none():
    nameless = kpi("", "input", weight="")
    assert shown(plan(CV, nameless, CVR)) == ["cv", "", "cvr"]
    assert [depth for _, depth in with_depths(plan(nameless, CVR), WEB)] == [0, 0]


def test_what_a_formula_of_one_that_is_on_uses_stays_and_the_rest_goes():
    made = plan(SESSIONS, CV, CVR, DWELL)
    assert shown(made) == ["sessions", "cv", "cvr"]
    assert [is_kept(made, one) for one in made.kpis] == [True, True, False, False]


def test_the_kpi_that_the_plan_counts_on_stays():
    assert shown(plan(SESSIONS, CV, DWELL)) == ["cv"]


def test_a_link_may_name_what_a_tab_shows():
    made = plan(SESSIONS, CV, CVR, DWELL)
    assert KpiLinks.of(made).active == ["stage:leads", "stage:orders", "web.sessions", "web.cv", "web.cvr"]
    assert off_the_way(made) == frozenset()  # nobody is told about what is off


def test_of_a_channel_that_is_off_nothing_is_kept():
    made = plan(SESSIONS, CV, CVR, channel=replace(WEB, on=False))
    assert not any(is_kept(made, one) for one in made.kpis)


def test_K10_counts_what_is_on_and_no_parts():
    part = kpi("brand", parent="cv", split="keyword")
    made = plan(CV, CVR, DWELL, kpi("a"), kpi("b"), part)
    assert counted(made, WEB) == 3  # cvr, a, b
    assert told(made) == []
    assert told(plan(CV, CVR, kpi("a"))) == ["plan_check_kpi_few"]
    assert told(plan(CV, *(kpi(f"k{k}") for k in range(6)))) == ["plan_check_kpi_many"]


def test_parts_stand_below_their_parent_each_level_further_in():
    brand, search = kpi("brand", parent="search"), kpi("search", parent="cv")
    made = plan(brand, replace(CV, on=True), CVR, SESSIONS, search)
    found = [(one.id, depth) for one, depth in with_depths(made, WEB)]
    assert found == [("cv", 0), ("search", 1), ("brand", 2), ("cvr", 0), ("sessions", 0)]


@pytest.mark.parametrize(
    ("parts", "key"),
    [
        ([kpi("a", parent="nothing")], "kpi_parent_unknown"),
        ([kpi("a", parent="a")], "kpi_parent_itself"),
        ([kpi("a", parent="b"), kpi("b", parent="a")], "formula_loop"),
        ([kpi("a", unit="rate", value=0.5, parent="cv")], "kpi_parent_ratio"),
        ([kpi("a", unit="people", parent="cv")], "kpi_parent_unit"),
    ],
)
def test_a_part_that_belongs_nowhere_is_said_and_still_shown(parts, key):
    made = plan(replace(CV, on=True), CVR, SESSIONS, *parts)
    found = [one for one in faults_of(made) if one.cell.endswith(".parent")]
    assert [(one.key, one.level, one.cell) for one in found] == [
        (key, "warning", f"tbl_kpis[web.{part.id}].parent") for part in parts
    ]
    assert {part.id for part in parts} <= set(shown(made))


def test_what_is_wrong_with_a_kpi_that_is_off_stops_nothing():
    off = kpi("odd", "nothing * 2", on=False)
    found = [one for one in faults_of(plan(CV, CVR, SESSIONS, off)) if "odd" in one.cell]
    assert [one.level for one in found] == ["warning"]
    on = [one for one in faults_of(plan(CV, CVR, SESSIONS, replace(off, on=True))) if "odd" in one.cell]
    assert [one.level for one in on] == ["error"]


def test_actuals_of_a_kpi_that_goes_are_kept_and_come_back():
    key = "actual[web:dwell][2026-05]"
    on = plan(CV, CVR, SESSIONS, replace(DWELL, on=True)).with_(actuals={("web:dwell", 1): 7.0, ("web:cv", 0): 3.0})
    off, _ = with_entries(on, {"tbl_kpis[web.dwell].on": False})
    gone = settle(off, Records(), {}, dt.date(2026, 6, 1))
    assert gone.plan.actuals == {("web:cv", 0): 3.0}  # cv is off, and stays
    assert [(one.key, one.value) for one in gone.kept] == [(key, 7.0)]
    back, _ = with_entries(gone.plan, {"tbl_kpis[web.dwell].on": True})
    again = settle(back, gone.records, {}, dt.date(2026, 6, 2))
    assert again.plan.actuals == on.actuals and [one.key for one in again.returned] == [key]


def test_the_usual_is_no_entry_so_that_older_workbooks_have_the_same():
    found = entries_of(plan(CVR, DWELL))
    assert "tbl_kpis[web.cvr].on" not in found and found["tbl_kpis[web.dwell].on"] is False
    assert with_entries(plan(DWELL), {"tbl_kpis[web.dwell].on": None})[0].kpis[0].on is True
