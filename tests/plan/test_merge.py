"""Three-way merge: one-sided changes are taken, two opinions are a conflict until somebody chooses."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tests.plan.merging import (
    AT_STAGE,
    CLICKS,
    HEADS,
    JUNE,
    LEADS,
    NAME,
    PEOPLE,
    SATO,
    SUZUKI,
    TANAKA,
    Master,
    file,
    records,
    sent,
)
from xl_kpi.plan.merging.merge import Returned, latest_versions, merge
from xl_kpi.plan.records import COPY, MASTER, Decision, Proposal
from xl_kpi.plan.same_value import told

COMPANY = {NAME: "山川商事", AT_STAGE: "leads"}
GONE = dict.fromkeys(COMPANY)


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize("first", [SATO, SUZUKI])
def test_a_row_that_one_deletes_and_another_changes_is_one_question_and_stays_whole(first, apart):
    master = Master({**COMPANY, CLICKS: 10})
    files = [file(SATO, GONE), file(SUZUKI, {**COMPANY, HEADS: 8})]
    files = files if first == SATO else files[::-1]
    for some in [files[:1], files[1:]] if apart else [files]:
        master.collect(*some)
    assert master.open == {NAME} and master.entries == {**COMPANY, HEADS: 8, CLICKS: 10}
    master.choose(NAME, SATO)
    master.collect()
    assert master.open == set() and master.entries == {CLICKS: 10}
    master.choose(NAME, MASTER)  # somebody thinks again
    master.collect()
    assert master.open == set() and master.entries == {**COMPANY, HEADS: 8, CLICKS: 10}


def test_a_row_that_nobody_else_has_changed_goes_and_one_that_the_master_has_changed_is_asked_about():
    master = Master(COMPANY)
    master.collect(file(SATO, GONE), file(SUZUKI, GONE))
    assert master.open == set() and master.entries == {}
    changed = Master(COMPANY)
    changed.type(AT_STAGE, "mql")
    changed.collect(file(SATO, GONE))
    assert changed.open == {NAME} and changed.entries == {NAME: "山川商事", AT_STAGE: "mql"}


def test_the_question_about_a_row_outlives_the_next_version_and_no_half_of_the_row_goes():
    master = Master(COMPANY)
    master.collect(file(SATO, GONE), file(SUZUKI, {**COMPANY, HEADS: 8}))
    master.send("2", PEOPLE)
    master.collect()
    assert master.open == {NAME}
    master.choose(NAME, SATO)
    master.collect()
    assert master.entries == {}


# --- single entries --------------------------------------------------------------------------------------


@pytest.mark.parametrize("sent_as", [None, 10])
@pytest.mark.parametrize("copied", [2500, None])
def test_a_copy_made_after_a_merge_has_seen_what_was_merged(sent_as, copied):
    """佐藤's 2,400 is in the plan when somebody copies it and types another number, or clears the cell."""
    master = Master({CLICKS: sent_as})
    master.collect(file(SATO, {CLICKS: 2400}))
    copy = sent({CLICKS: 2400}, f"{COPY}:{JUNE.isoformat()}", (), JUNE)
    master.records = master.records.with_(sent=(*master.records.sent, copy))
    typed = Returned("copy.xlsx", copy.version, {CLICKS: copied})
    for _ in range(2):
        master.collect(typed)
        assert master.open == set() and master.entries.get(CLICKS) == copied
    master.collect(file(SUZUKI, {CLICKS: 2600}))
    assert master.open == {CLICKS} and master.entries.get(CLICKS) in (2400, copied), "another opinion is a question"


def test_what_nobody_touched_stays_as_the_master_has_it_now():
    master = Master({CLICKS: 10})
    master.type(CLICKS, 12)
    assert master.collect(file(SATO, {CLICKS: 10})).changes == {}
    assert master.entries == {CLICKS: 12} and master.records.decisions == {}


def test_a_change_by_one_person_is_taken():
    master = Master({CLICKS: 10, LEADS: None})
    assert master.collect(file(SATO, {CLICKS: 11, LEADS: 3})).changes == {CLICKS: 11, LEADS: 3}
    assert master.records.decisions == {CLICKS: Decision(CLICKS, 10, 11), LEADS: Decision(LEADS, None, 3)}
    assert master.records.proposals == (Proposal(CLICKS, SATO, "1", 11), Proposal(LEADS, SATO, "1", 3))


IMPORTED = {  # May's 135 conversions came with a file
    LEADS: 135, "tbl_sources[r1].kpi": "ads.leads", "tbl_sources[r1].month": dt.date(2026, 5, 1),
}  # fmt: skip


@pytest.mark.parametrize("reply", [140, None])
def test_what_a_file_brought_for_a_closed_month_is_changed_by_no_reply_alone(reply):
    master = Master({**IMPORTED, "closed_until": dt.date(2026, 5, 1)})
    master.collect(file(SATO, {LEADS: reply}))
    assert master.open == {LEADS} and master.entries[LEADS] == 135
    master.collect()
    assert master.open == {LEADS} and master.entries[LEADS] == 135  # until somebody chooses
    master.choose(LEADS, SATO)
    master.collect()
    assert master.open == set() and master.entries.get(LEADS) == reply


@pytest.mark.parametrize(
    "entries",
    [
        {**IMPORTED, "closed_until": dt.date(2026, 4, 1)},  # May is open
        {LEADS: 135, "closed_until": dt.date(2026, 5, 1)},  # somebody has typed it
        {**IMPORTED, "closed_until": dt.date(2026, 5, 1), "tbl_sources[r1].used": "left"},
    ],
)
def test_other_actuals_are_changed_by_a_reply(entries):
    master = Master(entries)
    master.collect(file(SATO, {LEADS: 140}))
    assert master.open == set() and master.entries[LEADS] == 140


def test_a_cleared_cell_clears_the_entry():
    master = Master({CLICKS: 10})
    assert master.collect(file(SATO, {CLICKS: None})).changes == {CLICKS: None}
    assert master.entries == {}


def test_two_people_with_the_same_new_value_agree():
    master = Master({CLICKS: 10})
    master.collect(file(SATO, {CLICKS: 11}))
    master.collect(file(TANAKA, {CLICKS: 11.0}))
    assert master.entries == {CLICKS: 11} and master.open == set()


def test_two_values_are_a_conflict_and_the_master_keeps_what_it_had_before_either():
    master = Master({CLICKS: 10})
    master.collect(file(SATO, {CLICKS: 11}))
    merged = master.collect(file(TANAKA, {CLICKS: 12}))
    assert merged.changes == {CLICKS: 10}, "11 had been taken and is taken back"
    assert master.records.decisions == {CLICKS: Decision(CLICKS, 10, 10, open=True)}
    assert {(one.person, one.value) for one in master.records.proposals} == {(SATO, 11), (TANAKA, 12)}


def test_the_masters_own_change_is_an_opinion_too():
    master = Master({CLICKS: 10})
    master.type(CLICKS, 15)
    assert master.collect(file(SATO, {CLICKS: 11})).changes == {}
    assert master.open == {CLICKS} and master.entries == {CLICKS: 15}


def test_the_same_change_in_master_and_file_is_none_any_more():
    master = Master({CLICKS: 10})
    master.type(CLICKS, 11)
    assert master.collect(file(SATO, {CLICKS: 11})).changes == {}
    assert master.records.decisions == {}


def test_a_value_typed_over_a_taken_one_stands_against_the_next_opinion():
    master = Master({CLICKS: 10})
    master.collect(file(SATO, {CLICKS: 11}))
    master.type(CLICKS, 15)
    assert master.collect(file(SATO, {CLICKS: 11})).changes == {}, "the same file twice changes nothing"
    assert master.open == set()
    master.collect(file(TANAKA, {CLICKS: 12}))
    assert master.open == {CLICKS} and master.entries == {CLICKS: 15}


def test_a_second_file_of_the_same_version_takes_the_place_of_the_first():
    master = Master({CLICKS: 10, LEADS: 1})
    master.collect(file(SATO, {CLICKS: 11, LEADS: 2}))
    merged = master.collect(file(SATO, {CLICKS: 13, LEADS: 1}))
    assert merged.changes == {CLICKS: 13, LEADS: 1}, "the leads are as they were sent"
    assert master.records.decisions == {CLICKS: Decision(CLICKS, 10, 13), LEADS: Decision(LEADS, 1, 1, open=True)}


def taken_back() -> Master:
    """1 was sent; 佐藤 made it 2, and in a later file it is 1 again, as in a copy from before."""
    master = Master({CLICKS: 10, LEADS: 1})
    master.collect(file(SATO, {CLICKS: 11, LEADS: 2}))
    master.collect(file(SATO, {CLICKS: 13, LEADS: 1}))
    return master


@pytest.mark.parametrize(("choice", "value"), [(SATO, 2), (MASTER, 1)])
def test_what_a_later_file_no_longer_says_is_a_question_until_somebody_chooses(choice, value):
    master = taken_back()
    master.choose(LEADS, choice)
    master.collect()
    assert master.entries[LEADS] == value and master.open == set()
    for again in ({CLICKS: 13, LEADS: 1}, {CLICKS: 13, LEADS: 1}):
        assert master.collect(file(SATO, again)).changes == {} and master.open == set()


def test_who_says_it_again_after_the_choice_opens_it_again():
    master = taken_back()
    master.choose(LEADS, MASTER)
    master.collect()
    master.collect(file(SATO, {CLICKS: 13, LEADS: 2}))
    assert master.open == {LEADS} and master.entries[LEADS] == 1


def test_who_says_it_again_without_a_choice_is_believed():
    master = taken_back()
    assert master.collect(file(SATO, {CLICKS: 13, LEADS: 2})).changes == {LEADS: 2}
    assert master.open == set()


def test_what_another_person_says_as_well_stays_taken():
    master = Master({CLICKS: 10})
    master.collect(file(SATO, {CLICKS: 11}), file(TANAKA, {CLICKS: 11}))
    assert master.collect(file(SATO, {CLICKS: 10})).changes == {}
    assert master.entries == {CLICKS: 11} and master.open == set()


def test_who_was_chosen_and_takes_it_back_opens_the_conflict_again():
    master = in_conflict()
    master.choose(CLICKS, SATO)
    master.collect()
    assert master.collect(file(SATO, {CLICKS: 10})).changes == {}
    assert master.open == {CLICKS} and master.entries == {CLICKS: 11}


def test_an_older_file_that_comes_late_asks_about_what_the_newer_one_does_not_say():
    master = Master({CLICKS: 10, LEADS: 1})
    master.collect(Returned(SATO, "1", {CLICKS: 13}, saved="2026-05-11"))
    late = Returned(SATO, "1", {CLICKS: 11, LEADS: 2}, saved="2026-05-10", old=True)
    assert master.collect(late).changes == {}
    assert master.entries == {CLICKS: 13, LEADS: 1} and master.open == {LEADS}
    assert master.collect(late).changes == {} and master.open == {LEADS}


def test_about_a_cell_that_could_not_be_read_the_file_says_nothing():
    master = Master({CLICKS: 10, LEADS: 1})
    master.collect(file(SATO, {CLICKS: 11}))
    assert master.collect(file(SATO, {LEADS: 2}, unread=[CLICKS])).changes == {LEADS: 2}
    assert master.entries == {CLICKS: 11, LEADS: 2}


def test_a_conflict_ends_when_its_authors_agree():
    master = Master({CLICKS: 10})
    master.collect(file(SATO, {CLICKS: 11}), file(TANAKA, {CLICKS: 12}))
    assert master.open == {CLICKS}
    assert master.collect(file(TANAKA, {CLICKS: 11})).changes == {CLICKS: 11}
    assert master.open == set()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1 / 3, 0.333333333333333),  # LibreOffice writes 15 digits, Excel 17
        (3, 3.0),
        (0.0, -0.0),
        (None, ""),
        (dt.date(2026, 4, 1), dt.datetime(2026, 4, 1)),
    ],
)
def test_values_that_say_the_same(one, other):
    assert told(one) == told(other)


@pytest.mark.parametrize(("one", "other"), [(1, True), (0, False), (1, "1"), (0, None), ("", 0)])
def test_values_that_do_not(one, other):
    assert told(one) != told(other)


# --- choices -----------------------------------------------------------------------------------------------


def in_conflict() -> Master:
    """10 was sent; 佐藤 says 11, 田中 says 12."""
    master = Master({CLICKS: 10})
    master.collect(file(SATO, {CLICKS: 11}), file(TANAKA, {CLICKS: 12}))
    return master


@pytest.mark.parametrize(("choice", "value"), [(SATO, 11), (TANAKA, 12), (MASTER, 10)])
def test_a_choice_is_applied_once_without_any_file(choice, value):
    master = in_conflict()
    master.choose(CLICKS, choice)
    merged = master.collect()
    assert merged.changes == ({CLICKS: value} if value != 10 else {}) and merged.chosen == (CLICKS,)
    assert master.records.decisions == {CLICKS: Decision(CLICKS, 10, value, choice)}
    again = master.collect()
    assert (again.changes, again.chosen) == ({}, ())


def test_a_choice_may_be_changed_later():
    master = in_conflict()
    master.choose(CLICKS, SATO)
    master.collect()
    master.choose(CLICKS, TANAKA)
    assert master.collect().changes == {CLICKS: 12}
    master.choose(CLICKS, MASTER)
    assert master.collect().changes == {CLICKS: 10}


def test_after_a_choice_the_same_files_change_nothing():
    master = in_conflict()
    master.choose(CLICKS, SATO)
    master.collect()
    master.collect(file(TANAKA, {CLICKS: 12}))
    master.collect(file(SATO, {CLICKS: 11}))
    master.collect(file(SUZUKI, {CLICKS: 12}))  # an opinion that was known to whoever chose
    assert master.entries == {CLICKS: 11} and master.open == set()


def test_a_new_value_opens_the_conflict_again_and_the_chosen_one_stays_meanwhile():
    master = in_conflict()
    master.choose(CLICKS, SATO)
    master.collect()
    assert master.collect(file(SUZUKI, {CLICKS: 13})).changes == {}
    assert master.records.decisions == {CLICKS: Decision(CLICKS, 11, 11, open=True)}


def test_who_was_chosen_may_change_their_mind():
    master = in_conflict()
    master.choose(CLICKS, SATO)
    master.collect()
    assert master.collect(file(SATO, {CLICKS: 12})).changes == {}, "11 was chosen, and only a person undoes that"
    assert master.open == {CLICKS}


def test_a_value_typed_after_a_choice_stays():
    master = in_conflict()
    master.choose(CLICKS, SATO)
    master.collect()
    master.type(CLICKS, 20)
    assert master.collect(file(TANAKA, {CLICKS: 12})).changes == {}
    assert master.entries == {CLICKS: 20} and master.open == set()


def test_a_choice_of_somebody_who_said_nothing_leaves_the_conflict_open():
    master = in_conflict()
    master.choose(CLICKS, SUZUKI)
    assert master.collect().changes == {}
    assert master.open == {CLICKS}


def test_a_taken_value_can_be_sent_back_by_choice():
    master = Master({CLICKS: 10})
    master.collect(file(SATO, {CLICKS: 11}))
    master.choose(CLICKS, MASTER)
    assert master.collect().changes == {CLICKS: 10}
    assert master.collect(file(SATO, {CLICKS: 11})).changes == {}


# --- versions ------------------------------------------------------------------------------------------------


def test_the_latest_version_of_a_person():
    both = records({}).with_(sent=(sent({}, "1"), sent({}, "2", [TANAKA], JUNE)))
    assert latest_versions(both) == {**dict.fromkeys(PEOPLE, "1"), TANAKA: "2"}
    assert latest_versions(both.with_(sent=(sent({}, "3", ["Tanaka@Example.com"]),))) == {TANAKA: "3"}


def test_a_change_of_the_next_version_is_one_sided_again():
    master = Master({CLICKS: 10})
    master.collect(file(SATO, {CLICKS: 11}))
    master.send("2", PEOPLE)
    assert master.records.proposals == () and master.records.decisions == {}
    assert master.collect(file(SATO, {CLICKS: 13}, "2")).changes == {CLICKS: 13}
    assert master.open == set()


def test_who_saw_a_value_and_changed_it_answers_it():
    """鈴木 is still on version 1; 佐藤 got 鈴木's 12 with version 2 and made it 13."""
    master = Master({CLICKS: 10})
    master.collect(file(SUZUKI, {CLICKS: 12}))
    master.send("2", [SATO])
    assert master.collect(file(SATO, {CLICKS: 13}, "2")).changes == {CLICKS: 13}
    assert master.open == set()
    assert master.collect(file(SUZUKI, {CLICKS: 12})).changes == {}, "the same file twice changes nothing"


def test_a_late_file_of_an_earlier_round_stands_against_what_the_plan_says_since():
    master = Master({CLICKS: 10})
    master.type(CLICKS, 12)
    master.send("2", [SATO])
    master.collect(file(SUZUKI, {CLICKS: 11}))  # of version 1, where it was 10
    assert master.open == {CLICKS} and master.entries == {CLICKS: 12}


def test_an_open_conflict_outlives_the_next_version():
    master = in_conflict()
    master.send("2", PEOPLE)
    master.collect(file(SATO, {CLICKS: 10}, "2"))  # untouched in version 2: that takes nothing back
    assert master.open == {CLICKS}
    assert master.collect(file(SATO, {CLICKS: 12}, "2")).changes == {CLICKS: 12}
    assert master.open == set()


def test_a_value_that_is_a_question_by_itself_is_taken_by_a_choice_alone():
    """12.5 of what is counted one by one: also where two say the same, and when a later command weighs it again."""
    now, told = {}, records({})
    said = [file(SATO, {CLICKS: 12.5, LEADS: 3.0}), file(SUZUKI, {CLICKS: 12.5})]

    def part(key, value):
        return isinstance(value, float) and value % 1

    first = merge(now, told, said, part)
    assert first.changes == {LEADS: 3.0} and first.records.decisions[CLICKS].open
    again = merge({LEADS: 3.0}, first.records, (), part)
    assert again.changes == {} and again.records.decisions[CLICKS].open
    decision = replace(again.records.decisions[CLICKS], choice=SATO)
    chosen = merge({LEADS: 3.0}, again.records.with_(decisions={CLICKS: decision}), (), part)
    assert chosen.changes == {CLICKS: 12.5} and chosen.chosen == (CLICKS,)
    mended = [file(SATO, {CLICKS: 12.0, LEADS: 3.0}), file(SUZUKI, {CLICKS: 12.0})]
    whole = merge({LEADS: 3.0}, first.records, mended, part)
    assert whole.changes == {CLICKS: 12.0}, "both have mended it"
