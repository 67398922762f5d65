"""Imported numbers: what becomes of those that are there when another file comes."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

import workbook_templates
from xl_kpi.catalog.messages import worded
from xl_kpi.kpi.slips import doubted_actuals
from xl_kpi.plan.imported.figures import Batch, Figure
from xl_kpi.plan.imported.questions import Asked
from xl_kpi.plan.imported.sources import SOURCES, taken_in
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.optional import is_on
from xl_kpi.plan.source import plan_from_source

TODAY = dt.date(2026, 6, 3)
APRIL, MAY = dt.date(2026, 4, 1), dt.date(2026, 5, 1)


def figure(
    value: object, first: int = 1, last: int = 30, month: dt.date = APRIL, kpi: str = "cost", names: str = ""
) -> Figure:
    days = month.replace(day=first), month.replace(day=last)
    return Figure("ads", kpi, month, Fraction(str(value)), *days, 3, frozenset(names.split()))


def batch(*figures: Figure, file: str = "a.csv", system: str = "Google広告") -> Batch:
    return Batch(file, system, figures)


def taken(plan: Plan, *batches: Batch, **answers: str):
    asked = Asked({key.replace("__", ":").replace("_A", "2026-04"): answer for key, answer in answers.items()})
    return taken_in(plan, batches, asked, today=TODAY), asked


def cost(plan: Plan, position: int = 0) -> float | None:
    return plan.actuals.get(("ads:cost", position))


@pytest.fixture
def plan() -> Plan:
    example = plan_from_source(workbook_templates.source("default"), "ja", "default")
    return example.with_(start=APRIL, months=6, actuals={})


def test_a_number_stands_in_the_plan_with_its_source(plan):
    done, asked = taken(plan, batch(figure("120450.5")))
    assert (cost(done.plan), asked.open) == (120450.5, [])
    (row,) = done.plan.tables[SOURCES].values()
    assert (row["kpi"], row["file"], row["rows"], row["taken_on"]) == ("ads.cost", "a.csv", 3, TODAY)
    assert is_on(done.plan, "sources")
    assert [(one.old, one.new) for one in done.writes] == [(None, 120450.5)]


def test_the_same_file_again_changes_nothing(plan):
    once, _ = taken(plan, batch(figure(100)))
    again, asked = taken(once.plan, batch(figure(100)))
    assert (again.plan, again.writes, asked.open) == (once.plan, (), [])


def test_a_corrected_file_replaces_what_it_covers_and_nothing_else(plan):
    once, _ = taken(plan, batch(figure(100)), batch(figure(40), system="Meta広告"))
    done, _ = taken(once.plan, batch(figure(90), file="b.csv"))
    assert cost(done.plan) == 130  # 90 of the corrected file, 40 of the other system
    assert sorted(row["value"] for row in done.plan.tables[SOURCES].values()) == [40, 90]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_files_of_other_days_of_a_month_add_up_in_either_order(plan, order):
    files = [batch(figure(60, 1, 15), file="early.csv"), batch(figure(50, 16, 30), file="late.csv")]
    done, asked = taken(plan, *(files[k] for k in order))
    assert (cost(done.plan), asked.open) == (110, [])


def test_a_longer_file_takes_the_place_of_the_shorter_ones(plan):
    once, _ = taken(plan, batch(figure(60, 1, 15)), batch(figure(50, 16, 30)))
    done, asked = taken(once.plan, batch(figure(115)))
    assert (cost(done.plan), len(done.plan.tables[SOURCES]), asked.open) == (115, 1, [])


def test_days_that_overlap_in_part_are_asked_about(plan):
    once, _ = taken(plan, batch(figure(60, 1, 20)))
    done, asked = taken(once.plan, batch(figure(50, 16, 30)))
    (question,) = asked.open
    assert (question.id, question.choices) == ("overlap:ads.cost:2026-04", ("keep", "take"))  # the safe one first
    assert done.plan == once.plan
    done, asked = taken(once.plan, batch(figure(50, 16, 30)), **{"overlap__ads.cost___A": "keep"})
    assert (done.plan, asked.open) == (once.plan, [])
    done, _ = taken(once.plan, batch(figure(50, 16, 30)), **{"overlap__ads.cost___A": "take"})
    assert cost(done.plan) == 50


@pytest.mark.parametrize(
    ("first", "last", "lost"),
    [
        (20, 31, "2026/05/01–2026/05/19"),
        (1, 12, "2026/05/13–2026/05/31"),
        (10, 20, "2026/05/01–2026/05/09{}2026/05/21–2026/05/31"),
        (2, 31, "2026/05/01"),
    ],
)
def test_the_question_names_the_days_that_would_be_lost(plan, first, last, lost):
    """Of 1 April to 31 May and a corrected file of 20 May to 12 June: June comes in, May says what would go."""
    once, _ = taken(plan, batch(figure(2000), figure(2749, 1, 31, MAY)))
    done, asked = taken(once.plan, batch(figure(953, first, last, MAY), figure(400, 1, 12, dt.date(2026, 6, 1))))
    (question,) = asked.open
    said = {lang: worded(question.text, lang) for lang in ("ja", "en")}
    assert f"置き換えると{lost.format('、')}の分が実績から消えます" in said["ja"]
    assert f"would lose {lost.format(', ')} from the actual" in said["en"]
    assert (cost(done.plan, 1), cost(done.plan, 2)) == (2749, 400)


def test_a_file_of_the_whole_month_is_the_way_out(plan):
    once, _ = taken(plan, batch(figure(2749, 1, 31, MAY)))
    done, asked = taken(once.plan, batch(figure(2773, 1, 31, MAY), file="whole.csv"))
    assert (cost(done.plan, 1), asked.open) == (2773, [])


def test_a_typed_number_is_never_overwritten_silently(plan):
    typed = plan.with_(actuals={("ads:cost", 0): 99.0})
    done, asked = taken(typed, batch(figure(100)))
    assert [one.id for one in asked.open] == ["typed:ads.cost:2026-04"]
    assert done.plan == typed


def test_the_choice_about_a_typed_number_is_remembered(plan):
    typed = plan.with_(actuals={("ads:cost", 0): 99.0})
    kept, _ = taken(typed, batch(figure(100)), **{"typed__ads.cost___A": "keep"})
    assert cost(kept.plan) == 99
    again, asked = taken(kept.plan, batch(figure(100)))
    assert (again.plan, asked.open) == (kept.plan, [])
    _, asked = taken(kept.plan, batch(figure(101)))  # another number is another question
    assert [one.id for one in asked.open] == ["typed:ads.cost:2026-04"]
    taken_over, _ = taken(typed, batch(figure(100)), **{"typed__ads.cost___A": "take"})
    assert cost(taken_over.plan) == 100


def test_a_typed_number_that_says_the_same_is_no_question(plan):
    done, asked = taken(plan.with_(actuals={("ads:cost", 0): 100.0}), batch(figure(100)))
    assert (cost(done.plan), asked.open, done.writes) == (100, [], ())


def test_a_number_typed_over_an_imported_one_counts_as_typed(plan):
    once, _ = taken(plan, batch(figure(100)))
    over = once.plan.with_(actuals={**once.plan.actuals, ("ads:cost", 0): 120.0})
    _, asked = taken(over, batch(figure(90)))
    assert [one.id for one in asked.open] == ["typed:ads.cost:2026-04"]


def test_closed_months_are_asked_about(plan):
    closed = plan.with_(settings={**plan.settings, "closed_until": APRIL})
    done, asked = taken(closed, batch(figure(100), figure(70, month=MAY)))
    assert [one.id for one in asked.open] == ["closed:ads.cost:2026-04"]
    assert (cost(done.plan, 0), cost(done.plan, 1)) == (None, 70)
    done, _ = taken(closed, batch(figure(100)), **{"closed__ads.cost___A": "take"})
    assert cost(done.plan) == 100


def test_months_outside_the_plan_are_left_out(plan):
    done, asked = taken(plan, batch(figure(5, month=dt.date(2027, 4, 1)), figure(5, month=dt.date(2025, 4, 1))))
    assert (done.plan, done.writes, asked.open) == (plan, (), [])


def test_no_id_of_a_row_is_given_twice(plan):
    done = taken_in(plan, [batch(figure(1))], Asked(), today=TODAY, known_rows={"r7"})
    assert list(done.plan.tables[SOURCES]) == ["r8"]


def test_an_answer_that_is_no_choice_is_no_answer():
    asked = Asked({"system": "other", "rate:USD": "many"})
    assert asked.ask("system", "?", "ga4", "meta") == ""
    assert asked.ask_number("rate:USD", "?", low=0, high=1000) is None
    assert [one.id for one in asked.open] == ["system", "rate:USD"]


def names_open(plan: Plan, *batches: Batch, **answers: str) -> tuple[list[str], float | None, Plan]:
    done, asked = taken(plan, *batches, **answers)
    return [one.id for one in asked.open], cost(done.plan), done.plan


NAMES = "names:ads.cost:2026-04"


def test_a_file_of_other_campaigns_is_not_taken_for_a_corrected_one(plan):
    once = taken(plan, batch(figure(100, names="A B")))[0].plan
    other = batch(figure(40, names="C"), file="second account.csv")
    assert names_open(once, other) == ([NAMES], 100, once)
    answer = {"names__ads.cost___A": "add"}
    open_, value, both = names_open(once, other, **answer)
    assert (open_, value) == ([], 140)
    # From then on each file has a row of its own: corrected ones, in either order, need no answer.
    files = batch(figure(90, names="A B"), file="1.csv"), batch(figure(50, names="C"), file="2.csv")
    assert [names_open(both, one)[:2] for one in files] == [([], 130), ([], 150)]
    assert [names_open(both, *order)[:2] for order in (files, files[::-1])] == [([], 140)] * 2
    assert names_open(once, other, **{"names__ads.cost___A": "take"})[:2] == ([], 40)
    assert names_open(once, other, **{"names__ads.cost___A": "keep"}) == ([], 100, once)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_accounts_in_one_run_add_up(plan, order):
    files = [batch(figure(100, names="A B"), file="1.csv"), batch(figure(40, names="C"), file="2.csv")]
    assert names_open(plan, *(files[k] for k in order))[:2] == ([], 140)


def test_a_longer_list_of_campaigns_replaces_a_shorter_one_and_not_the_other_way_round(plan):
    once = taken(plan, batch(figure(60, 1, 15, names="A B")))[0].plan
    more = taken(once, batch(figure(120, names="A B C")))[0].plan
    assert cost(more) == 120
    open_, value, _ = names_open(more, batch(figure(70, names="A")))
    assert (open_, value) == ([NAMES], 120)  # 70 may be all that A cost, or a file that was filtered by mistake
    (question,) = taken(more, batch(figure(70, names="A")))[1].open
    assert question.choices == ("take", "keep")


def test_a_file_without_names_replaces_what_it_covers(plan):
    once = taken(plan, batch(figure(100, names="A B")))[0].plan
    assert names_open(once, batch(figure(90)))[:2] == ([], 90)


def test_long_lists_of_campaigns_are_known_again(plan):
    many = " ".join(f"キャンペーン{k}" for k in range(400))
    once = taken(plan, batch(figure(100, names=many)))[0].plan
    (row,) = once.tables[SOURCES].values()
    assert len(row["names"]) < 200
    assert names_open(once, batch(figure(90, names=many)))[:2] == ([], 90)
    assert names_open(once, batch(figure(90, names=many + " neu")))[0] == [NAMES]


def test_one_answer_may_be_for_all_questions_of_a_kind():
    asked = Asked({"closed:*": "take", "closed:b": "keep"})
    assert [asked.ask(f"closed:{one}", "?", "take", "keep") for one in "abc"] == ["take", "keep", "take"]
    assert (asked.open, asked.used) == ([], {"closed:*", "closed:b"})


def test_a_count_of_a_file_that_is_no_whole_number_is_asked_about_once(plan):
    """12.5 conversions: an ad manager shares a lead out among several ads."""
    april, may = figure(12.5, kpi="cv"), figure("7.5", month=MAY, kpi="cv")
    none, asked = taken(plan, batch(april, may))
    assert none.writes == () and [one.id for one in asked.open] == ["part:ads.cv:Google広告"]
    assert "a.csv" in (said := worded(asked.open[0].text, "ja")) and "2026/04が12.5" in said, said
    once = taken_in(plan, [batch(april, may)], Asked({"part:ads.cv:Google広告": "take"}), today=TODAY)
    assert [one.new for one in once.writes] == [12.5, 7.5]
    assert not [one for one in doubted_actuals(once.plan) if one.key == "plan_check_not_whole"]
    later, asked = taken(once.plan, batch(figure(3.5, month=dt.date(2026, 6, 1), kpi="cv"), file="b.csv"))
    assert ([one.new for one in later.writes], asked.open) == ([3.5], [])
    left = taken_in(plan, [batch(april)], Asked({"part:*": "keep"}), today=TODAY)
    assert left.writes == () and [row["used"] for row in left.plan.tables[SOURCES].values()] == ["left"]
