"""Where a stage belongs: its number, or the place where its row was put in; what can't be told is asked."""

from __future__ import annotations

from fractions import Fraction

import pytest

from xl_kpi.plan.stages.order import StageRow, in_order

BEFORE = ("leads", "mql", "sql", "orders")


def standing(*rows: str, ends: str = "orders") -> list[StageRow]:
    """Rows as "sql", "sql=2.5" (with a number), "+x" or "+x=2.5" (a new one); those behind the last are below it."""
    found: list[StageRow] = []
    for words in rows:
        name, _, number = words.partition("=")
        new, name = name.startswith("+"), name.lstrip("+")
        below = any(one.ends for one in found)
        found.append(StageRow(name, "" if new else name, Fraction(number) if number else None, below, name == ends))
    return found


def ordered(*rows: str, numbered: bool = True) -> list[str]:
    stages = standing(*rows)
    order, asked = in_order(stages, BEFORE, numbered)
    assert not asked, asked
    return [stages[at].name for at in order]


def asked(*rows: str, numbered: bool = True) -> list[tuple[str, str]]:
    stages = standing(*rows)
    return [(stages[one.row].name, one.allowed.key) for one in in_order(stages, BEFORE, numbered)[1]]


MADE = ("leads=1", "mql=2", "sql=3", "orders=4")  # as the sheets are written


@pytest.mark.parametrize(
    ("rows", "order"),
    [
        (MADE, "leads mql sql orders"),
        (("leads", "mql", "sql", "orders"), "leads mql sql orders"),  # the numbers were cleared
        ((*MADE, "+x=2.5"), "leads mql x sql orders"),
        ((*MADE, "+x=0.5"), "x leads mql sql orders"),
        ((*MADE, "+y=2.6", "+x=2.5"), "leads mql x y sql orders"),
        (("leads=1", "mql=2", "sql=4", "orders=5", "+x=3"), "leads mql x sql orders"),  # all typed anew
        (("leads=1", "mql=2", "+x", "sql=3", "orders=4"), "leads mql x sql orders"),  # put in between
        (("leads=1", "mql=2", "+x", "+y", "sql=3", "orders=4"), "leads mql x y sql orders"),
        (("+x", "leads=1", "mql=2", "sql=3", "orders=4"), "x leads mql sql orders"),
        (("leads=1", "mql=2", "sql=3", "+x", "orders=4"), "leads mql sql x orders"),
        (("leads=1", "sql=3", "mql=2", "orders=4"), "leads sql mql orders"),  # a row was moved by hand
        (("leads=1", "mql=2.5", "sql=2", "orders=4"), "leads sql mql orders"),  # by its number
        (("leads=1", "sql=2", "mql=3", "orders=4"), "leads sql mql orders"),  # both, and they agree
        (("leads=1", "sql=3", "orders=4"), "leads sql orders"),  # one is gone
    ],
)  # fmt: skip
def test_stages_stand_by_their_numbers_and_where_rows_were_put_in(rows, order):
    assert ordered(*rows) == order.split()


def test_an_older_workbook_has_no_numbers_and_its_rows_are_the_order():
    assert ordered("leads", "sql", "+x", "mql", "orders", numbered=False) == ["leads", "sql", "x", "mql", "orders"]
    assert asked(*BEFORE, "+x", numbered=False) == [("x", "stage_order_older")]


@pytest.mark.parametrize(
    ("rows", "questions"),
    [
        ((*MADE, "+x"), [("x", "stage_order_missing")]),
        ((*MADE, "+x", "+y"), [("x", "stage_order_missing"), ("y", "stage_order_missing")]),
        ((*MADE, "+x=3"), [("x", "stage_order_same")]),
        ((*MADE, "+x=2.5", "+y=2.5"), [("y", "stage_order_same")]),
        (("leads=1", "mql=3", "sql=3", "orders=4"), [("sql", "stage_order_same")]),
        ((*MADE, "+x=4"), [("x", "stage_order_end")]),
        ((*MADE, "+x=9"), [("x", "stage_order_end")]),
        (("leads=1", "mql=2", "sql=3", "orders=2.5"), [("orders", "stage_order_last")]),
        # put in between two that do not follow each other any more
        (("leads=1", "mql=2", "+x", "sql=3", "orders=4", "+y=2.5"), []),
        (("leads=2.5", "mql=2", "+x", "sql=3", "orders=4"), [("x", "stage_order_missing")]),
        # moved by hand and numbered otherwise
        (("leads=1", "sql=3", "mql=2.5", "orders=4"), [("mql", "stage_order_moved")]),
        (("leads=1", "sql=3", "mql=2", "orders=4", "+x=2.5"), [("x", "stage_order_moved")]),
    ],
)
def test_what_the_rows_do_not_tell_is_asked(rows, questions):
    assert asked(*rows) == questions


def test_the_question_names_the_stages_and_a_number_in_between():
    stages = standing(*MADE, "+x")
    (one,) = in_order(stages, BEFORE, True)[1]
    assert (one.row, one.allowed.values["number"]) == (4, "2.5")
    assert (one.allowed.values["first"], one.allowed.values["second"]) == ("mql", "sql")


def test_two_of_one_number_are_offered_numbers_that_nobody_has():
    """Between 2 and 3: 2.25 and 2.75; the third one between those and 2.5."""
    stages = standing(*MADE, "+x=2.5", "+y=2.5", "+z=2.5")
    offered = [(one.allowed.values["before"], one.allowed.values["after"]) for one in in_order(stages, BEFORE, True)[1]]
    assert offered == [("2.25", "2.75"), ("2.375", "2.625")]
    assert ordered(*MADE, "+x=2.5", "+y=2.25", "+z=2.625") == "leads mql y x z sql orders".split()


def test_without_a_last_stage_of_ours_rows_below_stand_behind():
    """Whoever takes the guard away and types a rate beside the last stage says that another one follows."""
    rows = standing("leads=1", "orders=2", "+renewals", ends="")
    assert in_order(rows, ("leads", "orders"), True) == ([0, 1, 2], [])
