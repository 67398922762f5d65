"""Lists of leads without ids that come again: a lead that moved on keeps its row, and what can't be known is asked."""

from __future__ import annotations

import pytest

from tests.exports.made import text
from tests.leads.made_leads import plan
from xl_kpi.commands.imports.leads import ListedLeads, listed
from xl_kpi.exchange.leads.source import table_in
from xl_kpi.exchange.leads.taking import ListFile, taken_lists
from xl_kpi.plan.imported.questions import Asked
from xl_kpi.plan.leads.recognised import recognised
from xl_kpi.plan.leads.rows import LEADS
from xl_kpi.plan.model import Plan

HEAD = ["会社名", "氏名", "メールアドレス", "流入元", "リード獲得日", "MQL化日"]
KNOWN = [
    ["甲社", "佐藤", "sato@a.example", "紹介", "2026/4/13", ""],
    ["乙社", "鈴木", "", "紹介", "2026/4/14", ""],
]
UNKNOWN = [["丙社", "", "", "展示会2026春", "2026/4/15", ""], ["", "", "", "展示会2026春", "2026/4/15", ""]]


def imported(given: Plan, rows: list[list[str]], answer: str = "", head: list[str] = HEAD):
    """What came of a list, and the ids of what was asked."""
    asked = Asked({"leads_same": answer} if answer else {})
    block, others = table_in(text([head, *rows]).encode(), "leads.csv")
    taken = taken_lists([ListFile("leads.csv", block, others)], given, asked)
    return listed(given, taken, asked, with_leads=False, known_rows={}), [one.id for one in asked.open]


def counts(found: ListedLeads) -> tuple[int, int, int, int]:
    """Rows that came, changed, stayed, and all that are there."""
    return found.added, found.changed, found.same, len(found.plan.tables[LEADS])


def moved(rows: list[list[str]]) -> list[list[str]]:
    """The same leads a month later: each has reached MQL."""
    return [[*row[:-1], f"2026/5/{13 + k}"] for k, row in enumerate(rows)]


def test_leads_that_moved_on_keep_their_rows():
    first, _ = imported(plan(), [*KNOWN, *UNKNOWN])
    assert counts(first) == (4, 0, 0, 4)
    again, asked = imported(first.plan, [*KNOWN, *UNKNOWN])
    assert (counts(again), asked, again.plan) == ((0, 0, 4, 4), [], first.plan)
    later, asked = imported(first.plan, moved([*KNOWN, *UNKNOWN]))
    assert (counts(later), asked) == ((0, 4, 0, 4), [])
    assert [row["mql"].day for row in later.plan.tables[LEADS].values()] == [13, 14, 15, 16]
    grown, asked = imported(later.plan, [*moved([*KNOWN, *UNKNOWN]), ["丁社", "林", "", "紹介", "2026/5/20", ""]])
    assert (counts(grown), asked) == ((1, 0, 4, 5), [])


@pytest.mark.parametrize(("rows", "told"), [(KNOWN, []), ([*KNOWN, *UNKNOWN], ["leads_no_identity"])])
def test_leads_that_only_a_day_tells_apart_are_told(rows, told):
    assert [note.key for note in imported(plan(), rows)[0].notes] == told


def test_an_address_or_an_id_that_comes_later_makes_no_second_row():
    first, _ = imported(plan(), KNOWN)
    mailed = [KNOWN[0], [*KNOWN[1][:2], "suzuki@b.example", *KNOWN[1][3:]]]
    later, asked = imported(first.plan, moved(mailed))
    assert (counts(later), asked) == ((0, 2, 0, 2), [])
    rows = [[f"L{k}", *row] for k, row in enumerate(moved(mailed))]
    numbered, asked = imported(later.plan, rows, head=["リードID", *HEAD])
    assert (counts(numbered), asked) == ((0, 0, 2, 2), [])
    assert [row["number"] for row in numbered.plan.tables[LEADS].values()] == ["L0", "L1"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("same", (0, 2, 0, 2)), ("other", (2, 0, 0, 4)), ("", (2, 0, 0, 4))],  # without an answer nothing is written
)
def test_a_lead_whose_first_day_was_filled_in_may_be_another_one_and_is_asked_about(answer, expected):
    """Neither address nor name: the day of MQL is the same, the earlier one is new."""
    first, _ = imported(plan(), [[*row[:-2], "", f"2026/5/{13 + k}"] for k, row in enumerate(UNKNOWN)])
    later, asked = imported(first.plan, moved(UNKNOWN), answer)
    assert (counts(later), asked) == (expected, [] if answer else ["leads_same"])
    again, asked = imported(later.plan, moved(UNKNOWN))
    assert (again.added, again.changed, asked) == (0, 0, [])


def test_rows_of_former_versions_have_numbers_made_of_all_that_was_said():
    """Their numbers changed with every new day: of an unchanged list they are found, of a lead that moved on asked."""
    block, others = table_in(text([HEAD, *KNOWN[1:]]).encode(), "leads.csv")
    (one,) = taken_lists([ListFile("leads.csv", block, others)], plan(), Asked())
    ((number, (former,)),) = one.before.items()
    there = {LEADS: {"r1": {**one.listed[0], "number": former, "industry": "製造業"}}}
    before = plan().with_(tables={**plan().tables, **there})
    found, asked = imported(before, KNOWN[1:])
    assert (counts(found), asked) == ((0, 0, 1, 1), [])
    assert found.plan.tables[LEADS]["r1"] == {**one.listed[0], "number": number, "industry": "製造業"}
    assert imported(before, moved(KNOWN[1:]))[1] == ["leads_same"]
    assert counts(imported(before, moved(KNOWN[1:]), "same")[0]) == (0, 1, 0, 1)
    assert recognised(before, [], {}, Asked()) is before
