"""Two replies of one person of which nothing tells the later one: what they say differently is asked about."""

from __future__ import annotations

import datetime as dt
from itertools import permutations

import pytest

from xl_kpi.plan.merging.merge import Merged, Returned, before_sending, merge
from xl_kpi.plan.merging.opinions import opinions
from xl_kpi.plan.merging.unordered_files import person_of
from xl_kpi.plan.records import MASTER, Records, Sent

SATO, TANAKA = "sato@example.com", "tanaka@example.com"
CLICKS, COST = "actual[ads:clicks][2026-05]", "actual[ads:cost][2026-05]"
ROW = "tbl_agreement[channel:ads]"
SENT = Sent("1", dt.datetime(2026, 5, 1), {SATO: ("ads",), TANAKA: ("ads",)}, {})


def collected(*files: dict, person: str = SATO) -> Merged:
    """The files one by one, each after the first with an order that nobody knows."""
    records, now, done = Records(sent=(SENT,)), {}, None
    for number, said in enumerate(files):
        done = merge(now, records, [Returned(person, "1", said, unsure=number > 0)])
        now, records = {**now, **done.changes}, done.records
    assert done is not None
    return done


def names(done: Merged, key: str) -> dict[str, object]:
    return {one.person: one.value for one in opinions(done.records)[key]}


def test_two_numbers_of_one_person_stand_side_by_side_whichever_came_first():
    for files in permutations([{CLICKS: 1200.0}, {CLICKS: 1300.0}]):
        done = collected(*files)
        assert done.records.decisions[CLICKS].open
        assert names(done, CLICKS) == {SATO: 1200.0, f"{SATO} (2)": 1300.0}


def test_what_one_of_them_does_not_say_is_a_question_whichever_came_first():
    records = [collected(*files).records for files in permutations([{CLICKS: 1.0, COST: 5.0}, {CLICKS: 1.0}])]
    assert records[0] == records[1]
    assert {key: one.open for key, one in records[0].decisions.items()} == {CLICKS: False, COST: True}


@pytest.mark.parametrize("files", [[{CLICKS: 1.0}, {}], [{CLICKS: 1.0}, {CLICKS: 1.0}]])
def test_an_untouched_workbook_or_the_same_again_asks_nothing(files):
    assert [one.open for one in collected(*files).records.decisions.values()] == [False]


def test_three_files_in_any_order_leave_the_same():
    files = [{CLICKS: 1.0}, {CLICKS: 2.0, COST: 5.0}, {CLICKS: 3.0}]
    each = [collected(*order).records for order in permutations(files)]
    assert all(one == each[0] for one in each)
    assert {one.value for one in each[0].proposals if one.key == CLICKS} == {1.0, 2.0, 3.0}


def test_a_choice_of_the_second_opinion_is_applied_and_the_same_files_change_nothing():
    done = collected({CLICKS: 1200.0}, {CLICKS: 1300.0})
    chosen = {**done.records.decisions}
    chosen[CLICKS] = chosen[CLICKS].__class__(CLICKS, None, None, f"{SATO} (2)", True)
    applied = merge({}, done.records.with_(decisions=chosen))
    assert applied.changes == {CLICKS: 1300.0} and not applied.records.decisions[CLICKS].open
    again = merge({CLICKS: 1300.0}, applied.records, [Returned(SATO, "1", {CLICKS: 1200.0}, unsure=True)])
    assert again.changes == {} and not again.records.decisions[CLICKS].open


def test_an_answer_stays_in_one_piece_and_the_objection_is_heard():
    agreed = {f"{ROW}.state": "agreed", f"{ROW}.by": "佐藤"}
    objected = {f"{ROW}.state": "objected", f"{ROW}.by": "佐藤", f"{ROW}.comment": "多い"}
    for files in permutations([agreed, objected]):
        done = collected(*files)
        state = names(done, f"{ROW}.state")
        assert set(state.values()) == {"agreed", "objected"} and done.records.decisions[f"{ROW}.state"].open
        who = next(person for person, value in state.items() if value == "objected")
        comments = {one.person: one.value for one in done.records.proposals if one.key == f"{ROW}.comment"}
        assert comments == {who: "多い"}


def test_a_file_that_is_known_to_be_the_last_ends_the_question():
    done = collected({CLICKS: 1.0}, {CLICKS: 2.0})
    last = merge({}, done.records, [Returned(SATO, "1", {CLICKS: 3.0})])
    assert last.changes == {CLICKS: 3.0} and not last.records.decisions[CLICKS].open
    assert [one.value for one in last.records.proposals] == [3.0]


def test_the_next_version_takes_both_opinions_with_it_once_it_is_decided():
    done = collected({CLICKS: 1.0}, {CLICKS: 2.0})
    chosen = done.records.with_(
        decisions={CLICKS: done.records.decisions[CLICKS].__class__(CLICKS, None, None, MASTER, True)}
    )
    settled = merge({}, chosen).records
    assert before_sending(settled, [SATO]).proposals == ()
    assert person_of(f"{SATO} (2)") == SATO and person_of(SATO) == SATO
