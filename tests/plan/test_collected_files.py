"""An older file of a person never takes the place of a newer one, in whatever order they are collected."""

from __future__ import annotations

import pytest

from xl_kpi.plan.merging.collected_files import SeenFiles, is_later
from xl_kpi.plan.merging.merge import Returned
from xl_kpi.plan.records import Records

KEY = "actual[web:sessions][2026-04]"


def file(value, version="1", person="sato@example.co.jp") -> Returned:
    return Returned(person, version, {KEY: value} if value is not None else {})


def with_seen(records: Records, one: Returned, saved: str) -> Records:
    """The records once one more file was collected."""
    seen = SeenFiles(records.seen)
    seen.add(one, saved)
    return records.with_(seen=seen.all)


def is_outdated(records: Records, one: Returned, saved: str) -> bool:
    return SeenFiles(records.seen).is_outdated(one, saved)


def is_unsure(records: Records, one: Returned, saved: str) -> bool:
    return SeenFiles(records.seen).is_unsure(one, saved)


def test_a_file_saved_earlier_is_outdated_and_one_saved_later_is_not():
    records = with_seen(Records(), file(6), "2026-04-02T09:00:00Z")
    assert is_outdated(records, file(5), "2026-04-01T09:00:00Z")
    assert not is_outdated(records, file(6), "2026-04-02T09:00:00Z")  # the same file: nothing will change
    assert not is_outdated(records, file(5), "2026-04-03T09:00:00Z")  # back to the first number, on purpose


def test_without_a_time_nobody_knows_which_file_is_the_later_one():
    for order in ((5, 6), (6, 5)):
        records = with_seen(Records(), file(order[0]), "")
        assert not is_outdated(records, file(order[1]), "")
        assert is_unsure(records, file(order[1]), "") and not is_unsure(records, file(order[0]), "")
        both = with_seen(records, file(order[1]), "")
        assert is_unsure(both, file(5), "") and is_unsure(both, file(6), "")


MONDAY, TUESDAY, FRIDAY = (f"2026-05-{day}T09:00:00Z" for day in (11, 12, 15))


@pytest.mark.parametrize(
    ("one", "other", "later"),  # each (mailed, saved)
    [
        ((TUESDAY, ""), (MONDAY, FRIDAY), True),  # a corrected file without a time, in a later mail
        ((TUESDAY, MONDAY), (MONDAY, FRIDAY), True),  # a telephone keeps the old time in the file
        (("", TUESDAY), ("", MONDAY), True),
        (("", TUESDAY), (FRIDAY, MONDAY), True),  # one from a folder, one from a mail: when they were saved
        ((TUESDAY, FRIDAY), (TUESDAY, MONDAY), True),
        (("", FRIDAY), (MONDAY, ""), True),  # saved after the other had left
        (("", MONDAY), (TUESDAY, ""), None),
        (("", ""), ("", MONDAY), None),
        (("", MONDAY), ("", MONDAY), None),
    ],
)
def test_which_of_two_files_is_the_later_one(one, other, later):
    assert is_later(one, other) is later
    assert is_later(other, one) is (None if later is None else not later)


def test_people_and_versions_are_kept_apart_and_letters_of_addresses_are_not():
    records = with_seen(Records(), file(6), "2026-04-02T09:00:00Z")
    early = "2026-04-01T09:00:00Z"
    assert not is_outdated(records, file(5, person="suzuki@example.co.jp"), early)
    assert not is_outdated(records, file(5, version="2"), early)
    assert is_outdated(records, file(5, person="Sato@Example.co.jp"), early)


def test_the_order_in_which_people_come_leaves_no_trace():
    one, other = file(5), file(6, person="suzuki@example.co.jp")
    assert with_seen(with_seen(Records(), one, "a"), other, "b") == with_seen(
        with_seen(Records(), other, "b"), one, "a"
    )


def test_an_untouched_file_is_remembered_only_after_a_filled_one():
    assert with_seen(Records(), file(None), "2026-04-01T09:00:00Z") == Records()
    records = with_seen(Records(), file(5), "2026-04-02T09:00:00Z")
    assert is_outdated(records, file(None), "2026-04-01T09:00:00Z")
