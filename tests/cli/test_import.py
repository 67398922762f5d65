"""``xl-kpi import``: downloaded files into a real workbook; what is unclear is asked, and nothing is written then."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.terminal import xl
from tests.exports.downloads import GA4, GOOGLE_JA, text
from xl_kpi.commands import open_workbook

pytestmark = pytest.mark.slow  # whole workbooks are written and read back

ADS = [
    ["キャンペーン レポート (2026-04-01 - 2026-04-30)"],
    [],
    GOOGLE_JA,
    ["ブランド", "2026-04-03", "120,450", "10,000", "300", "12"],
    ["一般", "2026-04-20", "99,550", "9,000", "250", "9"],
    ["合計: アカウント", "--", "220,000", "19,000", "550", "21"],
]
VISITS = [["# 20260401-20260430"], [], GA4, ["20260405", "Organic Search", "1200", "24", "0.6"]]
VISITS += [["20260406", "Paid Search", "800", "10", "0.5"]]
ANSWERS = ("--answer", "channel:Organic Search=web", "--answer", "channel:Paid Search=leave")


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A small plan with the site and ads, before anything was imported, and two files."""
    folder = tmp_path_factory.mktemp("import")
    assert xl("new", folder / "plan.xlsx", "--template", "small", "--start", "2026-04", "--months", "6").code == 0
    (folder / "ads.csv").write_bytes(text(ADS).encode("cp932"))
    (folder / "ga4.csv").write_bytes(text(VISITS).encode("utf-8-sig"))
    (folder / "later.csv").write_bytes(text(ADS).replace('"99,550"', '"89,550"').replace("220,000", "210,000").encode())
    return folder


@pytest.fixture
def folder(made, tmp_path) -> Path:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def actuals(folder: Path) -> dict[str, float]:
    plan = open_workbook(folder / "plan.xlsx", "ja").read.plan
    return {what: value for (what, month), value in plan.actuals.items() if month == 0}


def test_files_become_actuals_with_their_sources(folder):
    plan, ads, visits = folder / "plan.xlsx", folder / "ads.csv", folder / "ga4.csv"
    done = xl("import", plan, ads, visits, *ANSWERS)
    assert done.code == 0, done.err
    assert "合計行と一致: 費用 220,000" in done.out
    found = actuals(folder)
    # 120,450 + 99,550; 300 + 250; 12 + 9; the visits of organic search alone
    assert {key: found[key] for key in ("ads:cost", "ads:clicks", "ads:cv", "web:sessions", "web:cv")} == {
        "ads:cost": 220_000, "ads:clicks": 550, "ads:cv": 21, "web:sessions": 1200, "web:cv": 24,
    }  # fmt: skip
    before = plan.read_bytes()
    again = xl("import", plan, ads, visits)  # the answers are remembered, and nothing is new
    assert (again.code, plan.read_bytes() == before) == (0, True)
    assert "変わる実績はありません" in again.out
    later = xl("import", plan, folder / "later.csv")
    assert (later.code, actuals(folder)["ads:cost"]) == (0, 210_000)
    assert xl("restore", plan).code == 0
    assert actuals(folder)["ads:cost"] == 220_000


def test_without_an_answer_nothing_is_written(folder):
    plan = folder / "plan.xlsx"
    before = plan.read_bytes()
    asked = xl("import", plan, folder / "ga4.csv", "--json")
    assert (asked.code, plan.read_bytes() == before) == (2, True)
    told = json.loads(asked.out)
    assert [one["id"] for one in told["questions"]] == ["channel:Organic Search", "channel:Paid Search"]
    assert told["questions"][0]["choices"] == ["web", "ads", "leave"]
    assert told["files"][0]["rows"] == {"read": 2, "used": 2, "left_out": []}


def test_a_dry_run_shows_and_writes_nothing(folder):
    plan = folder / "plan.xlsx"
    before = plan.read_bytes()
    done = xl("import", plan, folder / "ads.csv", "--dry-run", "--json")
    assert (done.code, plan.read_bytes() == before) == (0, True)
    told = json.loads(done.out)
    assert {"channel": "ads", "kpi": "cv", "month": "2026-04", "old": None, "new": 21.0} in told["writes"]
    file = told["files"][0]
    assert (file["system"], file["encoding"], file["header_line"], file["period"]) == (
        "google_ads", "cp932", 3, ["2026-04-01", "2026-04-30"],
    )  # fmt: skip
    assert file["rows"] == {"read": 3, "used": 2, "left_out": [{"reason": "total", "count": 1}]}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--channel", "tv"), "web, ads"),
        (("--answer", "channel"), "ID=答え"),
        (("--answer", "year:月=2026"), "そのような質問はありません"),
    ],
)
def test_bad_options_give_one_line(folder, more, said):
    plan = folder / "plan.xlsx"
    before = plan.read_bytes()
    done = xl("import", plan, folder / "ads.csv", *more)
    assert (done.code, plan.read_bytes() == before) == (2, True)
    assert said in done.err


def test_a_file_that_is_none_gives_one_line(folder):
    photo, people = folder / "photo.csv", folder / "people.csv"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
    people.write_bytes(text([["Record ID", "Email", "Create Date"], ["1", "a@example.com", "2026-04-01"]]).encode())
    told = ((photo, "表として読めません"), (people, "1行が1人"), (folder / "nothing.csv", "見つかりません"))
    for file, said in told:
        done = xl("import", folder / "plan.xlsx", file)
        assert done.code == 2
        assert said in done.err
        assert len(done.err.strip().splitlines()) == 1
