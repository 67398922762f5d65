"""What can't be right in the tables of a book with everything: every cell named, all in one pass, nothing lost."""

from __future__ import annotations

import re

import pytest

from tests.agreement.books import Built
from tests.agreement.full_book import full_book, full_plan
from tests.regenerate.typing_in import places, type_in
from xl_kpi import engine
from xl_kpi.catalog.messages import line
from xl_kpi.workbook.reading.plan_reader import read_with_faults

pytestmark = pytest.mark.slow  # the book with everything is built and read

FAULTS = {
    "tbl_costs[r1].amount": -5_000.0,
    "tbl_costs[r2].kind": "宣伝",
    "tbl_segments[r1].margin": 1.2,
    "tbl_segments[r1].lost": -1.0,
    "tbl_people[r1].per_person": -400.0,
    "tbl_workdays[r1].month": 13.0,
    "tbl_answers[r1].nps": 11.0,
    "tbl_answers[r2].nps": 7.5,
    "tbl_answers[r3].satisfaction": 0.0,
    "tbl_reviews[r1].score": 5.5,
    "tbl_surveys[r1].answers": 0.0,
    "tbl_meetings[r1].state": "延期",
    "tbl_mentions[r1].tone": "ふつう",
    "tbl_feedback[r1].concrete": "たぶん",
    "tbl_handover[r1].days": -1.0,
    "tbl_accounts[r1].leads": 2.5,
    "tbl_accounts[r2].stage": "見込み客",
    "tbl_accounts[r3].budget": "予算あり",
    "tbl_accounts[r4].due": "4月のどこか",
    "tbl_actions[r1].due": "令和9年13月1日",
    "tbl_actions[r2].kpi": "広告: 好感度",
    "tbl_ksf[r1].kpi1": "なし",
    "tbl_channels[web].share": -0.1,
    "tbl_channels[ads].unit_cost": -1.0,
    "tbl_rates[web.leads]": 1.5,
}
# Dates as they are written in Japan are dates.
ERAS = {
    "tbl_actions[r1].due": "令和9年4月1日", "tbl_actions[r2].due": "R9.4.1", "tbl_accounts[r1].due": "2027年4月1日",
    "tbl_meetings[r1].on": "２０２７/４/１", "tbl_mentions[r1].on": "R9/4/1",
}  # fmt: skip


@pytest.fixture(scope="module")
def book() -> Built:
    return full_book("ja")


def test_each_fault_is_named_with_its_cell_in_one_pass(book, tmp_path) -> None:
    path = book.at(tmp_path, "bad")
    where = places(path)
    type_in(path, FAULTS)
    before = path.read_bytes()
    read = read_with_faults(engine.open_book(path), path.name)
    told = {(fault.sheet, fault.cell) for fault in read.faults}
    wanted = {where[key]: key for key in FAULTS}
    assert [key for place, key in wanted.items() if place not in told] == []
    assert all(fault.allowed for fault in read.faults)
    said = {(fault.sheet, fault.cell): line(fault, "ja") for fault in read.faults}
    for key in ("tbl_costs[r2].kind", "tbl_meetings[r1].state", "tbl_mentions[r1].tone", "tbl_accounts[r3].budget"):
        assert not re.search("[a-z]", said[where[key]].split("→")[-1]), said[where[key]]  # words, and no ids
    assert path.read_bytes() == before  # reading changes nothing


@pytest.mark.long
def test_dates_in_eras_are_dates(book, tmp_path) -> None:
    path = book.at(tmp_path, "eras")
    type_in(path, ERAS)
    read = read_with_faults(engine.open_book(path), path.name)
    assert [fault for fault in read.faults if fault.level == "error"] == []
    where = places(path)
    assert {(place.sheet, place.cell) for place in read.as_text} == {where[key] for key in ERAS}  # for the cells: text
    for key in ERAS:
        table, _, rest = key.partition("[")
        row, _, column = rest.partition("].")
        assert str(read.plan.tables[table][row][column]) == "2027-04-01", key
    kept = full_plan().tables
    assert read.plan.tables["tbl_costs"] == kept["tbl_costs"]
