"""Lists of what people did, known by an address alone: one lead an address, linked to those that are known by it."""

from __future__ import annotations

import pytest

from tests.leads.made_leads import plan
from xl_kpi.exchange.leads.source import table_in
from xl_kpi.exchange.leads.taking import ListFile, taken_lists
from xl_kpi.plan.imported.questions import Asked

ACTIONS = (
    "メールアドレス,行動日,行動の種類,コンテンツ名\na@x.jp,2026/4/1,資料請求,事例集\nA@X.jp ,2026/4/3,セミナー参加,春\n"
    "b@x.jp,2026/4/3,ページ閲覧,料金\n,2026/4/5,ページ閲覧,料金\n"
)
LEADS = "リードID,メールアドレス,流入元,リード獲得日\n7,a@x.jp,紹介,2026/4/1\n8,c@x.jp,紹介,2026/4/2\n"


def taken(*texts, of=None, **more):
    files = []
    for at, text in enumerate(texts):
        block, others = table_in(text.encode(), f"{at}.csv")
        files.append(ListFile(f"{at}.csv", block, others))
    asked = Asked()
    return taken_lists(files, of or plan(), asked, **more), asked


@pytest.mark.parametrize(
    "text",
    [
        ACTIONS,
        "Email,Activity Date,Activity Type\na@x.jp,2026-04-01,Download\na@x.jp,2026-04-02,Webinar\n"
        "b@x.jp,2026-04-02,Webinar\n",
        "メール,日時,種別,コンテンツ\na@x.jp,2026-04-01,資料DL,事例\na@x.jp,2026-04-02,閲覧,料金\nb@x.jp,2026-04-02,閲覧,料金\n",
    ],
)
def test_one_lead_an_address(text):
    (one,), asked = taken(text)
    assert (one.system, one.leads, len(one.listed), len(one.touches), asked.open) == ("lead_events", 2, 2, 3, [])
    assert {row["number"] for row in one.touches} == {row["number"] for row in one.listed}
    assert "@" not in str(one.listed) + str(one.touches)


def test_actions_of_nobody_are_told():
    (one,), _ = taken(ACTIONS)
    assert [(odd.kind, odd.count, odd.rows) for odd in one.problems if odd.kind == "no_person"] == [
        ("no_person", 1, (5,))
    ]


def test_actions_go_to_the_lead_of_the_same_address():
    (leads, actions), _ = taken(LEADS, ACTIONS)
    assert [row["number"] for row in leads.listed] == ["7", "8"]
    assert [row["number"] for row in actions.touches][:2] == ["7", "7"]
    assert len(actions.listed) == 1  # b@x.jp, whom nobody else knows
    rows = {"r1": {"number": "7", "mail": "a@x.jp", "source": "紹介"}}
    known = plan().with_(tables={**plan().tables, "tbl_leads": rows})
    (actions,), _ = taken(ACTIONS, of=known)
    assert ([row["number"] for row in actions.touches][:2], len(actions.listed)) == (["7", "7"], 1)
