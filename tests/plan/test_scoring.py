"""The two scores of a lead (S1, S2), its bands and why, by hand; what must not count; what goes with orders."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.agreement.books import template_plan
from tests.how_often import often
from tests.sheets.made_leads import World, tables, with_leads
from xl_kpi.catalog.scoring import scoring
from xl_kpi.plan.checks import check
from xl_kpi.plan.findings.from_leads.scores import of_scores
from xl_kpi.plan.scoring.points import KIND
from xl_kpi.plan.scoring.scores import Scores, two_best
from xl_kpi.plan.scoring.tested import FEW, NO_LOST, RANKED, REVERSED, UNSURE, BackTest, totals_from

DAY = dt.date(2026, 6, 30)
OFFICE, SHOW = "資料請求", "展示会参加"


def plan_of(leads: list[dict], touches: list[dict], own: dict | None = None, **settings):
    """A plan with these leads, numbered from 1, and what they did by then."""
    plan = with_leads(template_plan("small", "ja"), None, leads_as_of=DAY, **settings)
    rows = {f"r{k}": {"number": f"L-{k}", **row} for k, row in enumerate(leads, 1)}
    done = {f"r{k}": {"on": DAY, "kind": OFFICE, **row} for k, row in enumerate(touches, 1)}
    return plan.with_(tables={**plan.tables, "tbl_leads": rows, "tbl_touches": done, **(own or {})})


def test_S1_the_fit_is_the_weighted_points_of_the_answers():
    """Size 10 and budget 5 of 10, five qualities that weigh the same: 20 + 10; with size weighing 6 of 10: 60 + 5."""
    lead = {"size": "大企業", "budget": "検討中", "industry": "農業"}
    (one,) = Scores(plan_of([lead], [])).leads
    assert (one.fit, one.fit_band) == (30, "C")
    (one,) = Scores(plan_of([lead], [], weight_size=6.0)).leads
    assert (one.fit, one.fit_band, one.best_parts) == (65, "B", [1, 2])
    (one,) = Scores(plan_of([lead], [], **{f"weight_{trait}": 0.0 for trait in scoring().weights})).leads
    assert one.fit == 0


def test_S1_points_of_ones_own_go_before_the_standard():
    own = {"tbl_fit": {"r1": {"trait": "size", "answer": "大企業", "points": 4},
                       "r2": {"trait": "industry", "answer": "農業", "points": 10},
                       "r3": {"trait": "size", "answer": "農業", "points": 9}}}  # fmt: skip
    (one,) = Scores(plan_of([{"size": "大企業", "industry": "農業"}], [], own)).leads
    assert one.parts == (20, 8, 0, 0, 0)


def test_S2_actions_earn_points():
    """Two documents at 5 and a trade show at 10 are 20 of 30 points."""
    (one,) = Scores(plan_of([{}], [{"number": "L-1", "count": 2}, {"number": "L-1", "kind": SHOW}])).leads
    assert one.raw == 20
    assert one.act == pytest.approx(200 / 3)
    assert (one.act_band, one.total) == ("2", pytest.approx(100 / 3))


def test_S2_a_cap_holds_for_all_contents_of_a_kind_together():
    touches = [{"number": "L-1", "content": name, "count": 3} for name in "AB"]
    own = {"tbl_points": {"r1": {"kind": OFFICE, "points": 2, "most": 4}}}
    (one,) = Scores(plan_of([{}], touches, own)).leads
    assert [used.points for used in one.used] == [8, 0]


def test_S2_half_after_the_half_life():
    (one,) = Scores(plan_of([{}], [{"number": "L-1", "on": DAY - dt.timedelta(30)}], half_life=30)).leads
    assert one.raw == 2.5


@pytest.mark.parametrize(
    ("outcome", "on", "counts"),
    [
        ({"outcome": "won", "orders": DAY, "closed": DAY + dt.timedelta(9)}, -1, True),
        ({"outcome": "won", "orders": DAY}, 0, False),  # on the day itself
        ({"outcome": "lost", "closed": DAY}, 1, False),
        ({"outcome": "lost", "closed": DAY}, -1, True),
        ({"orders": DAY}, 1, False),  # an order says that it was won
        ({}, 0, True),
        ({}, 1, False),  # after the day on which open leads are looked at
        ({"outcome": "lost"}, -1, True),  # nobody knows when: all that it did counts
    ],
)
def test_what_comes_after_the_outcome_counts_for_nothing(outcome, on, counts):
    plan = plan_of([outcome], [{"number": "L-1", "on": DAY + dt.timedelta(on)}])
    (one,) = Scores(plan).leads
    assert one.raw == (5 if counts else 0)
    assert one.is_closed == bool(outcome)


def test_what_a_lead_did_is_faded_by_the_day_of_its_outcome():
    """A closed lead keeps the score that it had on its last day, whatever day it is now."""
    lead = {"outcome": "lost", "closed": DAY - dt.timedelta(100)}
    plan = plan_of([lead], [{"number": "L-1", "on": DAY - dt.timedelta(110)}], half_life=10)
    assert Scores(plan).leads[0].raw == 2.5


def test_actions_without_a_day_a_kind_or_a_lead_count_for_nothing():
    touches = [{"number": "L-1", "on": None}, {"number": "L-1", "kind": "手紙"}, {"number": "L-9"}, {"number": ""}]
    scores = Scores(plan_of([{}], touches))
    assert scores.leads[0].raw == 0
    assert [one.number for one in scores.strays] == ["L-9", ""]


def test_of_leads_with_the_same_number_the_first_one_did_it():
    scores = Scores(plan_of([{"number": "L-1"}, {"number": "L-1"}, {"number": ""}], [{"number": "L-1"}]))
    assert [one.raw for one in scores.leads] == [5, 0, 0]


@pytest.mark.parametrize(
    ("total", "verdict"), [(60, "sure"), (59.9999, "maybe"), (45, "maybe"), (44.9, "not"), (0, "not"), (100, "sure")]
)
def test_between_an_mql_and_none_somebody_looks(total, verdict):
    """The score of both is that of behaviour here: points of 100."""
    own = {"tbl_points": {"r1": {"kind": OFFICE, "points": total}}}
    plan = plan_of([{}], [{"number": "L-1"}], own, points_full=100.0, score_fit_share=0.0)
    assert Scores(plan).leads[0].verdict == verdict


@pytest.mark.parametrize(
    ("parts", "best"),
    [([], []), ([0.0], []), ([1.0], [0]), ([1.0, 2.0], [1, 0]), ([3.0, 3.0], [0, 1]), ([-1.0, 0.0], []),
     ([5.0, 1.0, 5.0, 5.0], [0, 3])],
)  # fmt: skip
def test_the_two_best_reasons(parts, best):
    assert two_best(parts) == best


def of_bands(*bands: tuple[str, int, int]) -> BackTest:
    """Leads by size (大企業 A with every weight on it, 中堅 B, 中小 C): so many lost and won."""
    leads = []
    for size, won, lost in bands:
        leads += [{"size": size, "outcome": "won", "orders": DAY}] * won
        leads += [{"size": size, "outcome": "lost", "closed": DAY}] * lost
    weights = {f"weight_{trait}": float(trait == "size") for trait in scoring().weights}
    return BackTest(plan_of(leads, [], **weights))


@pytest.mark.parametrize(
    ("bands", "said"),
    [
        ((("大企業", 5, 5), ("中堅", 5, 5)), FEW),  # 20 with an outcome
        ((("大企業", 40, 60),), FEW),  # in one band
        ((("大企業", 40, 0), ("中堅", 40, 0)), NO_LOST),
        ((("大企業", 40, 60), ("中堅", 10, 90)), RANKED),
        ((("大企業", 12, 88), ("中堅", 10, 90)), UNSURE),
        ((("大企業", 10, 90), ("中堅", 12, 88)), UNSURE),  # the other way round by chance
        ((("大企業", 10, 90), ("中堅", 40, 60)), REVERSED),
        ((("大企業", 30, 70), ("中堅", 60, 40), ("中小", 1, 99)), REVERSED),
    ],
)  # fmt: skip
def test_whether_the_score_ranks(bands, said):
    assert of_bands(*bands).verdict("fit") == said


def test_without_any_loss_there_is_no_rate_of_orders():
    tested = of_bands(("大企業", 40, 0), ("中堅", 40, 0))
    assert (tested.all.won, tested.all.rate, tested.all.interval, tested.band("fit", "A").rate) == (
        80,
        None,
        None,
        None,
    )
    assert {(one.having.rate, one.others.rate, one.lift) for one in tested.drivers} == {(None, None, None)}
    assert of_bands(("大企業", 40, 0), ("中堅", 39, 1)).band("fit", "A").rate == 1  # where others are lost it is one


def test_totals_give_the_same_figures_as_rows():
    plan = with_leads(template_plan("small", "ja"), World(leads=400), half_life=60)
    rows = BackTest(plan)
    made = {
        f"r{k}": {key: value for key, value in vars(one).items() if value not in ("", None)}
        for k, one in enumerate(totals_from(plan), 1)
    }
    totals = BackTest(plan.with_(tables={"tbl_lead_totals": made}))
    assert not totals.in_rows and not totals.is_empty
    assert totals.all == rows.all and totals.all.leads == 400
    for group in ("verdict", "fit", "act"):
        assert totals.verdict(group) == rows.verdict(group)
    for fit in "ABCD":
        assert [totals.open_in(fit, act) for act in "1234"] == [rows.open_in(fit, act) for act in "1234"]
    told = {(one.point.of, one.point.word): (one.having, one.lift) for one in totals.drivers}
    assert told.items() >= {(one.point.of, one.point.word): (one.having, one.lift) for one in rows.drivers}.items()
    names = [one.name for one in plan.channels_on]
    for others in (False, True):
        one, other = (tested.channel(names, others=others) for tested in (rows, totals))
        assert (other.leads, other.sure) == (one.leads, pytest.approx(one.sure) if one.sure is not None else None)
        assert other.means == tuple(None if mean is None else pytest.approx(mean) for mean in one.means)


WORLDS, DRIVERS = often(4, 100), (("kind", "展示会参加"), ("size", "中堅"))


def test_what_drives_orders_is_ranked_first():
    """5,000 leads whose driver, an action or an answer, makes an order twice as likely: first in 95 of 100 worlds."""
    plan, first = template_plan("small", "ja"), 0
    for seed in range(WORLDS):
        driver = DRIVERS[seed % 2]
        best = BackTest(plan.with_(tables=tables(World(seed, 5000, driver, 2.0)))).ranked[0].point
        first += (best.of, best.word) == driver
    assert first >= 0.95 * WORLDS


def test_without_a_driver_nothing_is_called_one_often():
    """25 answers and actions at 95 %: about one of 40 lies above 1 by chance."""
    plan = template_plan("small", "ja")
    found = [
        one for seed in range(4) for one in BackTest(plan.with_(tables=tables(World(seed, 2000, times=1)))).drivers
    ]
    known = [one for one in found if one.lift]
    assert sum(one.lift.low > 1 for one in known) <= 0.08 * len(known)
    assert len(known) > 80


def told(plan) -> dict[str, object]:
    return {one.allowed.key: one for one in of_scores(plan)}


def test_check_names_what_has_no_points():
    plan = plan_of([{"industry": "農業"}, {"industry": "農業", "size": "大企業"}], [{"number": "L-1", "kind": "手紙"}])
    found = told(plan)
    assert set(found) == {"plan_check_score_unknown", "plan_check_score_kinds"}
    assert found["plan_check_score_unknown"].allowed.values["words"] == "農業"
    assert found["plan_check_score_unknown"].allowed.values["count"] == "2"
    assert found["plan_check_score_kinds"].allowed.values["words"] == "手紙"
    own = {"tbl_fit": {"r1": {"trait": "industry", "answer": "農業", "points": 0}},
           "tbl_points": {"r1": {"kind": "手紙", "points": 0}}}  # fmt: skip
    assert told(plan.with_(tables={**plan.tables, **own})) == {}
    assert list(of_scores(plan.with_(settings={**plan.settings, "page_lead_scores": "off"}))) == []


def test_check_knows_weights_and_bounds_that_cannot_work():
    weights = {f"weight_{trait}": 0.0 for trait in scoring().weights}
    assert set(told(plan_of([], [], **weights))) == {"plan_check_score_weights"}
    found = [one.cell for one in of_scores(plan_of([], [], mql_maybe=70.0, fit_from_b=80.0, act_from_3=44.0))]
    assert found == ["mql_maybe", "fit_from_b"]


def test_check_says_when_a_score_ranks_the_wrong_way():
    tested = of_bands(("大企業", 10, 90), ("中堅", 40, 60))
    assert "plan_check_score_reversed" in told(tested.plan)


def test_a_plan_with_scores_is_sound():
    plan = with_leads(template_plan("small", "en"), World())
    assert [one for one in check(plan) if one.level == "error"] == []
    assert all(one.of == KIND for one in Scores(plan).kinds)


@pytest.mark.parametrize(("undated", "said"), [(8, "undated"), (3, "unsure")])
def test_many_outcomes_without_a_day_say_nothing_of_behaviour(undated, said):
    """40 leads with an outcome; of a fifth and more without a day nobody knows what they did before it."""
    leads = [{"size": "大企業", "outcome": "won", "orders": DAY}] * 20
    leads += [{"size": "中小", "outcome": "lost"} | ({"closed": DAY} if k >= undated else {}) for k in range(19)]
    touches = [{"number": f"L-{k}", "on": DAY - dt.timedelta(9), "count": 1 + k % 30} for k in range(39)]
    tested = BackTest(plan_of(leads, touches))
    assert tested.undated == undated
    assert (tested.verdict("act") == "undated") == (said == "undated")
    assert tested.verdict("fit") != "undated"
