"""What loses its place goes to 保管 and comes back from it; 履歴 says so.  States of plans, no files."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tests.regenerate.described import template
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.history.archive_moves import settle
from xl_kpi.plan.history.renewal import first_state, renew
from xl_kpi.plan.model import Answer, Plan
from xl_kpi.plan.records import Change, Kept, Records

NOW = dt.datetime(2026, 5, 7, 10, 30, 15, 250)
TODAY = NOW.date()
APRIL_COST, MAY_MQL = "actual[ads:cost][2026-04]", "actual[stage:mql][2026-05]"


def typed() -> Plan:
    return template().with_(
        actuals={("ads:cost", 0): 120_000.0, ("ads:cost", 11): 90_000.0, ("stage:mql", 1): 66.0},
        pipeline={"mql": 12.0, "sql": 5.0},
        answers={"channel:ads": Answer("objected", "佐藤", dt.date(2026, 5, 1), "予算が足りません", 1085.0)},
    )


def off(plan: Plan, *ids: str) -> Plan:
    return plan.with_(channels=tuple(replace(one, on=one.id not in ids) for one in plan.channels))


def without_stage(plan: Plan, id_: str) -> Plan:
    return plan.with_(stages=tuple(stage for stage in plan.stages if stage.id != id_))


def state(plan: Plan):
    """A workbook that was made from a plan."""
    return first_state(plan, plan_id="p1", who="佐藤", now=NOW)


def step(before, plan: Plan, **options):
    """A regenerate after somebody has typed what ``plan`` says."""
    return renew(plan, plan, before.records, command="regenerate", who="鈴木", now=NOW, **options)


def kept(records: Records) -> dict:
    return {key: one.value for key, one in records.archive.items()}


# --- 保管 ------------------------------------------------------------------------------------------------


def test_a_channel_that_is_switched_off_leaves_its_actuals_and_its_answer():
    plan = typed()
    settled = settle(off(plan, "ads"), Records(), {}, TODAY)
    assert kept(settled.records) == {
        APRIL_COST: 120_000,
        "actual[ads:cost][2027-03]": 90_000,
        "tbl_agreement[channel:ads].state": "objected",
        "tbl_agreement[channel:ads].by": "佐藤",
        "tbl_agreement[channel:ads].on": dt.date(2026, 5, 1),
        "tbl_agreement[channel:ads].comment": "予算が足りません",
        "tbl_agreement[channel:ads].value": 1085,
    }
    assert settled.records.archive[APRIL_COST] == Kept(APRIL_COST, "広告 › 広告費 › 実績", 120_000, TODAY)
    assert settled.plan.actuals == {("stage:mql", 1): 66} and settled.plan.answers == {}
    back = settle(settled.plan.with_(channels=plan.channels), settled.records, {}, TODAY)
    assert entries_of(back.plan) == entries_of(plan) and back.records.archive == {}
    assert {one.key for one in back.returned} == set(kept(settled.records))


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda plan: plan.with_(months=11), "actual[ads:cost][2027-03]"),
        (lambda plan: without_stage(plan, "mql"), MAY_MQL),
        (lambda plan: without_stage(plan, "mql"), "tbl_pipeline[mql]"),
        (lambda plan: plan.with_(kpis=tuple(kpi for kpi in plan.kpis if kpi.id != "cost")), APRIL_COST),
        (
            lambda plan: plan.with_(
                kpis=tuple(replace(kpi, actual="clicks * 10") if kpi.id == "cost" else kpi for kpi in plan.kpis)
            ),
            APRIL_COST,
        ),
    ],
    ids=["months", "stage", "pipeline", "kpi", "kpi becomes a formula"],
)
def test_what_else_loses_its_place(change, key):
    plan = typed()
    settled = settle(change(plan), Records(), {}, TODAY)
    assert kept(settled.records)[key] == entries_of(plan)[key]
    assert key not in entries_of(settled.plan)
    same = {"stages": plan.stages, "kpis": plan.kpis, "months": plan.months}
    assert entries_of(settle(settled.plan.with_(**same), settled.records, {}, TODAY).plan) == entries_of(plan)


def test_the_first_stage_typed_by_hand_waits_while_its_channels_count_it():
    """Without channels the leads are typed; a channel with a KPI for them makes them a sum."""
    alone = off(template(), *(one.id for one in template().channels)).with_(actuals={("stage:leads", 0): 300.0})
    assert settle(alone, Records(), {}, TODAY).kept == ()
    settled = settle(alone.with_(channels=template().channels), Records(), {}, TODAY)
    assert kept(settled.records) == {"actual[stage:leads][2026-04]": 300}


def test_what_was_read_in_places_that_the_plan_does_not_know_is_kept_as_it_stands():
    homeless = {APRIL_COST: 120_000.0, "actual[gone:visits][2026-04]": "たくさん", "tbl_stages[orders].rate": 0.4}
    plan = template().with_(channels=tuple(one for one in template().channels if one.id != "ads"))
    settled = settle(plan, Records(), homeless, TODAY)
    assert kept(settled.records) == homeless
    # words never come back as a number, numbers do
    back = settle(template(), settled.records, {}, TODAY)
    assert set(back.records.archive) == {"actual[gone:visits][2026-04]", "tbl_stages[orders].rate"}
    assert entries_of(back.plan)[APRIL_COST] == 120_000


def test_a_value_typed_since_stays_and_the_older_one_stays_listed():
    plan = typed()
    away = settle(off(plan, "ads"), Records(), {}, TODAY)
    again = plan.with_(actuals={("ads:cost", 0): 130_000.0})
    settled = settle(again, away.records, {}, TODAY)
    assert settled.plan.actuals["ads:cost", 0] == 130_000
    assert kept(settled.records) == {APRIL_COST: 120_000}
    gone = settle(off(settled.plan, "ads"), settled.records, {}, TODAY)
    assert kept(gone.records)[APRIL_COST] == 130_000 and [one.value for one in gone.replaced] == [120_000]


def test_the_same_value_typed_again_takes_its_line_off():
    away = settle(off(typed(), "ads"), Records(), {}, TODAY)
    assert APRIL_COST not in settle(typed(), away.records, {}, TODAY).records.archive


def test_nothing_to_settle_changes_nothing():
    settled = settle(typed(), Records(plan_id="p1"), {}, TODAY)
    assert (settled.plan, settled.records) == (typed(), Records(plan_id="p1"))


# --- 履歴 ------------------------------------------------------------------------------------------------


def lines(renewed) -> list[tuple]:
    return [(line.command, line.who, line.key, line.label, line.old, line.new) for line in renewed.changes]


def test_what_was_typed_since_the_last_command_stands_before_what_the_command_did():
    begun = state(typed())
    changed = off(typed(), "ads").with_(goal=replace(typed().goal, value=72.0), answers={})
    assert lines(step(begun, changed)) == [
        ("typed", "", "kgi_value", "目標値", 60, 72),
        *(
            ("typed", "", f"tbl_agreement[channel:ads].{field}", f"合意 › 広告 › {words}", old, None)
            for field, words, old in (
                ("by", "氏名", "佐藤"), ("comment", "コメント", "予算が足りません"),
                ("on", "日付", dt.date(2026, 5, 1)),
                ("state", "回答", "objected"), ("value", "回答時の数値", 1085),
            )
        ),
        ("typed", "", "tbl_channels[ads].on", "広告 › 使う", True, False),
        ("regenerate", "鈴木", APRIL_COST, "広告 › 広告費 › 2026/04 実績（保管へ移動）", 120_000, None),
        ("regenerate", "鈴木", "actual[ads:cost][2027-03]", "広告 › 広告費 › 2027/03 実績（保管へ移動）", 90_000, None),
    ]  # fmt: skip
    assert {line.time for line in step(begun, changed).changes} == {dt.datetime(2026, 5, 7, 10, 30, 15)}


def test_what_the_command_itself_changed_bears_its_name():
    begun = state(typed())
    plan = typed().with_(pipeline={"mql": 12.0, "sql": 9.0})
    renewed = renew(typed(), plan, begun.records, command="collect", who="鈴木", now=NOW)
    assert lines(renewed) == [("collect", "鈴木", "tbl_pipeline[sql]", "SQL › 進行中の案件", 5, 9)]


def test_a_command_that_finds_nothing_but_what_was_typed_says_who_ran_it():
    begun = state(typed())
    plan = typed().with_(goal=replace(typed().goal, value=72.0))
    assert lines(step(begun, plan)) == [
        ("typed", "", "kgi_value", "目標値", 60, 72),
        ("regenerate", "鈴木", "", "シートを再生成しました", None, None),
    ]


def test_a_command_with_a_line_of_its_own_gets_no_second_one():
    begun = state(typed())
    plan = typed().with_(goal=replace(typed().goal, value=72.0))
    own = Change(NOW.replace(microsecond=0), "鈴木", "distribute", "", "第1版を配布しました（3人）")
    records = begun.records.with_(history=(*begun.records.history, own))
    renewed = renew(plan, plan, records, command="distribute", who="鈴木", now=NOW)
    assert [(line.command, line.key) for line in renewed.records.history[-2:]] == [
        ("distribute", ""), ("typed", "kgi_value"),
    ]  # fmt: skip


def test_a_command_that_changes_nothing_leaves_no_line():
    begun = state(typed())
    again = step(begun, begun.plan)
    assert again.changes == () and again.records == begun.records


def test_a_workbook_without_a_memory_gets_one_line_and_no_flood():
    first = step(state(typed()), typed()).records.with_(last={}, history=())
    renewed = renew(typed(), typed(), first, command="regenerate", who="鈴木", now=NOW)
    assert [(line.command, line.key) for line in renewed.changes] == [("regenerate", "")]
    assert renewed.records.last == entries_of(typed())


def test_a_row_that_is_gone_is_still_called_by_its_name():
    begun = state(typed())
    plan = typed().with_(channels=tuple(one for one in typed().channels if one.id != "ads"), answers={})
    renewed = step(begun, plan)
    assert renewed.records.archive[APRIL_COST].label == "広告 › 広告費 › 実績"


def test_a_language_that_was_switched_takes_the_words_of_the_catalog_along():
    begun = state(template())
    english = step(begun, template().with_(lang="en"))
    assert [channel.name for channel in english.plan.channels][:2] == ["Website", "Ads"]
    back = step(english, english.plan.with_(lang="ja"))
    assert entries_of(back.plan) == entries_of(template())
