"""``xl-kpi close``: months closed and opened in a real file; what was agreed comes back from it to the last digit."""

from __future__ import annotations

import pytest

from tests.cli.terminal import xl
from xl_kpi.commands import open_workbook
from xl_kpi.plan.targets import Targets

JUNE = "2026-06"
CLOSED = 3  # April to June


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "plan.xlsx"
    assert xl("new", file, "--lang", "ja", "--start", "2026-04").code == 0
    return file


def shown(path) -> list[list[int]]:
    plan = open_workbook(path, "ja").read.plan
    return [list(whole.months) for whole in Targets(plan).whole_new]


def test_closed_opened_and_closed_again(path):
    before = shown(path)
    assert "2026/04から2026/06までを締めました" in xl("close", path, JUNE).out
    closed = open_workbook(path, "ja").read.plan
    assert closed.closed_months == CLOSED and closed.agreed.ever == CLOSED and closed.agreed.first
    assert [row[:CLOSED] for row in shown(path)] == [row[:CLOSED] for row in before]
    assert xl("close", path, "--open").code == 0
    assert shown(path) == before
    assert xl("close", path, JUNE).code == 0
    again = open_workbook(path, "ja").read.plan
    assert again.agreed.months == closed.agreed.months and again.agreed.first == closed.agreed.first


@pytest.mark.parametrize("month", ["2027-04", "13月", "202606"])
def test_a_month_that_is_none_of_the_plan_is_refused(path, month):
    data = path.read_bytes()
    said = xl("close", path, month)
    assert said.code == 2 and month in said.err
    assert path.read_bytes() == data


def test_a_month_or_open_but_not_both(path):
    assert xl("close", path).code == 2
    assert xl("close", path, JUNE, "--open").code == 2
