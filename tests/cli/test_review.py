"""``xl-kpi review``: what it says of a workbook with and without actuals, and its JSON."""

import json
import shutil
from pathlib import Path

import pytest

from tests.agreement.books import template_plan
from tests.cli.terminal import xl
from tests.new_files import new_file
from tests.regenerate.typing_in import type_in
from tests.sheets.on_plan import on_plan
from tests.sheets.plans import in_the_year
from xl_kpi.build import build
from xl_kpi.catalog import text
from xl_kpi.commands import open_workbook

pytestmark = pytest.mark.slow  # a whole workbook is written and read back


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    made = tmp_path_factory.mktemp("review") / "plan.xlsx"
    made.write_bytes(build(in_the_year("ja")))
    return made


def test_the_words(path):
    answer = xl("review", path)
    assert answer.code == 0, answer.err
    for part in (
        "2026/04〜2026/07の実績（4か月）",
        "MQL→SQLの転換率",
        "80%の幅 ",
        "▼86%",
        "戻る見込み 受注4.",  # MQL→SQL back on plan: +4.7 of the forecast with it less that without
        "担当 マーケティング",
    ):
        assert part in answer.out


def test_amounts_are_never_cut(path, tmp_path):
    """Piped: there is no width.  The plan's unit is a million yen."""
    typed = {"kgi_kind": "売上", "kgi_value": 900_000_000, "order_value": 10_000_000}
    answer = xl("review", type_in(Path(shutil.copy(path, tmp_path / "plan.xlsx")), typed))
    assert answer.code == 0, answer.err
    (goal,) = (line for line in answer.out.splitlines() if line.startswith("KGI "))
    assert "900,000,000" in goal and "…" not in answer.out


def test_json(path):
    found = json.loads(xl("review", path, "--json", "--as-of", "2026-06-30").out)
    assert found["as_of"] == "2026-06-30" and found["months"] == 3
    assert sum(part["orders"] for part in found["gap"]["parts"]) == pytest.approx(found["gap"]["orders"], abs=1e-9)


def test_where_all_is_as_planned_no_table_of_losses_stands_empty(path, tmp_path):
    plan = tmp_path / "plan.xlsx"
    plan.write_bytes(new_file(on_plan(template_plan("default", "ja"), lambda series, month: month < 3)))
    said, lost = (xl("review", one).out for one in (plan, path))
    words = text("reviewed_parts", "ja")
    assert words not in said and words in lost
    assert "●100%" in said and "▲" not in said and "▼" not in said


def test_before_the_first_month_is_over(path):
    answer = xl("review", path, "--as-of", "2026-04-29", "--lang", "en")
    assert answer.code == 0 and "No month of the plan is over as of 2026/04/29" in answer.out
    assert "plan for 2026/04 to 2027/03" in answer.out and "Forecast: " in answer.out and "Actions" not in answer.out


def test_a_day_that_is_none(path):
    answer = xl("review", path, "--as-of", "soon")
    assert answer.code == 2 and "--as-of" in answer.err


def test_propose_puts_the_actions_on_the_log_once_and_restore_takes_them_off(path, tmp_path):
    plan = tmp_path / "plan.xlsx"
    plan.write_bytes(path.read_bytes())
    first = xl("review", plan, "--propose")
    said = first.err + first.out
    assert first.code == 0 and "見直し" in said and "基準日にレビューの日を入力" in said
    read = json.loads(xl("review", plan, "--propose", "--json").out)
    assert read["proposed"] == [] and read["actions"]
    opened = open_workbook(plan, "ja", "ja")
    assert {one.command for one in opened.records.history} >= {"review"}
    rows = opened.read.plan.tables["tbl_actions"]
    assert len(rows) == len(read["actions"]) and {row["state"] for row in rows.values()} == {"proposed"}
    assert xl("restore", plan, "1").code == 0
    assert "tbl_actions" not in open_workbook(plan, "ja", "ja").read.plan.tables
