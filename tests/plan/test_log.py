"""履歴: a line for each entry that differs, with the person who is behind its value."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.agreement.books import template_plan
from xl_kpi.plan.history.log import TYPED, Writer
from xl_kpi.plan.records import MASTER, Decision, Proposal, Records

TANAKA, SATO, MORI = "tanaka@example.com", "sato@example.com", "mori@example.com"
CLICKS = "actual[ads:clicks][2026-04]"
STATE, COMMENT = "tbl_agreement[stage:mql].state", "tbl_agreement[stage:mql].comment"
WRITER = Writer(template_plan("default", "ja"), "山田", dt.datetime(2026, 5, 20, 10, 30), {})


def who(command: str, key: str, new: object, records: Records) -> str:
    (line,) = WRITER.differences(command, {}, {key: new}, records=records)
    return line.who


def said(key: str, *each: tuple[str, object], choice: str = "") -> Records:
    proposals = tuple(Proposal(key, person, "1", value) for person, value in each)
    decision = Decision(key, None, each[0][1], choice)
    return Records(proposals=proposals, decisions={key: decision})


@pytest.mark.parametrize(
    ("old", "new"),
    [(1084.7444712652086, 1084.744471265209), (2, 2.0), (None, ""), (dt.date(2026, 4, 1), dt.date(2026, 4, 1))],
)
def test_what_another_program_writes_otherwise_is_no_change(old, new):
    assert WRITER.differences(TYPED, {CLICKS: old}, {CLICKS: new}) == ()


@pytest.mark.parametrize(("old", "new"), [(1, True), (1084.74447126520, 1084.74447126521), ("2", 2), (0, None)])
def test_what_differs_is_one(old, new):
    (line,) = WRITER.differences(TYPED, {CLICKS: old}, {CLICKS: new})
    assert (line.who, line.old, line.new) == ("", old, new)


def test_a_value_that_came_back_says_whose_it_is():
    assert who("collect", CLICKS, 1200, said(CLICKS, (TANAKA, 1200))) == f"{TANAKA}（回収: 山田）"
    assert who("collect", CLICKS, 1200, said(CLICKS, (TANAKA, 1200), (SATO, 1200), (MORI, 7))) == (
        f"{SATO}、{TANAKA}（回収: 山田）"
    )
    assert who("regenerate", CLICKS, 1200, said(CLICKS, (TANAKA, 1200))) == "山田"
    assert who("collect", CLICKS, 5, Records()) == "山田"


def test_a_choice_says_who_made_it_and_whose_value_it_was():
    records = said(CLICKS, (TANAKA, 1200), (SATO, 1300), choice=TANAKA)
    assert who("regenerate", CLICKS, 1200, records) == f"山田（{TANAKA} の値を選択）"
    assert who("collect", CLICKS, 1000, said(CLICKS, (TANAKA, 1200), choice=MASTER)) == "山田（回収前の値を選択）"


def test_what_goes_with_an_answer_is_chosen_with_it():
    records = said(STATE, (SATO, "objected"), choice=SATO)
    assert who("collect", COMMENT, "多い", records) == f"山田（{SATO} の値を選択）"
