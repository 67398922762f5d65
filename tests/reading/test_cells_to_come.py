"""What is said of cells that come with the next regenerate: nothing, or in words, never an id."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.agreement.books import built
from tests.closed_plans import closed, small
from tests.told import told
from xl_kpi.calc.lag import Lag
from xl_kpi.errors import Fault, Words
from xl_kpi.plan.model import Plan, Stage
from xl_kpi.workbook.reading.findings import findings_of
from xl_kpi.workbook.reading.plan_reader import ReadPlan, read_with_faults
from xl_kpi.workbook.reading.spec_as_book import DescribedBook

DEMO = Stage("demo", "デモ", "営業", 0.5, Lag(5, 5))


def with_demo(plan: Plan) -> Plan:
    """A stage more, typed before the opportunities; its rate is that of nobody else."""
    at = [stage.id for stage in plan.stages].index("opportunities")
    return plan.with_(stages=(*plan.stages[:at], DEMO, *plan.stages[at:]))


def read(plan: Plan) -> ReadPlan:
    return read_with_faults(DescribedBook(built(plan).spec), "st2.xlsx")


def said(read: ReadPlan, plan: Plan) -> list[str]:
    return [one.line() for one in told(findings_of(replace(read, plan=plan), plan, "st2.xlsx"), "ja")]


@pytest.fixture(scope="module")
def sheets() -> ReadPlan:
    return read(closed(small(), 3))


def test_a_stage_that_is_new_since_the_months_were_closed_has_no_blank_actuals_yet(sheets):
    lines = said(sheets, with_demo(sheets.plan))
    assert not [one for one in lines if "締めた月の実績が空欄" in one or "actual[" in one]


def test_a_blank_actual_of_a_stage_that_has_a_cell_is_told_there(sheets):
    demo = with_demo(sheets.plan)
    blank = {key: value for key, value in demo.actuals.items() if key != ("stage:orders", 2)}
    (line,) = [one for one in said(sheets, demo.with_(actuals=blank)) if "締めた月の実績が空欄" in one]
    assert "actual[" not in line and line.startswith("st2.xlsx 逆算!H")  # June is the third of the months from F


def test_anything_else_about_a_cell_that_is_not_there_names_it_in_words(sheets):
    fault = Fault("12", Words("plan_check_closed_blank", count=1, do=""), "actual[stage:demo][2026-04]")
    (found,) = told(replace(sheets, plan=with_demo(sheets.plan)).located([fault], "st2.xlsx"), "ja")
    assert "actual[" not in found.line() and "デモ" in found.line()
