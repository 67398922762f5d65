"""Leads of lists that say nothing of where they come from: the usual channel, the plan's table, or one question."""

from __future__ import annotations

import datetime as dt

import pytest

import workbook_templates
from tests.exports.made import text
from tests.exports.made_people import people
from xl_kpi.errors import BadFile
from xl_kpi.exchange.exports.figures import ORIGINS, with_origins
from xl_kpi.exchange.leads.source import table_in
from xl_kpi.exchange.leads.taking import ListFile, taken_lists
from xl_kpi.plan.imported.questions import Asked
from xl_kpi.plan.model import Plan
from xl_kpi.plan.source import plan_from_source

FILES = {one.name: one.data for one in people()}
SATORI = "channel:SATORI（流入元なし）"


@pytest.fixture(scope="module")
def plan() -> Plan:
    made = plan_from_source(workbook_templates.source("default"), "ja", "default")
    return made.with_(start=dt.date(2026, 4, 1), actuals={})


def taken(plan: Plan, name: str, data: bytes, answers: dict[str, str] | None = None, channel: str = ""):
    """KPI → leads, the list, ids of questions."""
    asked = Asked(answers or {})
    block, others = table_in(data, name)
    (one,) = taken_lists([ListFile(name, block, others)], plan, asked, channel=channel)
    return {figure.link: int(figure.value) for figure in one.batch.figures}, one, [ask.id for ask in asked.open]


@pytest.mark.parametrize(("name", "count"), [("eight.csv", 2), ("sansan.csv", 3)])
def test_cards_are_those_of_the_trade_show_by_the_day_they_were_exchanged(plan, name, count):
    counted, one, asked = taken(plan, name, FILES[name])
    assert (counted, asked) == ({"trade_show.cards": count}, [])
    assert [note.key for note in one.notes] == ["leads_usual_channel"] and one.batch.figures[0].month.month == 4
    counted, one, _ = taken(plan, name, FILES[name], channel="web")
    assert (counted, one.notes) == ({"web.cv": count}, ())
    without = plan.with_(channels=[one for one in plan.channels if one.id != "trade_show"])
    assert len(taken(without, name, FILES[name])[2]) == 1


def test_a_list_without_a_source_is_asked_about_once(plan):
    counted, _, asked = taken(plan, "satori.csv", FILES["satori.csv"])
    assert (counted, asked) == ({}, [SATORI])
    counted, one, asked = taken(plan, "satori.csv", FILES["satori.csv"], {SATORI: "web"})
    assert (counted, asked) == ({"web.cv": 1}, [])
    remembered = with_origins(plan, one.origins)
    assert [row["channel"] for row in remembered.tables[ORIGINS].values()] == ["サービスサイト"]
    assert taken(remembered, "satori.csv", FILES["satori.csv"])[::2] == ({"web.cv": 1}, [])


@pytest.mark.parametrize(("answer", "leads"), [("none", 1), ("leave", 0)])
def test_no_channel_and_not_imported_are_remembered_too(plan, answer, leads):
    _, one, asked = taken(plan, "satori.csv", FILES["satori.csv"], {SATORI: answer})
    assert (one.batch.figures, one.leads, asked) == ((), leads, [])
    counted, again, asked = taken(with_origins(plan, one.origins), "satori.csv", FILES["satori.csv"])
    assert (counted, again.leads, asked) == ({}, leads, [])


def test_rows_without_a_source_beside_others_are_asked_about_once_their_names_are_known(plan):
    rows = [["リードID", "流入元", "登録日"], ["1", "紹介", "2026/4/1"], ["2", "", "2026/4/2"], ["3", "-", "2026/4/3"]]
    data, named = text(rows).encode(), {"channel:紹介": "ads"}
    assert taken(plan, "a.csv", data)[2] == ["channel:紹介"]
    blank = "channel:リードの一覧（流入元なし）"
    assert taken(plan, "a.csv", data, named)[::2] == ({"ads.cv": 1}, [blank])
    assert taken(plan, "a.csv", data, {**named, blank: "web"})[0] == {"ads.cv": 1, "web.cv": 2}
    counted, one, _ = taken(plan, "a.csv", data, {**named, blank: "leave"})
    assert (counted, one.leads) == ({"ads.cv": 1}, 1)


def test_a_list_without_days_is_refused_in_one_line_and_read_with_them(plan):
    with pytest.raises(BadFile) as refused:
        taken(plan, "bownow.csv", FILES["bownow.csv"])
    assert refused.value.key == "leads_no_dates"
    rows = [
        ["会社・組織名", "ステータス", "セッション数", "PV数", "CV数", "登録日"],
        ["A", "新規", "3", "1", "1", "2026/04/09"],
    ]
    assert taken(plan, "bownow.csv", text(rows).encode(), channel="web")[0] == {"web.cv": 1}
    counted, _, asked = taken(plan, "pardot.csv", FILES["pardot.csv"])  # Web is told by its name
    assert (counted["web.cv"], asked) == (1, [])


def test_what_people_did_who_are_not_imported_is_not_listed(plan):
    rows = [
        ["Email", "Event", "Date", "Source"],
        ["a@x", "lead", "2026-04-01", ""],
        ["a@x", "資料請求", "2026-04-02", ""],
    ]
    rows += [
        ["b@x", "lead", "2026-04-01", "Web"],
        ["b@x", "資料請求", "2026-04-03", "Web"],
        ["c@x", "閲覧", "2026-04-03", ""],
    ]
    data = text(rows).encode()
    _, one, asked = taken(plan, "did.csv", data)
    assert [id_.startswith("channel:") for id_ in asked] == [True]
    counted, one, _ = taken(plan, "did.csv", data, {asked[0]: "leave"})
    assert (counted, one.leads, len(one.touches)) == ({"web.cv": 1}, 2, 2)  # c has no stage: nothing was asked about it


def test_rows_with_the_days_of_two_stages_are_leads_though_nothing_says_who_they_are(plan):
    rows = [["リード日", "MQL日", "チャネル"], ["2026-04-01", "2026-04-03", "広告"], ["2026-04-01", "", "広告"]]
    counted, one, asked = taken(plan, "days.csv", text(rows).encode())
    assert (counted, asked) == ({"ads.cv": 2, "stage:mql": 1}, [])
    assert len({row["number"] for row in one.listed}) == 2
