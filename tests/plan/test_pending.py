"""What ``check`` says of a plan that was distributed: open answers, silent people, conflicts without a choice."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from tests.agreement.books import template_plan
from tests.told import told
from xl_kpi.plan.agreement import items
from xl_kpi.plan.checks import check
from xl_kpi.plan.merging import pending as waiting_for
from xl_kpi.plan.merging.merge import Returned, merge
from xl_kpi.plan.model import Answer
from xl_kpi.plan.records import Records, Seen, Sent

PLAN = template_plan("default", "ja")
TANAKA, SATO, MORI = "tanaka@example.com", "sato@example.com", "mori@example.com"
CLICKS = "actual[ads:clicks][2026-04]"
OPENED = {TANAKA: ("ads",), SATO: ("ads", "dept:マーケティング"), MORI: ("dept:法務",)}  # 法務 owns nothing
FIRST = Sent("1", dt.datetime(2026, 5, 1, 9), OPENED, {CLICKS: 1000.0})
RECORDS = Records(plan_id="plan", sent=(FIRST,))
AGREED = PLAN.with_(answers={item.key: Answer("agreed") for item in items(PLAN)})


def pending(plan, records):
    """What the plan waits for, as it is told in the plan's language."""
    return told(waiting_for.pending(plan, records), plan.lang)


def people(records: Records) -> list[str]:
    """Of whom nothing has come back, by the plan in which every department has agreed."""
    return [fault.found for fault in pending(AGREED, records) if not fault.cell]


def test_a_plan_that_was_never_distributed_waits_for_nobody():
    assert pending(PLAN, Records()) == []
    assert pending(AGREED, Records(plan_id="plan")) == []


def test_once_it_was_distributed_every_department_is_waited_for():
    waiting = [fault for fault in pending(PLAN, RECORDS) if fault.cell]
    assert [fault.allowed.partition("の回答を待っています")[0] for fault in waiting] == [
        "マーケティング", "インサイドセールス", "フィールドセールス",
    ]  # fmt: skip
    assert {fault.level for fault in waiting} == {"warning"}
    # leads, MQL and the four channels of leads belong to marketing
    assert "6項目（リード、MQL、サービスサイト、広告、ウェビナー、展示会）" in waiting[0].allowed


def test_the_checks_of_the_plan_and_what_it_waits_for_tell_each_answer_once():
    """``check`` tells of the departments by itself as soon as one has answered."""
    one = PLAN.with_(answers={"stage:leads": Answer("objected")})
    found = told(waiting_for.with_pending(check(one), one, RECORDS), "ja")
    cells = [fault.cell for fault in found if fault.cell]
    assert cells == [f"tbl_agreement[stage:{id_}].state" for id_ in ("leads", "mql", "sql", "proposals")]
    assert [fault.found for fault in found if not fault.cell] == [SATO, TANAKA]


def test_an_answer_that_waits_for_a_choice_is_told_with_the_choices_alone():
    """Field sales owns 提案 and 受注: two people disagree about the first, about the second nobody has spoken."""
    state = "tbl_agreement[stage:proposals].state"
    files = [Returned(SATO, "1", {state: "agreed"}), Returned(TANAKA, "1", {state: "objected"})]
    records = merge({}, RECORDS, files).records
    for plan in (PLAN, PLAN.with_(answers={"stage:leads": Answer("objected")})):
        found = told(waiting_for.with_pending(check(plan), plan, records), "ja")
        assert [fault.cell for fault in found].count(f"tbl_merge[{state}]") == 1
        (waiting,) = [fault for fault in found if "フィールドセールス" in fault.allowed]
        assert waiting.cell == "tbl_agreement[stage:orders].state" and "1項目（受注）" in waiting.allowed


def test_many_silent_people_share_a_line_that_counts_them():
    crowd = {f"p{number:03d}@example.com": ("ads",) for number in range(1000)}
    records = Records(plan_id="plan", sent=(Sent("1", dt.datetime(2026, 5, 1, 9), crowd, {}),))
    (fault,) = pending(AGREED, records)
    assert fault.found == "、".join(sorted(crowd)[:5]) + " ほか995人"
    assert fault.allowed.startswith("第1版（2026/05/01 配布）の宛先のうち1000人からの入力を、まだ取り込んでいません")
    assert vars(fault)["each"] == tuple(sorted(crowd)), "all of them are in the JSON"
    few = dict(list(crowd.items())[:5])
    assert people(Records(plan_id="plan", sent=(Sent("1", dt.datetime(2026, 5, 1, 9), few, {}),))) == list(few)


def test_people_who_were_sent_something_to_fill_in_are_waited_for():
    assert people(RECORDS) == [SATO, TANAKA]
    (first, _) = pending(AGREED, RECORDS)
    assert first.line() == (
        "「sato@example.com」 → この宛先からの第1版（2026/05/01 配布）への入力を、まだ取り込んでいません。"
        "返送を確認し、届いたファイルを「回収」で取り込んでください"
    )
    english = pending(AGREED.with_(lang="en"), RECORDS)[0]
    assert english.line() == (
        "'sato@example.com' → Nothing collected yet from this recipient of version 1 (distributed 2026/05/01). "
        "Ask for the file, then collect it"
    )


def test_whose_file_was_seen_or_who_has_proposed_something_is_not():
    assert people(RECORDS.with_(seen=(Seen("1", "Tanaka@Example.com"),))) == [SATO]
    merged = merge({CLICKS: 1000.0}, RECORDS, [Returned(SATO, "1", {CLICKS: 1200.0})])
    assert people(merged.records) == [TANAKA]


def test_only_the_latest_version_of_each_person_counts():
    second = Sent("2", dt.datetime(2026, 6, 1, 9), {TANAKA: ("ads",)}, {})
    records = RECORDS.with_(sent=(FIRST, second), seen=(Seen("1", TANAKA),))
    assert people(records) == [SATO, TANAKA]
    assert "第2版（2026/06/01 配布）" in pending(AGREED, records)[1].allowed
    assert people(records.with_(seen=(Seen("1", SATO), Seen("2", TANAKA)))) == []


def test_a_conflict_without_a_choice_is_named_with_those_who_disagree():
    files = [Returned(SATO, "1", {CLICKS: 1200.0}), Returned(TANAKA, "1", {CLICKS: 1300.0})]
    records = merge({CLICKS: 1000.0}, RECORDS, files).records
    (fault,) = pending(AGREED, records)
    assert (fault.cell, fault.level) == (f"tbl_merge[{CLICKS}]", "warning")
    assert fault.found.startswith("広告 › クリック › 2026/04")
    assert fault.allowed == (
        "意見が分かれています（sato@example.com、tanaka@example.com）。"
        "「使う値を選ぶ」列で選び、もう一度「回収」を実行してください"
    )
    chosen = {key: replace(one, choice=SATO) for key, one in records.decisions.items()}
    assert pending(AGREED, records.with_(decisions=chosen)) == []
    assert pending(AGREED, merge({CLICKS: 1000.0}, records.with_(decisions=chosen)).records) == []
