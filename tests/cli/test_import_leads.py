"""``xl-kpi import`` of lists of leads: actuals by month and channel, rows on リード一覧, nothing of who they are."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from tests.cli.terminal import xl
from tests.exchange.sent_books import ONLY_READ
from tests.leads.made_leads import SOURCES, STAGES, persons, world
from xl_kpi.commands import open_workbook

pytestmark = pytest.mark.slow  # whole workbooks are written and read back

CHANNELS = {**SOURCES, "紹介": "web"}
MONTHS, COUNT = 4, 120
ANSWERS = [f"--answer=channel:{name}={to}" for name, to in CHANNELS.items()]


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A standard plan of a few months from April 2026 on, and a list of leads before, in and after them."""
    folder = tmp_path_factory.mktemp("leads")
    pages = [f"--set=page_{page}=×" for page in ONLY_READ]
    assert xl("new", folder / "plan.xlsx", "--start", "2026-04", "--months", str(MONTHS), *pages).code == 0
    persons(world(COUNT), folder / "leads.csv", encoding="cp932")
    return folder


@pytest.fixture
def folder(made, tmp_path) -> Path:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def plan_of(folder: Path):
    return open_workbook(folder / "plan.xlsx", "ja").read.plan


def counted(frame) -> Counter:
    """(what the plan counts, month of the plan) → how many, by hand from the frame."""
    found: Counter = Counter()
    kpis = {"web": "web:cv", "ads": "ads:cv", "trade_show": "trade_show:cards"}
    for row in frame.to_dict("records"):
        for stage in STAGES:
            if (day := row[f"at_{stage}"]) is None:
                continue
            position = (day.year - 2026) * 12 + day.month - 4
            if position >= MONTHS:
                continue
            channel = CHANNELS[row["source"]]
            found[kpis[channel] if stage == "leads" else f"stage:{stage}", position] += 1
            if (stage, channel) == ("opportunities", "trade_show"):
                found["trade_show:opps", position] += 1
    return found


def test_a_list_becomes_actuals_and_rows_and_again_changes_nothing(folder):
    plan, leads = folder / "plan.xlsx", folder / "leads.csv"
    done = xl("import", plan, leads, *ANSWERS)
    assert done.code == 0, done.err
    assert plan_of(folder).actuals == counted(world(COUNT))
    rows = plan_of(folder).tables["tbl_leads"]
    assert len(rows) == COUNT and {len(row.keys() & {"person", "company", "mail"}) for row in rows.values()} == {0}
    first = rows["r1"]
    truth = world(COUNT).to_dict("records")[0]
    names = {"web": "サービスサイト", "ads": "広告", "trade_show": "展示会"}
    channel = names[CHANNELS[truth["source"]]]
    assert (first["number"], first["leads"], first["channel"]) == (truth["lead"], truth["at_leads"], channel)
    assert plan_of(folder).settings["page_lead_list"] == "on"
    before = plan.read_bytes()
    again = xl("import", plan, leads)  # the answers are remembered, and nothing is new
    assert (again.code, plan.read_bytes() == before) == (0, True)
    assert f"そのまま{COUNT}行" in again.out

    # a corrected list: the first lead goes, the last one comes a month later than it did
    frame = world(COUNT).iloc[1:].copy()
    persons(frame, leads)
    assert xl("import", plan, leads).code == 0
    left = dict.fromkeys(counted(world(COUNT)).keys() - counted(frame).keys(), 0)  # months of which the last lead went
    assert plan_of(folder).actuals == dict(counted(frame)) | left
    assert len(plan_of(folder).tables["tbl_leads"]) == COUNT  # a row of another number may have been typed: it stays


def test_a_preview_in_json_says_what_was_read_and_what_is_odd(folder):
    text = "リードID,流入元,リード獲得日,MQL化日,メモ\n1,紹介,2026/4/9,2026/4/1,x\n2,紹介,2026/4/9,,\n合計,,,,\n"
    (folder / "odd.csv").write_text(text, "utf-8")
    done = xl("import", folder / "plan.xlsx", folder / "odd.csv", "--json", "--dry-run", "--answer=channel:紹介=web")
    assert done.code == 0, done.err
    (file,) = json.loads(done.out)["files"]
    assert (file["leads"], file["reached"]) == (2, {"leads": 2, "mql": 1})
    assert file["problems"] == [{"kind": "reversed", "count": 1, "rows": [2]}]
    assert file["columns"] == {
        "リードID": "id", "流入元": "source", "リード獲得日": "at_leads", "MQL化日": "at_mql", "メモ": "",
    }  # fmt: skip
    assert file["rows"] == {"read": 3, "used": 2, "left_out": [{"reason": "total", "count": 1}]}


def test_more_leads_than_a_list_holds_are_never_named(folder):
    persons(world(5100), folder / "many.csv")
    plan = folder / "plan.xlsx"
    before = plan.read_bytes()
    done = xl("import", plan, folder / "many.csv", "--with-leads", *ANSWERS)
    assert (done.code, plan.read_bytes() == before) == (2, True)
    assert "5,100件" in done.err and "--with-leads" in done.err
    assert xl("import", plan, folder / "many.csv", *ANSWERS).code == 0
    assert plan_of(folder).actuals == counted(world(5100))
    assert "tbl_leads" not in plan_of(folder).tables


@pytest.mark.long
def test_two_lists_that_may_count_the_same_are_asked_about(folder):
    plan = folder / "plan.xlsx"
    assert xl("import", plan, folder / "leads.csv", *ANSWERS).code == 0
    before = plan_of(folder).actuals
    deals = "Record ID,Deal Name,Deal Stage,Amount,Create Date,Close Date\n9,A,closedwon,1000,2026-06-15,2026-07-20\n"
    (folder / "deals.csv").write_text(deals, "utf-8")
    asked = xl("import", plan, folder / "deals.csv", "--channel", "web", "--json")
    assert asked.code == 2
    ids = {one["id"] for one in json.loads(asked.out)["questions"]}
    assert ids == {"twice:stage:opportunities:HubSpot 取引", "twice:stage:orders:HubSpot 取引"}
    answers = [f"--answer={id_}=keep" for id_ in ids]
    assert xl("import", plan, folder / "deals.csv", "--channel", "web", *answers).code == 0
    assert plan_of(folder).actuals == before
    answered = plan.read_bytes()
    again = xl("import", plan, folder / "deals.csv", "--channel", "web")  # the decision is remembered
    assert (again.code, plan.read_bytes() == answered) == (0, True)


def test_who_they_are_enters_only_on_demand_and_never_leaves_by_mail(folder):
    plan = folder / "plan.xlsx"
    frame = world(40)
    frame.loc[0, ["lead", "company", "mail", "lost_reason"]] = [
        "PLANTED-NUMBER", "PLANTED-COMPANY", "planted@mail.example", "PLANTED-REASON",
    ]  # fmt: skip
    frame.loc[0, "outcome"] = "lost"
    persons(frame, folder / "few.csv")
    assert xl("import", plan, folder / "few.csv", "--with-leads", *ANSWERS).code == 0
    row = plan_of(folder).tables["tbl_leads"]["r1"]
    assert (row["company"], row["mail"]) == ("PLANTED-COMPANY", "planted@mail.example")
    assert xl("import", plan, folder / "few.csv").code == 0  # without: what is there stays
    assert plan_of(folder).tables["tbl_leads"]["r1"] == row
    people = "名前,部署,メール,担当チャネル\n山田,マーケティング,yamada@example.com,広告\n"
    people += "佐藤,インサイドセールス,sato@example.com,\n"
    (folder / "people.csv").write_text(people, "utf-8")
    sent = xl("distribute", plan, "--to", folder / "people.csv", "-o", folder / "out")
    assert sent.code == 0, sent.err
    books = [path for path in (folder / "out").rglob("*") if path.is_file()]
    assert [path for path in books if path.suffix == ".xlsx"] and [path for path in books if path.suffix == ".eml"]
    secrets = ("PLANTED", "planted@mail", "会社1", "p1@example", "L00001")
    assert [one for one in secrets if any(one in part for part in parts_of(plan))] == list(secrets)  # it finds them
    told = {one: path.name for path in books for part in parts_of(path) for one in secrets if one in part}
    assert told == {}


def parts_of(path: Path):
    """Every part of a file as text; of a mail its attachments too."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as package:
            yield from (package.read(name).decode("utf-8", "replace") for name in package.namelist())
    elif path.suffix == ".eml":
        import email
        import io

        for part in email.message_from_bytes(path.read_bytes()).walk():
            payload = part.get_payload(decode=True) or b""
            yield payload.decode("utf-8", "replace")
            if payload.startswith(b"PK"):
                with zipfile.ZipFile(io.BytesIO(payload)) as package:
                    yield from (package.read(name).decode("utf-8", "replace") for name in package.namelist())
    else:
        yield path.read_text("utf-8", "replace")
