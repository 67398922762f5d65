"""Amounts by mail: a copy is typed in the unit of its headers, whatever has become of the plan's unit meanwhile."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.exchange.sent_books import SUZUKI, TANAKA, Office, quarter
from xl_kpi.catalog.messages import line
from xl_kpi.commands.examine import open_workbook
from xl_kpi.commands.mail.collect import collect
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.history.records_codec import lines_of, records_from
from xl_kpi.plan.records import Records

pytestmark = pytest.mark.slow

APRIL = "actual[ads:cost][2026-04]"  # 160,000 yen are planned
COST, CLICKS = "actual[ads:cost][2026-05]", "actual[ads:clicks][2026-05]"


@pytest.fixture(scope="module")
def office() -> Office:
    return Office(quarter().with_(currency_unit="thousand_yen")).send()


def collected(folder: Path, office: Office, person, typed: dict, plan=None):
    master, back = folder / "計画.xlsx", folder / "返送.xlsx"
    master.write_bytes(Office(plan or office.plan, office.records).master())
    back.write_bytes(office.book(person).type(typed).bytes())
    done = collect(master, [back], words="ja", now=dt.datetime(2026, 5, 20, 10))
    return done, entries_of(open_workbook(master, "ja").read.plan)


def test_a_copy_is_read_in_its_unit_and_a_slip_is_told(tmp_path, office):
    done, found = collected(tmp_path, office, TANAKA, {APRIL: 0.2, COST: 3.0, CLICKS: 1000.0})
    assert (found[COST], found[CLICKS]) == (3000, 1000)
    assert found[APRIL] == 200  # it is taken, as that is what stands there: 0.2千円
    (told,) = [line(fault, "ja") for fault in done.faults if fault.level == "warning"]
    assert told.startswith("計画.xlsx 広告 › 広告費 › 2026/04 実績: 「0.2」 → 目標（160）と桁が違います。千円で入力")


@pytest.mark.long
def test_amounts_with_a_word_and_a_changed_unit(tmp_path, office):
    """The plan has gone over to yen since the copies went out in 千円."""
    plan = office.plan.with_(currency_unit="yen")
    _, found = collected(tmp_path, office, SUZUKI, {COST: 2500.0}, plan)
    assert found[COST] == 2_500_000
    _, found = collected(tmp_path, office, SUZUKI, {COST: "250万円"}, plan)
    assert found[COST] == 2_500_000


def test_the_unit_of_what_was_sent_is_remembered(office):
    assert office.records.sent[-1].unit == "thousand_yen"
    again = records_from(lines_of(office.records))
    assert again.sent == office.records.sent
    # of versions from before it was remembered the copies were in yen
    old = [("sent", '["1","2026-05-01T09:00:00"]'), ("sent", '["2","2026-05-01T09:00:00","mark"]')]
    assert [one.unit for one in records_from(old).sent] == ["yen", "yen"]
    assert list(lines_of(records_from(old))) == old
    assert isinstance(records_from(old), Records)
