"""``xl-kpi close``: months closed and opened in a real file; what was agreed comes back from it to the last digit."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from tests.cli.terminal import xl
from tests.closed_plans import GOAL, REACHED, asked, small
from tests.new_files import new_file
from tests.regenerate.typing_in import type_in
from tests.sheets.on_plan import shown_targets
from xl_kpi.catalog import text
from xl_kpi.commands import SetOption, open_workbook, plan_from
from xl_kpi.plan.model import Plan

pytestmark = pytest.mark.slow  # whole workbooks are written and read back

MAY, JUNE, LAST = "2026-05", "2026-06", "2026-09"  # of six months from April
CLOSED = 3  # April to June
TOLD = {text(f"sheet_{key}", "ja") for key in ("history", "record")}  # what was done and when


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return {"open": new_file(small())}


@pytest.fixture
def path(made, tmp_path) -> Path:
    file = tmp_path / "計画.xlsx"
    file.write_bytes(made["open"])
    return file


@pytest.fixture
def shut(made, path) -> Path:
    """The file with three months closed."""
    if "closed" not in made:
        assert xl("close", path, JUNE).code == 0
        made["closed"] = path.read_bytes()
    path.write_bytes(made["closed"])
    return path


def plan_in(path: Path) -> Plan:
    return open_workbook(path, "ja").read.plan


def cells(path: Path) -> dict:
    """Every cell but those that tell what was done and when."""
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in openpyxl.load_workbook(BytesIO(path.read_bytes()))
        if sheet.title not in TOLD
        for row in sheet
        for cell in row
        if cell.value is not None
    }


def test_closed_opened_and_closed_again_every_cell_is_the_same(path):
    before = asked(plan_in(path))
    assert "2026/04から2026/06までを締めました" in xl("close", path, JUNE).out
    closed, once = plan_in(path), cells(path)
    assert closed.closed_months == CLOSED and closed.agreed.ever == CLOSED and closed.agreed.first
    assert [row[:CLOSED] for row in asked(closed)] == [row[:CLOSED] for row in before]
    # what was won and what is asked of the open months is the goal
    assert CLOSED * REACHED + sum(asked(closed)[-1][CLOSED:]) == GOAL
    assert xl("close", path, "--open").code == 0
    assert asked(plan_in(path)) == before
    assert xl("close", path, JUNE).code == 0
    assert cells(path) == once


@pytest.mark.long
def test_a_raised_goal_moves_the_open_months_alone(shut):
    before = shown_targets(plan_in(shut))
    type_in(shut, {"kgi_value": 90})
    assert xl("regenerate", shut).code == 0
    plan = plan_in(shut)
    assert {key: value for key, value in shown_targets(plan).items() if key[1] < CLOSED} == {
        key: value for key, value in before.items() if key[1] < CLOSED
    }
    assert CLOSED * REACHED + sum(asked(plan)[-1][CLOSED:]) == 90


@pytest.mark.long
def test_the_last_month_can_be_closed_too(path):
    path.write_bytes(new_file(small(reached=6)))
    assert xl("close", path, LAST).code == 0
    plan = plan_in(path)
    assert plan.closed_months == plan.months
    assert f"（不足 {GOAL - 6 * REACHED}件）" in xl("check", path).out


@pytest.mark.parametrize("month", ["2026-03", "2026-10", "13月", "202606"])
def test_a_month_that_is_none_of_the_plan_is_refused_in_one_line(path, month):
    data = path.read_bytes()
    said = xl("close", path, month)
    assert said.code == 2 and len(said.faults) == 1 and month in said.err
    assert path.read_bytes() == data


def test_a_month_or_open_but_not_both(path):
    assert xl("close", path).code == 2
    assert xl("close", path, JUNE, "--open").code == 2


# --- another period --------------------------------------------------------------------------------------


@pytest.mark.long
def test_a_moved_start_leaves_every_closed_month_its_own_targets(shut):
    before = asked(plan_in(shut))
    type_in(shut, {"plan_start": dt.date(2026, 6, 1)})
    assert "締めた月の目標は元の月のまま" in xl("check", shut).out
    said = xl("regenerate", shut)
    assert said.code == 0 and "計画の期間の外になる月: 2026/04 – 2026/05" in said.out
    moved = plan_in(shut)
    assert moved.closed_months == 1
    assert [row[0] for row in asked(moved)] == [row[2] for row in before]  # June has June's
    type_in(shut, {"plan_start": dt.date(2026, 4, 1)})
    assert xl("regenerate", shut).code == 0
    assert [row[:CLOSED] for row in asked(plan_in(shut))] == [row[:CLOSED] for row in before]


def test_a_start_behind_the_closed_months_is_refused_in_one_line(shut):
    data = type_in(shut, {"plan_start": dt.date(2026, 8, 1)}).read_bytes()
    said = xl("regenerate", shut)
    assert said.code == 2 and len(said.faults) == 1 and "2026/08から2027/01まで" in said.err
    assert shut.read_bytes() == data


def test_of_a_template_the_months_that_the_new_plan_has_stay_closed(shut):
    told: list[str] = []
    old = plan_in(shut)
    same, _ = plan_from(shut, None, [SetOption("plan_start", "2026-04")], tell=told.append)
    assert same.closed_months == CLOSED and asked(same) == asked(old)
    later, _ = plan_from(shut, None, [SetOption("plan_start", JUNE)], tell=told.append)
    assert later.closed_months == 1 and [row[0] for row in asked(later)] == [row[2] for row in asked(old)]
    assert not [line for line in told if "締めた月のない計画" in line]
    fresh, _ = plan_from(shut, None, [SetOption("plan_start", "2027-04")], tell=told.append)
    assert fresh.closed_months == 0 and not fresh.agreed.months and not fresh.agreed.first
    assert [line for line in told if "締めた月（2026/06まで）" in line and "締めた月のない計画" in line]


def test_the_next_year_is_made_of_a_workbook_with_closed_months(shut, tmp_path):
    out = tmp_path / "来年.xlsx"
    said = xl("new", out, "--template", shut, "--start", "2027-04")
    assert said.code == 0 and "締めた月のない計画にしました" in said.err
    plan = plan_in(out)
    assert plan.closed_months == 0 and plan.agreed.ever == 0 and not plan.agreed.first
