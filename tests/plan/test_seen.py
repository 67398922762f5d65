"""An older file of a person never takes the place of a newer one, in whatever order they are collected."""

from __future__ import annotations

from xl_kpi.plan.merge import Returned
from xl_kpi.plan.records import Records
from xl_kpi.plan.seen import SeenFiles

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


def test_a_file_saved_earlier_is_outdated_and_one_saved_later_is_not():
    records = with_seen(Records(), file(6), "2026-04-02T09:00:00Z")
    assert is_outdated(records, file(5), "2026-04-01T09:00:00Z")
    assert not is_outdated(records, file(6), "2026-04-02T09:00:00Z")  # the same file: nothing will change
    assert not is_outdated(records, file(5), "2026-04-03T09:00:00Z")  # back to the first number, on purpose


def test_without_a_time_the_order_of_collecting_decides():
    records = with_seen(with_seen(Records(), file(5), ""), file(6), "")
    assert is_outdated(records, file(5), "")
    assert not is_outdated(records, file(6), "") and not is_outdated(records, file(7), "")
    again = with_seen(records, file(6), "")
    assert again == records


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
