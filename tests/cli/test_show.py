"""``xl-kpi show``: the published case C1 in numbers, the JSON that other programs rely on, the tables."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unicodedata
from io import StringIO

import pytest
from rich.console import Console
from rich.table import Table

from tests.agreement.books import template_plan
from tests.cli.terminal import ROOT, edited, xl, xl_process
from xl_kpi import commands
from xl_kpi.catalog import text
from xl_kpi.commands.plans.printed import print_standing, printable, side_by_side

pytestmark = pytest.mark.slow  # whole workbooks are written and read back


@pytest.fixture(scope="module")
def c1_path(c1_book, tmp_path_factory):
    path = tmp_path_factory.mktemp("c1") / "c1.xlsx"
    path.write_bytes(c1_book)
    return path


@pytest.fixture(scope="module")
def default_path(default_book, tmp_path_factory):
    path = tmp_path_factory.mktemp("default") / "plan.xlsx"
    path.write_bytes(default_book)
    return path


def shown(path) -> dict:
    answer = xl("show", path, "--json")
    assert answer.code == 0, answer.err
    return json.loads(answer.out)


@pytest.fixture(scope="module")
def default_numbers(default_path) -> dict:
    return shown(default_path)


def close(expected):
    return pytest.approx(expected, rel=1e-9)  # the project's own bound; a sum of binary fractions is not exact


def test_C1(c1_path):
    found = shown(c1_path)
    # domain C1: 50 customers in half a year from 300 leads and 10,000 visits a month
    assert found["kgi"] == {
        "kind": "customers", "value": 50, "deadline": "2026-09-30", "existing": 0, "new": 50,
    }  # fmt: skip
    leads, orders = found["stages"]
    assert (leads["required"], leads["required_rounded"]) == (close(1800), 1800)
    assert leads["rate"] == close(50 / 1800) and round(leads["rate"], 4) == 0.0278
    assert (orders["required"], orders["rate"], orders["lag_days"]) == (50, None, None)
    assert [month["month"] for month in found["months"]] == [f"2026-{month:02d}" for month in range(4, 10)]
    assert [month["leads"] for month in found["months"]] == [close(300)] * 6
    tree = {node["id"]: node for node in found["tree"]}
    assert tree["web.cvr"]["target"] == close(0.03)  # visit → lead
    assert tree["web.sessions"]["target"] == close(60_000)  # 10,000 a month
    assert (tree["rate:leads"]["operator"], tree["rate:leads"]["target"]) == ("×", close(50 / 1800))
    assert tree["web"]["parent"] == "leads" and tree["leads"]["parent"] == "kgi" and tree["kgi"]["parent"] is None


def test_the_tree_tells_what_is_there_and_how_far():
    """April of C1: 270 of 300 leads, 10 of 9 customers (8⅓ as whole people); the plan's ratio is 9 ÷ 300."""
    plan = template_plan("c1", "ja")
    typed = {("web:cv", 0): 270.0, ("stage:orders", 0): 10.0}
    tree = {node["id"]: node for node in commands.shown(plan.with_(actuals=typed))["tree"]}
    assert (tree["web"]["actual"], tree["web"]["attainment"]) == (270, close(0.9))
    assert (tree["kgi"]["actual"], tree["kgi"]["attainment"]) == (10, close(10 / 9))
    estimate = 50 / 1800 * (10 / 270) / (9 / 300)
    assert (tree["rate:leads"]["actual"], tree["rate:leads"]["estimated"]) == (close(estimate), True)
    assert (tree["web.cvr"]["actual"], tree["web.cvr"]["attainment"]) == (None, None)  # no sessions yet


def test_the_outlook_of_C1_is_its_goal(c1_path):
    """No lag and nothing open: 300 leads a month at 50 ÷ 1,800 are 8⅓ customers a month, 50 in all."""
    outlook = shown(c1_path)["outlook"]
    assert (outlook["orders"], outlook["share"], outlook["shortage"]) == (close(50), close(1), [])
    assert [month["orders"] for month in outlook["by_month"]] == [close(50 / 6)] * 6


def test_the_keys_that_other_programs_rely_on(default_numbers):
    found = default_numbers
    ids = ["leads", "mql", "sql", "opportunities", "proposals", "orders"]
    assert {"kgi", "stages", "months", "before_start", "channels", "tree", "outlook"} <= set(found)
    assert (found["warnings"], found["regenerate"]) == ([], [])
    outlook = found["outlook"]
    assert {"orders", "revenue", "share", "by_month", "shortage"} <= set(outlook)
    assert [list(month) for month in outlook["by_month"]] == [["month", "orders", "revenue"]] * len(found["months"])
    assert all({"stage", "count"} <= set(row) and row["stage"] in ids for row in outlook["shortage"])
    assert set(found["kgi"]) == {"kind", "value", "deadline", "existing", "new"}
    for stage in found["stages"]:
        assert {"id", "name", "owner", "rate", "lag_days", "required", "required_rounded"} <= set(stage)
    assert [stage["id"] for stage in found["stages"]] == ids
    assert all(list(month) == ["month", *ids] for month in found["months"])
    assert list(found["before_start"]) == list(found["next_period"]) == list(found["credit"]) == ids
    for channel in found["channels"]:
        assert {"id", "name", "leads", "months"} <= set(channel) and len(channel["months"]) == 12
    for node in found["tree"]:
        assert {"id", "parent", "operator", "name", "target"} <= set(node)


def test_the_default_plan_in_numbers(default_numbers):
    found = default_numbers
    # 60 orders ÷ 40 % ÷ 60 % ÷ 50 % ÷ 40 % ÷ 25 %: the arithmetic in default.toml
    assert [stage["required_rounded"] for stage in found["stages"]] == [5000, 1250, 500, 250, 150, 60]
    assert [stage["lag_days"] for stage in found["stages"]] == [20, 7, 14, 30, 30, None]
    for stage in found["stages"]:  # nothing is lost at the edges
        name = stage["id"]
        months = sum(month[name] for month in found["months"])
        assert found["before_start"][name] + months + found["next_period"][name] == close(stage["required"])
    channels = {channel["id"]: channel for channel in found["channels"]}
    leads = sum(month["leads"] for month in found["new"]["months"])
    assert channels["web"]["leads"] == close(0.4 * leads)  # web delivers 40 % of the leads
    assert sum(channels["ads"]["months"]) == close(channels["ads"]["leads"])


def test_a_measured_curve_and_the_pipeline(tmp_path):
    path = tmp_path / "c4.xlsx"
    assert xl("new", path, "--template", "c4", "--set", "pipeline.opportunities=10").code == 0
    found = shown(path)
    proposals = next(stage for stage in found["stages"] if stage["id"] == "proposals")
    assert (proposals["lag_days"], proposals["lag_curve"]) == ([0, 90], [0.4, 0.7, 1.0])
    # 10 open opportunities stand for 10 ÷ 25 % = 40 hot leads (rates of c4.toml)
    assert found["credit"] == {"leads": close(40), "opportunities": close(10), "proposals": 0, "orders": 0}
    new = found["new"]
    total = new["before_start"]["leads"] + sum(month["leads"] for month in new["months"]) + new["next_period"]["leads"]
    assert total == close(200 - 40)


def test_actuals_stand_beside_their_months(small_book, tmp_path):
    def report(edit):
        sheet, top, left, bottom, _ = edit.area("act_web")
        row = next(row for row in range(top, bottom + 1) if sheet.cell(row, left).value == "cv:actual")
        sheet.cell(row, left + 6).value = 310

    path = edited(small_book, tmp_path / "plan.xlsx", report)
    assert shown(path)["actuals"] == {"web:cv": {"2026-04": 310}}


def test_what_has_actuals_stands_below_what_it_belongs_to():
    """Where nobody has typed the rate or the channel above, that stands there without numbers."""

    def box(id_: str, parent: str | None, actual: float | None = None, **more: object) -> dict[str, object]:
        return {"id": id_, "parent": parent, "name": id_, "unit": "count", "target": 8, "actual": actual,
                "estimated": False, "attainment": None if actual is None else 0.5, **more}  # fmt: skip

    tree = [
        box("kgi", None), box("leads", "kgi", 4), box("web", "leads", 4), box("visits", "web", 4), box("ads", "leads"),
        box("rate:sql", "kgi", 0.5, unit="rate", target=0.25, estimated=True), box("inside", "rate:sql", 4),
        box("rate:won", "kgi", 0.5, unit="rate", estimated=True), box("calls", "rate:won"),
    ]  # fmt: skip
    stream = StringIO()
    print_standing({"tree": tree}, "ja", stream)
    assert [line.rstrip() for line in stream.getvalue().splitlines()[3:]] == [
        "kgi                     8",
        "  leads                 8      4    50.0%",
        "    web                 8      4    50.0%",
        "      visits            8      4    50.0%",
        "  rate:sql            25%",
        "    inside              8      4    50.0%",
        "",
    ]
    print_standing({"tree": tree[:1]}, "ja", stream := StringIO())
    assert stream.getvalue() == ""


def test_columns_that_do_not_fit_stand_in_further_tables():
    made = {}
    for width in (40, 20, 4):
        console = Console(width=width)
        made[width] = side_by_side(["aaaaaaaa", "bbbbbbbb", "cccccccc"], console, lambda some: Table(*some))
    assert [[len(one.columns) for one in made[width]] for width in made] == [[3], [1, 1, 1], [1, 1, 1]]


def test_a_plan_with_an_error_has_no_numbers(small_book, tmp_path):
    def change(edit):
        edit.entry("tbl_stages", "leads", text("stage_rate", "ja")).value = 20

    answer = xl("show", edited(small_book, tmp_path / "plan.xlsx", change))
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("plan.xlsx ファネル!E7: 「20」 → 20% のことですか？")


# --- tables ----------------------------------------------------------------------------------------------


def test_a_channel_that_was_just_typed_is_counted_and_the_sheets_are_said_to_wait(small_book, tmp_path):
    """C1 has one channel in row 7 of チャネル; row 8 is the first free one, and 1:1 with it each has half of 300."""

    def typed(edit):
        for cell, value in {"B8": "referral", "C8": "紹介", "D8": "○", "E8": "リード", "F8": 1}.items():
            edit.book["チャネル"][cell] = value

    path = edited(small_book, tmp_path / "plan.xlsx", typed)
    found = shown(path)
    assert [(one["name"], one["share"]) for one in found["channels"]] == [("サービスサイト", 0.5), ("紹介", 0.5)]
    assert found["regenerate"] == ["チャネル!D8"]
    (waits,) = (one for one in found["warnings"] if one["code"] == "plan_check_channel_pending")
    assert (waits["cell"], waits["found"], waits["level"]) == ("D8", "紹介", "warning")
    line = "ブックのシートは再生成待ちです（チャネル!D8）。ここに示すのは再生成後の数字です。"
    assert any(one.startswith(line) for one in xl("show", path).out.splitlines())


def test_without_a_channel_the_outlook_says_that_nobody_wins_the_leads(small_book, tmp_path):
    path = edited(small_book, tmp_path / "plan.xlsx", lambda edit: edit.book["チャネル"].__setitem__("D7", "×"))
    said = "新しく必要なリードは、担当するチャネルがないため獲得できません（見込みに入れていません）。"
    assert f"（目標の0%）。{said}" in xl("show", path).out
    assert [one["code"] for one in shown(path)["warnings"]] == ["plan_check_no_channel", "plan_check_outlook"]


def width(line: str) -> int:
    """Columns on a terminal: full-width signs take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)


def test_a_channel_of_existing_customers_stands_in_the_table_with_what_it_acts_on(small_book, tmp_path):
    """It is of no stage of the funnel."""
    path = tmp_path / "plan.xlsx"
    path.write_bytes(small_book)
    assert xl("channels", path, "--on", "customer_success").code == 0
    for lang, name in (("ja", "既存顧客"), ("en", "Existing customers")):
        answer = xl("show", path, "--lang", lang)
        assert answer.code == 0, answer.err
        (line,) = (line for line in answer.out.splitlines() if name in line)
        assert line.split()[-3:] == ["0", "0", "0"]  # the funnel asks nothing of it


def test_columns_stand_below_each_other_with_full_width_signs(default_path):
    lines = xl("show", default_path).out.splitlines()
    assert lines[:2] == ["年間マーケティング計画", "目標（受注）: 60件、期限 2027-03-31"]
    # default.toml: what is open covers what should exist before the start, and the rest arrives in time
    assert lines[2] == "見込み: この計画のままなら受注60件（目標の100%）。計画開始前の不足: なし"
    funnel = lines[4:12]
    assert funnel[0].split() == ["段階", "担当", "転換率", "日数", "必要数"]
    assert funnel[2].split() == ["リード", "マーケティング", "25%", "20", "5,000"]
    assert len({width(line) for line in funnel}) == 1
    assert len({width(line[: line.index("%")]) for line in funnel[2:-1]}) == 1


def test_the_tables_in_the_other_language(default_path):
    lines = xl("show", default_path, "--lang", "en").out.splitlines()
    assert lines[1] == "Goal (orders): 60 orders by 2027-03-31"
    assert lines[2] == "Outlook: 60 orders, 100% of the goal. Short before the start: nothing"
    assert lines[6].split() == ["Leads", "Marketing", "25%", "20", "5,000"]


def test_the_next_period_stands_below_all_that_is_the_plans_own(default_path, default_numbers):
    """101 days from a lead to an order (the lags of default.toml): what is ordered from April on are leads from 21
    December on.  In whole leads the months add up to the total."""
    lines = [line for line in xl("show", default_path).out.splitlines() if line]
    start = next(place for place, line in enumerate(lines) if line.startswith("次の期（2027-04-01から2028-03-31まで）"))
    assert lines[start].startswith("次の期（2027-04-01から2028-03-31まで）の目標（受注）: 60件。")
    months = {line.split()[0]: int(line.split()[1].replace(",", "")) for line in lines[start + 4 :]}
    assert list(months) == ["2026-12", "2027-01", "2027-02", "2027-03"]
    assert f"リード: {sum(months.values()):,}件" in lines[start]
    exact = {row["month"]: row["leads"] for row in default_numbers["following"]["months"]}
    assert all(abs(number - exact[month]) < 1 for month, number in months.items())
    assert lines[start - 1] != lines[start] and "次の期" not in "".join(lines[:start])
    english = xl("show", default_path, "--lang", "en").out
    assert "Next period (2027-04-01 to 2028-03-31), goal (orders): 60 orders." in english


@pytest.mark.parametrize("charset", ["cp932", "ascii"])  # a Japanese Windows console, and the poorest one
def test_a_console_that_knows_fewer_signs(small_book, tmp_path, charset):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(small_book)
    for arguments in (["show", path], ["doctor"], ["check", path], ["show", path, "--json"]):
        answer = xl(*arguments, charset=charset)
        assert answer.code == 0, answer
    # in escapes, which every reader of JSON knows
    assert json.loads(answer.out)["title"] == "新商品の立ち上げ（半年で新規顧客50社）"


def test_a_reader_that_stops_early_is_no_crash(default_path, tmp_path):
    command = f'"{sys.executable}" -c "from xl_kpi.cli import main; main()" show "{default_path}"'
    done = subprocess.run(
        ["sh", "-c", f"{command} | head -n 1"], cwd=tmp_path, capture_output=True, timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert done.stdout.decode("utf-8") == "年間マーケティング計画\n" and b"Traceback" not in done.stderr


def test_a_process_of_its_own(c1_path, tmp_path):
    answer = xl_process("show", c1_path, "--lang", "en", cwd=tmp_path)
    assert answer.code == 0 and "1,800" in answer.out


def test_signs_that_would_move_the_cursor_are_blanks():
    assert printable("a\x1b[2Jb\nc") == "a [2Jb c"
