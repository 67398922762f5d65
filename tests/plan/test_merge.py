"""Three-way merge: one-sided changes are taken, two opinions are a conflict, whatever the order of return."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xl_kpi.plan.merging.merge import Merged, Returned, before_sending, latest_versions, merge
from xl_kpi.plan.records import MASTER, Decision, Proposal, Records, Sent, Value
from xl_kpi.plan.same_value import told

CLICKS, LEADS, MQL = "actual[ads:clicks][2026-05]", "actual[ads:leads][2026-05]", "actual[stage:mql][2026-05]"
PEOPLE = ("sato@example.com", "tanaka@example.com", "suzuki@example.com", "ito@example.com", "mori@example.com")
SATO, TANAKA, SUZUKI, ITO, MORI = PEOPLE
MAY, JUNE = dt.datetime(2026, 5, 1, 9), dt.datetime(2026, 6, 1, 9)


def sent(entries: Mapping[str, Value], version: str = "1", people: Sequence[str] = PEOPLE, time=MAY) -> Sent:
    return Sent(version, time, dict.fromkeys(people, ("ads", "dept:営業")), dict(entries))


def records(entries: Mapping[str, Value]) -> Records:
    """Version 1 went out to all five with these entries."""
    return Records(plan_id="plan", sent=(sent(entries),))


def file(person: str, entries: Mapping[str, Value], version: str = "1", unread: Sequence[str] = ()) -> Returned:
    return Returned(person, version, dict(entries), frozenset(unread))


class Master:
    """The plan's entries and records from one collect to the next."""

    def __init__(self, entries: Mapping[str, Value], start: Records | None = None):
        self.entries = {key: value for key, value in entries.items() if value is not None}
        self.records = start or records(entries)

    def collect(self, *files: Returned) -> Merged:
        merged = merge(self.entries, self.records, files)
        for key, value in merged.changes.items():
            self.type(key, value)
        self.records = merged.records
        return merged

    def type(self, key: str, value: Value) -> None:
        self.entries.pop(key, None)
        if value is not None:
            self.entries[key] = value

    def choose(self, key: str, choice: str) -> None:
        """As the reader gives back what was chosen on 統合."""
        decision = self.records.decisions[key]
        chosen = Decision(key, decision.before, decision.applied, choice, decision.open)
        self.records = self.records.with_(decisions={**self.records.decisions, key: chosen})

    def send(self, version: str, people: Sequence[str], time=JUNE) -> None:
        settled = before_sending(self.records, people)
        self.records = settled.with_(sent=(*settled.sent, sent(self.entries, version, people, time)))

    @property
    def open(self) -> set[str]:
        return {key for key, decision in self.records.decisions.items() if decision.open}


# --- rows of tables that grow by typing ------------------------------------------------------------------

NAME, AT_STAGE, HEADS = (f"tbl_accounts[r2].{column}" for column in ("name", "stage", "leads"))
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


# --- answers ---------------------------------------------------------------------------------------------------

ROW = "tbl_agreement[stage:mql]"


def answer(state: str | None, by: str | None = None, day: int | None = None, comment: str | None = None,
           number: float | None = None) -> dict[str, Value]:  # fmt: skip
    on = dt.date(2026, 5, day) if day else None
    return {f"{ROW}.state": state, f"{ROW}.by": by, f"{ROW}.on": on, f"{ROW}.comment": comment, f"{ROW}.value": number}


def told_by(master: Master) -> dict[str, Value]:
    return {key.rpartition(".")[2]: value for key, value in master.entries.items() if key.startswith(ROW)}


def test_an_answer_comes_over_whole():
    master = Master({})
    master.collect(file(SATO, answer("agreed", "佐藤", 10, "承知しました", 250)))
    assert told_by(master) == {
        "state": "agreed", "by": "佐藤", "on": dt.date(2026, 5, 10), "comment": "承知しました", "value": 250,
    }  # fmt: skip


def test_an_objection_without_a_readable_date_is_an_objection():
    master = Master({})
    parts = {key: value for key, value in answer("objected", "佐藤", None, "多い", 250).items() if ".on" not in key}
    master.collect(file(SATO, parts, unread=[f"{ROW}.on"]))
    assert told_by(master) == {"state": "objected", "by": "佐藤", "comment": "多い", "value": 250}


def test_the_comment_of_an_agreement_is_not_that_of_the_objection_after_it():
    """The second file objects; its comment can't be read, so it has none."""
    master = Master({})
    master.collect(file(SATO, answer("agreed", "佐藤", 10, "承知しました", 250)))
    parts = {key: value for key, value in answer("objected", "佐藤", 12, None, 250).items() if ".comment" not in key}
    master.collect(file(SATO, parts, unread=[f"{ROW}.comment"]))
    assert told_by(master) == {"state": "objected", "by": "佐藤", "on": dt.date(2026, 5, 12), "value": 250}


def test_a_comment_that_cannot_be_read_again_stays_beside_the_same_answer():
    master = Master({})
    master.collect(file(SATO, answer("objected", "佐藤", 10, "多い", 250)))
    parts = {key: value for key, value in answer("objected", "佐藤", 12, None, 250).items() if ".comment" not in key}
    master.collect(file(SATO, parts, unread=[f"{ROW}.comment"]))
    assert told_by(master)["comment"] == "多い"


def test_two_people_of_a_department_who_agree_stand_side_by_side():
    files = [
        file(SATO, answer("agreed", "佐藤", 10, None, 250)),
        file(TANAKA, answer("agreed", "田中", 12, "条件付き", 250)),
    ]
    for order in (files, files[::-1]):
        master = Master({})
        for one in order:
            master.collect(one)
        assert told_by(master) == {
            "state": "agreed", "by": "佐藤 / 田中", "on": dt.date(2026, 5, 12), "comment": "条件付き", "value": 250,
        }  # fmt: skip
        assert master.open == set()


def test_agreed_and_objected_are_a_conflict_and_nothing_of_either_is_taken_before_the_choice():
    master = Master({})
    master.collect(
        file(SATO, answer("agreed", "佐藤", 10, None, 250)), file(TANAKA, answer("objected", "田中", 12, "多い", 250))
    )
    assert told_by(master) == {} and master.open == {f"{ROW}.state"}
    master.choose(f"{ROW}.state", TANAKA)
    master.collect()
    assert told_by(master) == {
        "state": "objected", "by": "田中", "on": dt.date(2026, 5, 12), "comment": "多い", "value": 250,
    }  # fmt: skip


def test_a_comment_without_an_answer_is_no_opinion():
    master = Master({})
    master.collect(
        file(SATO, answer(None, "佐藤", None, "確認中")), file(TANAKA, answer("agreed", "田中", 12, None, 250))
    )
    assert told_by(master) == {
        "state": "agreed", "by": "佐藤 / 田中", "on": dt.date(2026, 5, 12), "comment": "確認中", "value": 250,
    }  # fmt: skip
    assert master.open == set()


def test_an_answer_that_was_left_as_it_is_says_nothing_about_the_new_number():
    earlier = answer("agreed", "佐藤", 10, None, 250)
    master = Master(earlier)
    master.collect(file(SATO, {**earlier, f"{ROW}.value": 300}))
    assert told_by(master)["value"] == 250


def test_agreeing_again_is_about_the_new_number():
    earlier = answer("agreed", "佐藤", 10, None, 250)
    master = Master(earlier)
    master.collect(file(SATO, {**earlier, f"{ROW}.on": dt.date(2026, 5, 20), f"{ROW}.value": 300}))
    assert told_by(master) == {"state": "agreed", "by": "佐藤", "on": dt.date(2026, 5, 20), "value": 300}


def test_an_answer_that_is_taken_back():
    master = Master({})
    master.collect(file(SATO, answer("agreed", "佐藤", 10, None, 250)))
    master.collect(file(SATO, answer(None)))
    assert told_by(master) == {} and master.open == {f"{ROW}.state"}
    master.choose(f"{ROW}.state", SATO)
    master.collect()
    assert told_by(master) == {"state": "agreed", "by": "佐藤", "on": dt.date(2026, 5, 10), "value": 250}
    master.choose(f"{ROW}.state", MASTER)
    master.collect()
    assert told_by(master) == {}


# --- any order, any batches ----------------------------------------------------------------------------------

KEYS = [f"actual[ads:{kpi}][2026-{month:02d}]" for kpi in ("clicks", "leads", "cost") for month in range(4, 10)]


def expected(base: Mapping[str, Value], own: Mapping[str, Value], said: Mapping[str, Mapping[str, Value]]):
    """The rule itself, entry by entry: (what the master must hold, which entries are in conflict)."""
    result, conflicts = {}, set()
    for key in base:
        opinions = {
            told(entries[key]): entries[key] for entries in said.values() if told(entries[key]) != told(base[key])
        }
        if told(own[key]) != told(base[key]):
            opinions[told(own[key])] = own[key]
        if len(opinions) == 1:
            result[key] = next(iter(opinions.values()))
        else:
            result[key] = own[key]
            conflicts |= {key} if opinions else set()
    return {key: value for key, value in result.items() if value is not None}, conflicts


def collected(base, own, said, order: Sequence[str], cuts: set[int]) -> Master:
    """The files of ``order``, with a new collect at each cut."""
    master = Master(base)
    for key, value in own.items():
        master.type(key, value)
    batch: list[Returned] = []
    for position, person in enumerate(order):
        batch.append(file(person, said[person]))
        if position in cuts or position == len(order) - 1:
            master.collect(*batch)
            batch = []
    return master


def random_edits(seed: int, edits: int = 100):
    """100 edits by five people and the master at once; few values, so that some agree by chance."""
    chance = random.Random(seed)
    base: dict[str, Value] = {key: chance.choice([None, 10, 20]) for key in KEYS}
    own = dict(base)
    said = {person: dict(base) for person in PEOPLE}
    for _ in range(edits):
        whose = chance.choice([*said.values(), own] if chance.random() < 0.2 else list(said.values()))
        whose[chance.choice(KEYS)] = chance.choice([None, 10, 20, 30, 40, 0.25])
    return chance, base, own, said


@pytest.mark.parametrize("seed", range(20))
def test_a_hundred_edits_by_five_people_in_any_order_of_return(seed):
    chance, base, own, said = random_edits(seed)
    entries, conflicts = expected(base, own, said)
    assert conflicts and len(conflicts) < len(KEYS), "the edits hold conflicts, and other things"
    first = None
    for _ in range(12):
        order = chance.sample(PEOPLE, len(PEOPLE))
        master = collected(base, own, said, order, {k for k in range(5) if chance.random() < 0.5})
        assert master.entries == entries
        assert master.open == conflicts
        first = first or master.records
        assert master.records == first, "also what is remembered does not depend on the order"
        for person in chance.sample(PEOPLE, len(PEOPLE)):
            assert master.collect(file(person, said[person])).changes == {}
        assert master.records == first, "the same files twice change nothing"


VALUES = st.sampled_from([None, 0, 10, 20, 30, 0.25])


@st.composite
def exchanges(draw):
    keys = draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=5, unique=True))
    base = {key: draw(VALUES) for key in keys}
    own = {key: draw(st.just(base[key]) | VALUES) for key in keys}
    people = draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=5, unique=True))
    said = {person: {key: draw(st.just(base[key]) | VALUES) for key in keys} for person in people}
    return base, own, said, draw(st.permutations(people)), draw(st.sets(st.integers(0, 4)))


@given(exchanges())
def test_no_conflict_is_missed_and_none_invented(exchange):
    base, own, said, order, cuts = exchange
    master = collected(base, own, said, order, cuts)
    entries, conflicts = expected(base, own, said)
    assert master.entries == entries
    assert master.open == conflicts


@given(exchanges(), st.data())
def test_choices_are_applied_once_and_stand_until_something_new_is_said(exchange, data):
    base, own, said, order, cuts = exchange
    master = collected(base, own, said, order, cuts)
    choices = {}
    for key in sorted(master.open):
        people = [one.person for one in master.records.proposals if one.key == key]
        choices[key] = data.draw(st.sampled_from([MASTER, *people]))
        master.choose(key, choices[key])
    master.collect()
    assert master.open == set()
    for key, choice in choices.items():
        value = own[key] if choice == MASTER else said[choice][key]
        assert told(master.entries.get(key)) == told(value)
    settled = dict(master.entries)
    for person in data.draw(st.permutations(order)):
        assert master.collect(file(person, said[person])).changes == {}
    assert (master.entries, master.open) == (settled, set())
    if choices:
        key = sorted(choices)[0]
        master.collect(file(order[0], {**said[order[0]], key: 99}))
        assert key in master.open and master.entries == settled


@st.composite
def resent(draw):
    """Two people, each with up to three files, and orders in which these arrive."""
    keys = [CLICKS, LEADS]
    base = {key: draw(VALUES) for key in keys}
    files = [
        Returned(person, "1", {key: draw(st.just(base[key]) | VALUES) for key in keys}, saved=f"2026-05-1{number}")
        for person in (SATO, TANAKA)
        for number in range(draw(st.integers(1, 3)))
    ]
    return base, files, [draw(st.permutations(files)) for _ in range(2)]


def arrived(base: Mapping[str, Value], order: Sequence[Returned]) -> Master:
    """The files one by one, as ``collect`` hands them over."""
    master, newest = Master(base), {}
    for one in order:
        old = one.saved < newest.get(one.person, "")
        newest[one.person] = max(one.saved, newest.get(one.person, ""))
        master.collect(Returned(one.person, one.version, one.entries, saved=one.saved, old=old))
    return master


@given(resent())
def test_files_of_one_person_in_any_order_ask_the_same_and_lose_nothing(case):
    base, files, orders = case
    masters = [arrived(base, order) for order in orders]
    assert masters[0].entries == masters[1].entries and masters[0].open == masters[1].open
    assert masters[0].records.proposals == masters[1].records.proposals
    for key in base:
        said = {told(one.entries[key]) for one in files} - {told(base[key])}
        settled = key not in masters[0].open
        last = [max((f for f in files if f.person == person), key=lambda f: f.saved).entries[key] for person in
                dict.fromkeys(one.person for one in files)]  # fmt: skip
        if settled and said:
            assert told(masters[0].entries.get(key)) in {told(value) for value in last}


ANSWERS = st.builds(
    answer, st.sampled_from([None, "agreed", "objected"]), st.sampled_from([None, "佐藤", "田中"]),
    st.sampled_from([None, 10, 12]), st.sampled_from([None, "多い", "承知"]), st.just(250),
)  # fmt: skip


@given(ANSWERS, st.dictionaries(st.sampled_from(PEOPLE), ANSWERS, min_size=1), st.data())
def test_answers_do_not_depend_on_the_order_either(base, said, data):
    base = {**base, f"{ROW}.value": 200 if base[f"{ROW}.state"] else None}
    masters = []
    for _ in range(2):
        order = data.draw(st.permutations(sorted(said)))
        masters.append(collected(base, base, said, order, data.draw(st.sets(st.integers(0, 4)))))
    assert masters[0].entries == masters[1].entries
    assert masters[0].records == masters[1].records
    states = {
        one[f"{ROW}.state"]
        for one in said.values()
        if spoke(one, base) and (one[f"{ROW}.state"] or base[f"{ROW}.state"])
    }
    assert masters[0].open == ({f"{ROW}.state"} if len(states) > 1 else set())


def spoke(one: Mapping[str, Value], base: Mapping[str, Value]) -> bool:
    return any(one[f"{ROW}.{column}"] != base[f"{ROW}.{column}"] for column in ("state", "by", "on", "comment"))
