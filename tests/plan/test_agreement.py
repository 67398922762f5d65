"""合意 (K12): what has to be agreed, what becomes of an answer, and what ``check`` says about it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tests.agreement.books import template_plan
from tests.told import told
from xl_kpi.catalog.agreement import changed_by
from xl_kpi.catalog.messages import line
from xl_kpi.plan.agreement import (
    Item,
    items,
    numbers,
    numbers_before,
    reopened,
    status,
    to_answer_again,
    unsettled,
    with_numbers,
)
from xl_kpi.plan.checks import check
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.model import Answer
from xl_kpi.plan.records import Change

# C1: 50 customers from 1,800 leads (domain, case C1).
C1 = template_plan("c1", "ja")
DEFAULT = template_plan("default", "ja")
DAY = dt.date(2026, 4, 3)


def answered(plan, **answers):
    """The plan with answers; ``stage_leads`` stands for stage:leads."""
    return plan.with_(answers={key.replace("_", ":", 1): answer for key, answer in answers.items()})


def test_every_stage_and_every_channel_that_is_on_has_to_be_agreed():
    keys = {item.key for item in items(DEFAULT)}
    assert keys == {f"stage:{stage.id}" for stage in DEFAULT.stages} | {
        f"channel:{channel.id}" for channel in DEFAULT.channels_on
    }
    off = DEFAULT.with_(channels=tuple(replace(one, on=one.id != "ads") for one in DEFAULT.channels))
    assert {item.key for item in items(DEFAULT)} - {item.key for item in items(off)} == {"channel:ads"}


def test_the_numbers_of_a_department_stand_together():
    departments = [item.department for item in items(DEFAULT)]
    assert departments == sorted(departments, key=departments.index)
    # marketing owns leads and MQL, inside sales SQL and opportunities, field sales the rest (domain K6)
    assert list(dict.fromkeys(departments)) == ["マーケティング", "インサイドセールス", "フィールドセールス"]


def test_a_channel_of_a_stage_that_is_gone_is_not_asked():
    lost = DEFAULT.with_(channels=tuple(replace(one, stage="gone") for one in DEFAULT.channels))
    assert {item.key.partition(":")[0] for item in items(lost)} == {"stage"}


def test_the_numbers_of_c1():
    asked = numbers(C1)
    assert asked["stage:leads"] == 1800 and asked["stage:orders"] == 50
    in_plan = sum(asked[item.key] for item in items(C1) if item.channel is not None)
    assert in_plan == pytest.approx(1800, rel=1e-12)  # no lags: all leads fall into the plan


def test_an_item_knows_its_place_in_the_plan():
    first, *_ = items(C1)
    assert first == Item("stage:leads", C1.stages[0].owner, "リード", 0)


@pytest.mark.parametrize(
    ("answer", "number", "found"),
    [
        (Answer(), 1800, "open"),
        (Answer(by="佐藤", comment="検討中"), 1800, "open"),
        (Answer("objected", value=1800.0), 1800, "objected"),
        (Answer("objected", value=900.0), 1800, "objected"),
        (Answer("agreed", value=1800.0), 1800, "agreed"),
        (Answer("agreed"), 1800, "agreed"),  # said about no number in particular
        (Answer("agreed", value=1800.0), 1808, "agreed"),  # 0.44 %
        (Answer("agreed", value=1800.0), 1810, "changed"),  # 0.56 %
        (Answer("agreed", value=1800.0), 1791, "agreed"),  # exactly 0.5 %
        (Answer("agreed", value=1800.0), 1790, "changed"),
        (Answer("agreed", value=0.0), 0, "agreed"),
        (Answer("agreed", value=0.0), 0.1, "changed"),
    ],
)
def test_what_becomes_of_an_answer(answer, number, found):
    assert status(answer, number) == found


def test_half_a_percent_is_the_rule():
    # stated on the sheet and in the glossary as 0.5 %
    assert changed_by() == 0.005


def test_an_answer_gets_the_number_that_it_is_about():
    plan = with_numbers(answered(C1, stage_leads=Answer("agreed", "佐藤"), stage_orders=Answer("", "田中")))
    assert plan.answers["stage:leads"] == Answer("agreed", "佐藤", value=1800.0)
    assert plan.answers["stage:orders"].value == ""  # nothing was answered yet


def test_a_number_that_stands_there_stays():
    plan = answered(C1, stage_leads=Answer("agreed", value=1500.0))
    assert with_numbers(plan) is plan
    assert with_numbers(plan, entries_of(plan)) is plan


def test_who_answers_again_means_the_present_number():
    before = answered(C1, stage_leads=Answer("agreed", "佐藤", DAY, value=1500.0))
    again = answered(C1, stage_leads=Answer("agreed", "佐藤", dt.date(2026, 5, 1), value=1500.0))
    assert with_numbers(again, entries_of(before)).answers["stage:leads"].value == 1800.0
    by_hand = answered(C1, stage_leads=Answer("agreed", "鈴木", DAY, value=1700.0))
    assert with_numbers(by_hand, entries_of(before)).answers["stage:leads"].value == 1700.0


def test_the_number_goes_with_an_answer_that_was_taken_back():
    before = answered(C1, stage_leads=Answer("agreed", "佐藤", DAY, value=1800.0))
    cleared = answered(C1, stage_leads=Answer("", "佐藤", DAY, value=1800.0))
    assert with_numbers(cleared, entries_of(before)).answers["stage:leads"].value == ""
    typed = answered(C1, stage_leads=Answer("", "佐藤", DAY, value=1700.0))  # somebody wants it there
    assert with_numbers(typed, entries_of(before)) is typed


def test_another_programs_last_digit_is_no_new_answer():
    """1084.7444712652086 comes back from LibreOffice with 15 digits: it is the same number."""
    before = answered(C1, stage_leads=Answer("agreed", "佐藤", DAY, value=1084.7444712652086))
    again = answered(C1, stage_leads=Answer("agreed", "佐藤", dt.date(2026, 5, 1), value=1084.744471265209))
    assert with_numbers(again, entries_of(before)).answers["stage:leads"].value == 1800.0


def test_an_agreement_to_another_number_is_blank_again_but_for_its_comment():
    moved, still = Answer("agreed", "佐藤", DAY, "前年並み", 1500.0), Answer("agreed", "佐藤", DAY, "", 1800.0)
    assert to_answer_again(answered(C1, stage_leads=moved), ["stage:leads", "stage:gone"]) == ["stage:leads"]
    assert to_answer_again(answered(C1, stage_leads=still), ["stage:leads"]) == []
    plan = reopened(answered(C1, stage_leads=moved, stage_orders=still), ["stage:leads"])
    assert plan.answers == {"stage:leads": Answer(comment="前年並み"), "stage:orders": still}


def test_what_had_been_agreed_to_is_in_the_history():
    time, key = dt.datetime(2026, 5, 1, 9), "tbl_agreement[stage:leads].value"
    history = [Change(time, "", "distribute", key, "", 1500.0, None)]
    assert numbers_before(C1, history, "distribute") == {"stage:leads": 1500.0}
    assert numbers_before(C1, history, "collect") == {}
    assert numbers_before(answered(C1, stage_leads=Answer("agreed")), history, "distribute") == {}


def test_an_answer_about_what_is_off_stays_as_it_is():
    plan = answered(C1, channel_gone=Answer("agreed"))
    assert with_numbers(plan) is plan


def test_a_new_plan_is_not_reminded():
    assert unsettled(DEFAULT) == [] and check(DEFAULT) == []
    assert unsettled(answered(DEFAULT, stage_leads=Answer(by="佐藤"))) == []


def test_check_names_what_is_not_settled():
    plan = answered(
        DEFAULT,
        stage_leads=Answer("objected", "佐藤", DAY, "多すぎる\n半分なら可能"),
        stage_mql=Answer("agreed", "佐藤", DAY, value=1000.0),
        channel_ads=Answer("agreed", value=numbers(DEFAULT)["channel:ads"]),
    )
    found = told(check(plan), "ja")
    assert {fault.level for fault in found} == {"warning"}
    assert [(fault.cell, fault.line()) for fault in found] == [
        (
            "tbl_agreement[stage:leads].state",
            "tbl_agreement[stage:leads].state: 「異議」 → マーケティングがリード（5,000）に異議を出しています"
            "（佐藤：多すぎる 半分なら可能）。着手前に調整し、回答を更新してください",
        ),
        (
            "tbl_agreement[stage:mql].state",
            "tbl_agreement[stage:mql].state: 「合意」 → マーケティングが合意したあと、MQLの数値が1,000から1,250に"
            "変わりました。あらためて確認し、「回答時の数値」を空欄に戻してください",
        ),
        (
            "tbl_agreement[channel:web].state",
            "tbl_agreement[channel:web].state: （空欄） → マーケティングの回答を待っています: "
            "3項目（サービスサイト、ウェビナー、展示会）",
        ),
        (
            "tbl_agreement[stage:sql].state",
            "tbl_agreement[stage:sql].state: （空欄） → インサイドセールスの回答を待っています: "
            "3項目（SQL、商談、インサイドセールス）",
        ),
        (
            "tbl_agreement[stage:proposals].state",
            "tbl_agreement[stage:proposals].state: （空欄） → フィールドセールスの回答を待っています: "
            "2項目（案件・提案、受注）",
        ),
    ]


def test_check_says_it_in_english():
    plan = answered(template_plan("c1", "en"), stage_leads=Answer("objected"))
    lines = [line(fault, "en") for fault in check(plan)]
    assert lines[0] == (
        "tbl_agreement[stage:leads].state: 'Objected' → Marketing objects to Leads (1,800). "
        "Settle it before the start and update the answer"
    )
    assert all("(blank) → Waiting for" in line for line in lines[1:])


def test_a_plan_with_errors_is_not_asked_for_its_numbers():
    plan = answered(DEFAULT, stage_leads=Answer("objected")).with_(months=0)
    assert [fault.cell for fault in check(plan)] == ["plan_months"]
