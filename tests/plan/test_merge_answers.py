"""Three-way merge of the answers of departments: each comes over whole, and what disagrees is asked about."""

from __future__ import annotations

import datetime as dt

from tests.plan.merging import (
    ROW,
    SATO,
    TANAKA,
    Master,
    answer,
    file,
)
from xl_kpi.plan.records import MASTER, Value


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
