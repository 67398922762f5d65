"""``xl-kpi rates``: a list of leads beside a real workbook's rates; what is taken stands in it and can be undone."""

from __future__ import annotations

import csv
import datetime as dt
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from benchmarks.cohort_world import Source, drawn, log_normal
from tests.cli.terminal import xl
from xl_kpi.commands import open_workbook

pytestmark = pytest.mark.slow  # whole workbooks are written and read back

START = dt.date(2022, 10, 1)  # 24 months that are over, whatever the day is
HEADS = ["リードID", "チャネル", "リード獲得日", "MQL化日", "SQL化日", "商談化日", "提案日", "受注日", "メール"]
RATES = (0.3, 0.4, 0.5, 0.6, 0.4)
WORLD = {
    "サービスサイト": Source(0.6, tuple((rate, log_normal(15, 0.8)) for rate in RATES)),
    "広告": Source(0.4, tuple((rate * 0.7, log_normal(10, 0.8)) for rate in RATES)),
}


def days_of(lead) -> list[str]:
    return ["" if day < 0 else f"{START + dt.timedelta(days=int(day)):%Y-%m-%d}" for day in lead]


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A small plan and 6,000 leads of two channels over 24 months, two of them with days in the wrong order."""
    folder = tmp_path_factory.mktemp("rates")
    assert xl("new", folder / "plan.xlsx", "--months", "3").code == 0
    leads = [
        [name, *days_of(lead)]
        for name, stages in drawn(WORLD, np.random.default_rng(3), 6_000).items()
        for lead in zip(*stages, strict=True)
    ]
    leads += [["広告", "2023-03-10", "2023-03-01", "", "", "", ""], ["広告", "2023-03-10", *[""] * 4, "2023-03-01"]]
    with (folder / "leads.csv").open("w", encoding="cp932", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEADS)
        rows.writerows([f"L{place}", *lead, f"{place % 5_999}@example.com"] for place, lead in enumerate(leads))
    return folder


@pytest.fixture
def plan(made, tmp_path) -> Path:
    return Path(shutil.copy(made / "plan.xlsx", tmp_path))


def test_rates_stand_beside_the_plans_and_nothing_is_written(made, plan):
    before = plan.read_bytes()
    done = xl("rates", plan, "--source", made / "leads.csv")
    assert (done.code, done.err) == (0, "")
    assert "リード→MQL" in done.out
    assert "計画には書き込んでいません" in done.out
    assert "受注日が最初の接点より前: 1件" in done.out
    assert "MQLの日付が前の段階より前: 1件" in done.out
    assert "メールアドレスがほかの行と同じ" in done.out
    assert plan.read_bytes() == before


def test_json_has_what_others_rely_on(made, plan):
    done = xl("rates", plan, "--source", made / "leads.csv", "--as-of", "2024-06-30", "--json")
    assert done.code == 0
    found = json.loads(done.out)
    assert found["as_of"] == "2024-06-30"
    steps = {(one["from"], one["to"], one["channel"]): one for one in found["steps"]}
    one = steps["leads", "mql", "web"]
    assert one["plan"] == 0.25  # of the default plan
    assert one["expected"]["low"] < 0.3 < one["expected"]["high"]
    assert set(one["at_least"]) == {"rate", "low", "high", "days"}
    assert one["lag"]["median"] == pytest.approx(15, abs=2)
    assert one["lag"]["p80"] == pytest.approx(15 * np.exp(0.8 * 0.8416), abs=4)  # the quantile of the log-normal
    assert steps["proposals", "orders", "ads"]["expected"] is None
    assert {"won_first", "reversed", "mail", "later"} <= {one["kind"] for one in found["problems"]}


def test_what_is_sure_is_taken_as_own_data_and_can_be_undone(made, plan):
    done = xl("rates", plan, "--source", made / "leads.csv", "--take")
    assert done.code == 0, done.err
    assert "自社実績に書き換えました" in done.out
    read = open_workbook(plan, "ja").read
    assert not [fault for fault in read.faults if fault.level == "error"]
    leads = read.plan.stages[0]
    # 60 % of the leads at 30 %, 40 % at 21 %: 26.4 %, 2.2 % of it being two standard errors of 6,000
    assert leads.rate == pytest.approx(0.264, abs=0.012)
    assert (leads.basis, leads.lag.curve[-1]) == ("own", 1)
    assert read.plan.channel_rates == {}
    again = xl("rates", plan, "--source", made / "leads.csv", "--take", "--lang", "en")
    assert again.code == 0
    assert xl("restore", plan, "1").code == 0
    assert open_workbook(plan, "ja").read.plan.stages[0].rate == 0.25


def test_a_map_says_what_headers_of_ones_own_mean_and_no_column_need_say_who(made, plan, tmp_path):
    (tmp_path / "leads.csv").write_text("声がけ,返事\n" + "2024-04-01,2024-04-03\n" * 3 + "2024-04-01,\n", "utf-8")
    columns = '"声がけ" = "became_lead"\n"返事" = "became_mql"\n'
    (tmp_path / "map.toml").write_text(f'name = "声"\n[columns]\n{columns}', "utf-8")
    done = xl("rates", plan, "--source", tmp_path / "leads.csv", "--map", tmp_path / "map.toml", "--json")
    (step,) = json.loads(done.out)["steps"]
    assert (done.code, step["entered"], step["gone_on"]) == (0, 4, 3)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--source", "missing.csv"], "missing.csv"),
        (["--source", "leads.csv", "--channel", "nowhere"], "nowhere"),
        (["--source", "leads.csv", "--answer", "rows=person"], "rows"),
        (["--source", "leads.csv", "--as-of", "2026-13-01"], "--as-of"),
        (["--source", "names.csv"], "--source names.csv --map 対応表.toml"),
        (["--source", "later.csv"], "--as-of 2099-05-01"),
        (["--source", "one_stage.csv"], "one_stage.csv"),
        ([], "--source"),
    ],
)
def test_bad_input_is_one_line_and_changes_nothing(made, plan, arguments, said, monkeypatch):
    monkeypatch.chdir(made)
    Path("names.csv").write_text("名前,色\n田中,青\n", "utf-8")
    Path("one_stage.csv").write_text("リードID,チャネル,リード獲得日\nL1,広告,2024-04-01\n", "utf-8")
    Path("later.csv").write_text("リード日,MQL日\n2099-04-01,2099-05-01\n", "utf-8")
    before = plan.read_bytes()
    done = xl("rates", plan, *arguments)
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err
    assert plan.read_bytes() == before


def test_days_before_any_lead_say_so(made, plan):
    done = xl("rates", plan, "--source", made / "leads.csv", "--as-of", "2020-01-01")
    assert done.code == 0
    assert "まだありません" in done.out
