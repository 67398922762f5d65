"""``xl-kpi import``: downloaded files into a real workbook; what is unclear is asked, and nothing is written then."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.terminal import xl
from tests.exports.downloads import GA4, GOOGLE_JA, text
from xl_kpi.commands import open_workbook
from xl_kpi.commands.imports.files import look_into, previewed
from xl_kpi.commands.imports.questions import settled

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
    assert told["questions"][0]["choices"] == ["web", "leave"]  # of ads it counts nothing
    assert told["files"][0]["rows"] == {"read": 2, "used": 0, "left_out": [{"reason": "open", "count": 2}]}


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


def test_systems_and_channels_are_called_in_the_language_asked_for(folder):
    """The plan is Japanese; its data sources stay so."""
    plan, ads = folder / "plan.xlsx", folder / "ads.csv"
    done = xl("import", plan, ads, "--lang", "en")
    assert done.code == 0 and "ads.csv  Google Ads" in done.out and "Google広告" not in done.out
    assert "Ads" in done.out and "広告" not in done.out.partition("Actuals that change")[2]
    rows = open_workbook(plan, "ja").read.plan.tables["tbl_sources"].values()
    assert {row["system"] for row in rows} == {"Google広告"}


AGENCY = [["計測月", "媒体費", "クリッ数", "獲得", "メモ欄"], ["2026年4月", "30000", "60", "3", ""]]
AGENCY += [["2026年5月", "40000", "80", "4", "増額"]]
MAPPED = {"cost": 30_000, "clicks": 60, "cv": 3}  # of April; the KPIs of the channel of ads


def test_a_file_of_an_unknown_system_is_taken_in_by_its_map_and_needs_none_next_month(folder):
    plan, file, out = folder / "plan.xlsx", folder / "代理店_2026-04.csv", folder / "map.toml"
    file.write_bytes(text(AGENCY).encode("cp932"))
    before = plan.read_bytes()
    drafted = xl("import", plan, file, "--suggest", "-o", out)
    assert (drafted.code, plan.read_bytes() == before) == (0, True)
    assert "列「媒体費」→ 費用（確実: 見出しが「媒体費」）" in drafted.out
    assert '"クリッ数" = "clicks"' in out.read_text("utf-8")
    assert xl("import", plan, file, "--suggest", "-o", out).code == 3  # somebody may have corrected it
    out.write_text(out.read_text("utf-8").replace('"獲得" = ""', '"獲得" = "コンバージョン"'), "utf-8")
    done = xl("import", plan, file, "--map", out)
    assert done.code == 0, done.err
    assert {kpi: actuals(folder)[f"ads:{kpi}"] for kpi in MAPPED} == MAPPED
    read = open_workbook(plan, "ja").read.plan
    roles = [row["role"] for row in read.tables["tbl_maps"].values()]
    assert roles == ["month", "cost", "clicks", "conversions", "note"]
    assert {row["system"] for row in read.tables["tbl_sources"].values()} == {"代理店"}
    later = folder / "代理店_2026-05.csv"  # shuffled, with one more column, under another name
    shuffled = [[row[k] for k in (2, 0, 3, 1)] + ["x"] for row in (AGENCY[0], ["2026-05", "9", "8", "7"])]
    later.write_bytes(text(shuffled).encode())
    again = xl("import", plan, later, "--json")
    assert (again.code, json.loads(again.out)["questions"]) == (0, [])
    assert open_workbook(plan, "ja").read.plan.actuals["ads:cost", 1] == 9


def test_without_a_map_the_reading_is_asked_and_nothing_is_written(folder):
    plan, file = folder / "plan.xlsx", folder / "other.csv"
    file.write_bytes(text([AGENCY[0], *AGENCY[1:]]).replace("獲得", "獲得件数").encode())
    before = plan.read_bytes()
    asked = xl("import", plan, file, "--json")
    assert (asked.code, plan.read_bytes() == before) == (2, True)
    (question,) = json.loads(asked.out)["questions"]
    assert (question["id"], question["choices"]) == ("map:other.csv", ["use", "leave"])
    assert "媒体費＝費用" in question["text"] and "獲得件数＝コンバージョン" in question["text"]
    left = xl("import", plan, file, "--answer", "map:other.csv=leave")
    assert (left.code, actuals(folder).get("ads:cv")) == (0, None), left.err
    done = xl("import", plan, file, "--answer", "map:other.csv=use")
    assert (done.code, actuals(folder)["ads:cv"]) == (0, 3), done.err


def test_a_system_is_named_by_hand(folder):
    plan = folder / "plan.xlsx"
    done = xl("import", plan, folder / "ads.csv", "--as", "google_ads", "--dry-run", "--json")
    assert json.loads(done.out)["files"][0]["system"] == "google_ads"
    for more, said in (
        (("--as", "criteo"), "google_ads, meta"),
        (("--as", "zoom_webinar"), "zoom_webinar のファイルとして読めません"),
        (("-o", folder / "m.toml"), "--suggest"),
    ):
        wrong = xl("import", plan, folder / "ads.csv", *more)
        assert wrong.code == 2 and said in wrong.err, wrong.err


def test_a_renamed_column_of_a_known_system_is_asked_about_once(folder):
    plan, file = folder / "plan.xlsx", folder / "renamed.csv"
    file.write_bytes(text(ADS).replace("費用", "ご利用金額").encode())
    asked = xl("import", plan, file, "--json")
    (question,) = json.loads(asked.out)["questions"]
    assert (asked.code, question["id"], question["choices"]) == (2, "column:ご利用金額@renamed.csv", ["use", "leave"])
    done = xl("import", plan, file, "--answer", "column:ご利用金額@renamed.csv=use")
    assert (done.code, actuals(folder)["ads:cost"]) == (0, 220_000), done.err  # 120,450 + 99,550
    again = xl("import", plan, file, "--json")
    assert (again.code, json.loads(again.out)["questions"], json.loads(again.out)["writes"]) == (0, [], [])


def test_a_map_that_does_not_fit_is_told_column_by_column(folder):
    file, out = folder / "other.csv", folder / "map.toml"
    file.write_bytes(text([["計測月", "費"], ["2026-04", "5"]]).encode())
    out.write_text('[columns]\n"計測月" = "month"\n"媒体費" = "cost"\n"獲得" = "conversions"\n', "utf-8")
    told = xl("import", folder / "plan.xlsx", file, "--map", out)
    assert told.code == 2
    found = [line.split("→")[0] for line in told.err.strip().splitlines()]
    assert [("媒体費" in line, "獲得" in line) for line in found] == [(True, False), (False, True)]
    unused = xl("import", folder / "plan.xlsx", folder / "ads.csv", "--map", out)
    assert unused.code == 2 and "合うファイルがありません" in unused.err


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--channel", "tv"), "web, ads"),
        (("--answer", "channel"), "ID=答え"),
        (("--answer", "year:月=2026"), "そのような質問はありません。--answer を外すか、質問の名前を確かめてください"),
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
    people.write_bytes(text([["Attended", "Email", "Topic"], ["Yes", "a@example.com", "KPI"]]).encode())
    told = (
        (photo, "表として読めません"),
        (people, "どの月の人数か分かりません"),
        (folder / "nothing.csv", "見つかりません"),
    )
    for file, said in told:
        done = xl("import", folder / "plan.xlsx", file)
        assert done.code == 2
        assert said in done.err
        assert len(done.err.strip().splitlines()) == 1


def test_an_answer_that_another_one_makes_needless_is_no_fault(folder):
    # 05/03: with the day first it is 5 March, before the plan begins, so that nobody needs its channel any more
    rows = [GA4, *([day, "Organic Search", "120", "3", "0.5"] for day in ("05/03/2026", "06/03/2026"))]
    (folder / "days.csv").write_bytes(text(rows).encode())
    heard = []

    def ask(found, given):
        heard.append([question.id.partition(":")[0] for question in found.questions])
        return {one.id: "day_first" if one.id.startswith("day_order") else "web" for one in found.questions}

    source = look_into(folder / "plan.xlsx", [folder / "days.csv"], words="ja")
    done = settled(lambda given, heard: previewed(source, answers=given, heard=heard), ask)
    assert heard == [["day_order", "channel"]] and (done.questions, done.writes) == ((), ())
    assert done.files[0][1].outside
