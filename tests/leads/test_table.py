"""One shape for every list: what its columns mean, a row a person or an event, deals, what is asked."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.leads.made_leads import plan
from xl_kpi.errors import BadFile
from xl_kpi.exchange.leads.reading import read_leads
from xl_kpi.plan.imported.questions import Asked


def read(path, text, *, answers=None, of=None, encoding="utf-8", **more):
    """The rows of a list as dictionaries, its roles and the questions that are open."""
    path.write_bytes(text.encode(encoding))
    asked = Asked(answers or {})
    with read_leads([path], of or plan(), asked, **more) as found:
        roles, leads = found[0].roles, found[0].leads
        frame = leads.table.execute().astype(object)
        rows = frame.where(frame.notna(), None).sort_values("row").to_dict("records")
        for row in rows:
            for key, value in row.items():
                if key.startswith("at_") or key == "closed":
                    row[key] = None if value is None else value.date() if hasattr(value, "date") else value
        return rows, roles, asked, leads


def test_hubspot_contacts_by_their_became_dates(tmp_path):
    text = (
        "Record ID,Email,Lifecycle Stage,Create Date,Original Source,Became a Lead Date,"
        "Became a Marketing Qualified Lead Date,Became a Customer Date\n"
        "1,A@Example.com,Customer,2026-03-31 23:00,検索広告,2026-04-01 09:14,2026-04-10 10:00,2026-06-01 12:00\n"
        "2,b@example.com,Lead,2026-04-02,自然検索,,,\n"
    )
    rows, roles, asked, leads = read(tmp_path / "contacts.csv", text)
    assert (roles.system, roles.kind, asked.open) == ("hubspot_contact", "leads", [])
    assert leads.dated == ("leads", "mql", "orders")
    first, second = rows
    assert (first["at_leads"], first["at_mql"], first["at_orders"]) == (
        dt.date(2026, 4, 1), dt.date(2026, 4, 10), dt.date(2026, 6, 1),
    )  # fmt: skip
    assert (first["outcome"], first["closed"], first["mail"]) == ("won", dt.date(2026, 6, 1), "a@example.com")
    # no day of becoming a lead: the day of its creation; where it stands now gives it no further day
    assert (second["at_leads"], second["at_mql"], second["stage"]) == (dt.date(2026, 4, 2), None, "leads")


def test_deals_close_on_their_day_only_when_they_are_won(tmp_path):
    text = (
        "Record ID,Deal Name,Deal Stage,Amount,Create Date,Close Date\n"
        '9,A,closedwon,"1,200,000.50",3/15/2026 2:30 PM,4/20/2026 1:00 PM\n'
        "10,B,proposal,500000,4/1/2026 9:00 AM,9/30/2026 9:00 AM\n"
        "11,C,closedlost,300000,4/2/2026 9:00 AM,5/25/2026 9:00 AM\n"
    )
    rows, roles, asked, leads = read(tmp_path / "deals.csv", text, channel="web")
    assert (roles.kind, leads.dated, asked.open) == ("deals", ("opportunities", "orders"), [])
    won, still, lost = rows
    assert (won["at_opportunities"], won["at_orders"], str(won["amount"])) == (
        dt.date(2026, 3, 15), dt.date(2026, 4, 20), "1200000.50",
    )  # fmt: skip
    assert (still["at_orders"], still["closed"], still["outcome"]) == (None, None, None)  # only expected
    assert (lost["outcome"], lost["closed"], lost["at_orders"]) == ("lost", dt.date(2026, 5, 25), None)
    assert {row["channel"] for row in rows} == {"web"}


def test_salesforce_opportunities_in_japanese(tmp_path):
    text = (
        "商談名,取引先名,フェーズ,金額,作成日,完了予定日,失注理由,商談 所有者\n"
        "A案件,A社,受注,1000000,2026/04/01,2026/05/10,,山田\nB案件,B社,失注,200000,2026/04/02,2026/05/11,予算,山田\n"
        "C案件,C社,提案,300000,2026/04/03,2026/12/31,,山田\n"
    )
    rows, roles, asked, leads = read(tmp_path / "opp.csv", text, encoding="cp932")
    assert (roles.system, leads.dated) == ("salesforce_opportunity", ("opportunities", "orders"))
    assert [(row["lead"], row["outcome"], row["at_orders"]) for row in rows] == [
        ("#2", "won", dt.date(2026, 5, 10)), ("#3", "lost", None), ("#4", None, None),
    ]  # fmt: skip
    assert [row["lost_reason"] for row in rows] == [None, "予算", None]


def test_stages_are_found_by_the_names_of_the_plan(tmp_path):
    own = plan(stages=("leads", "mql", "demo", "orders"))
    text = "リードID,流入元,リード日,MQL化日,製品デモ日,受注日\n1,紹介,2026/4/1,2026/4/2,2026/4/9,\n"
    rows, roles, asked, leads = read(tmp_path / "own.csv", text, of=own)
    assert leads.dated == ("leads", "mql", "demo")
    assert rows[0]["at_demo"] == dt.date(2026, 4, 9)


def test_events_become_one_row_for_each_lead(tmp_path):
    text = (
        "リードID,イベント,日時,流入元,コンテンツ名,滞在時間\n"
        "1,MQL,2026-04-20 10:00,紹介,,\n1,MQL,2026-04-11 10:00,,,\n"
        "1,資料請求,2026-04-01 10:00,検索広告,導入事例集,120\n"
        "1,リード,2026-04-01 10:00,検索広告,,\n2,リード,2026-04-03,展示会2026春,,\n2,失注,2026-06-04,,,\n"
    )
    rows, roles, asked, leads = read(tmp_path / "events.csv", text)
    assert asked.open == [] and leads.dated == ("leads", "mql")
    one, two = sorted(rows, key=lambda row: row["lead"])
    assert (one["at_mql"], one["channel"], one["source"]) == (
        dt.date(2026, 4, 11),
        "ads",
        "検索広告",
    )  # the first of each
    assert (two["outcome"], two["closed"]) == ("lost", dt.date(2026, 6, 4))


def test_rows_that_may_be_persons_or_events_are_asked_about(tmp_path):
    text = "リードID,ステージ,日付,流入元\n1,MQL,2026-04-11,紹介\n2,リード,2026-04-12,紹介\n"
    _, _, asked, leads = read(tmp_path / "either.csv", text)
    assert [(one.id, one.choices) for one in asked.open] == [("rows@either.csv", ("person", "event"))]
    rows, _, asked, leads = read(tmp_path / "either.csv", text, answers={"rows": "event"})
    assert asked.open == [] and leads.dated == ("leads", "mql")
    text = "リードID,ステージ,作成日,流入元\n1,MQL,2026-04-11,紹介\n1,SQL,2026-04-12,紹介\n"
    _, _, asked, _ = read(tmp_path / "either.csv", text)
    assert [one.id for one in asked.open] == ["rows@either.csv"]


def test_the_order_of_day_and_month_and_sources_are_asked(tmp_path):
    text = "リードID,流入元,リード獲得日\n1,口コミ,03/04/2026\n2,紹介,05/06/2026\n"
    rows, _, asked, _ = read(tmp_path / "open.csv", text)
    assert {one.id for one in asked.open} == {"day_order:リード獲得日@open.csv", "channel:口コミ"}
    assert [row["at_leads"] for row in rows] == [None, None]
    answers = {"day_order:リード獲得日": "day_first", "channel:口コミ": "leave"}
    rows, _, asked, leads = read(tmp_path / "open.csv", text, answers=answers)
    assert [(row["lead"], row["at_leads"]) for row in rows] == [("2", dt.date(2026, 6, 5))]
    assert asked.open == []


def test_a_day_that_decides_the_order_decides_it_for_its_column(tmp_path):
    text = "リードID,流入元,リード獲得日\n1,紹介,03/04/2026\n2,紹介,25/04/2026\n3,紹介,いつか\n4,紹介,\n"
    rows, _, asked, _ = read(tmp_path / "order.csv", text)
    assert asked.open == []
    assert [row["at_leads"] for row in rows] == [dt.date(2026, 4, 3), dt.date(2026, 4, 25), None, None]


def test_several_rows_of_a_person_are_one_lead(tmp_path):
    text = "リードID,流入元,リード獲得日,MQL化日\n1,紹介,2026/5/2,\n1,検索広告,2026/4/1,2026/4/8\n2,紹介,2026/4/3,\n"
    rows, _, _, _ = read(tmp_path / "twice.csv", text)
    assert [(row["lead"], row["at_leads"], row["at_mql"], row["source"]) for row in rows] == [
        ("1", dt.date(2026, 4, 1), dt.date(2026, 4, 8), "紹介"), ("2", dt.date(2026, 4, 3), None, "紹介"),
    ]  # fmt: skip


def test_an_address_never_becomes_the_number_of_a_lead(tmp_path):
    text = "ID,流入元,リード獲得日\nA@Example.com,紹介,2026/4/1\n"
    rows, _, _, _ = read(tmp_path / "mails.csv", text)
    assert (rows[0]["lead"], rows[0]["mail"]) == ("#2", "a@example.com")


@pytest.mark.parametrize(
    "text",
    ["日付,チャネル,金額\n2026/4/1,広告,100\n", "チャネル,業種,失注理由\n広告,製造,予算\n", "あ,い\n1,2\n"],
)
def test_what_is_no_list_of_leads_is_refused(tmp_path, text):
    with pytest.raises(BadFile):
        read(tmp_path / "other.csv", text)


def test_totals_and_blank_rows_are_left_out(tmp_path):
    text = "リードID,流入元,リード獲得日\n1,紹介,2026/4/1\n合計,,\n,,\n2,紹介,2026/4/2\n"
    rows, _, _, _ = read(tmp_path / "totals.csv", text)
    assert [(row["lead"], row["row"]) for row in rows] == [("1", 2), ("2", 5)]
