"""Attainment in a review: the last month, to date and the whole period, against the present plan and the first one."""

import datetime as dt
from fractions import Fraction

import pytest

from tests.closed_plans import GOAL, REACHED, closed, small
from tests.sheets.plans import in_the_year, template, with_actuals
from xl_kpi.catalog.review_limits import review_limits
from xl_kpi.kpi.review.attainment import CHANNEL, KGI, KPI, Reached, name_of
from xl_kpi.kpi.review.review import Review
from xl_kpi.workbook.theme import FORMATS


def line(review, what, id_, channel=""):
    return next(one for one in review.attainment.all if (one.what, one.id, one.channel) == (what, id_, channel))


def test_r10_a_stage_is_what_its_months_are():
    """Sums by hand, of the targets that the gap is taken from."""
    review = Review(in_the_year("ja"))
    for place, (one, stage) in enumerate(zip(review.attainment.stages, review.plan.stages)):
        asked, told = review.to_date.planned_by_month[place], review.to_date.actual_by_month[place]
        assert (one.id, one.month.target, one.month.actual) == (stage.id, pytest.approx(float(asked[-1])), told[-1])
        assert one.to_date.target == pytest.approx(float(sum(asked))) and one.to_date.actual == sum(told)
        assert one.to_date.attained == pytest.approx(sum(told) / float(sum(asked)))
        assert one.whole.target == pytest.approx(float(sum(review.to_date.asked_by_month[place])))


def test_the_goal_is_held_against_its_own_row():
    """A billion yen over twelve even months: a third of it in four."""
    review = Review(in_the_year("ja"))
    one = review.attainment.goal
    told = [review.plan.actuals["stage:revenue", month] for month in range(4)]
    assert (one.what, one.id, one.unit, one.whole.target) == (KGI, "revenue", "yen", 1e9)
    assert one.to_date.target == pytest.approx(1e9 / 3, rel=1e-6) and one.to_date.actual == sum(told)
    assert one.whole.attained == pytest.approx(sum(told) / 1e9)
    assert name_of(review.plan, one, "ja") == "KGI 売上"


def test_k15_the_first_plan_stays_beside_the_present_one():
    """60 orders in six months, 10 each; 3 came in each of two closed months, so 54 are asked of the four others."""
    one = line(Review(closed(small(), 2)), KGI, "orders")
    assert (one.to_date.first, one.to_date.target, one.to_date.actual) == (30, 10 + 10 + 13.5, 3 * REACHED)
    assert (one.whole.first, one.whole.target) == (GOAL, GOAL)
    assert one.to_date.attained_first == pytest.approx(9 / 30)
    orders = line(Review(closed(small(), 2)), "stage", "orders")
    assert orders.whole.target == GOAL  # 6 are there, 54 are asked; not 20 that were agreed and 54
    assert all(one.to_date.first is None for one in Review(small()).attainment.all)


def test_a_ratio_is_a_ratio_of_totals_in_both_plans():
    """The CVR of the months with actuals is CV ÷ sessions of them all, by hand; of the first plan as well."""
    plan = closed(with_actuals(small(reached=0), 3), 2)
    review = Review(plan)
    cvr, sessions = line(review, KPI, "cvr", "web"), line(review, KPI, "sessions", "web")
    came = [[plan.actuals[f"web:{name}", month] for month in range(3)] for name in ("cv", "sessions")]
    first = [[plan.agreed.first[f"web:{name}", month] for month in range(3)] for name in ("cv", "sessions")]
    assert cvr.to_date.actual == pytest.approx(sum(came[0]) / sum(came[1]))
    assert cvr.to_date.first == pytest.approx(sum(first[0]) / sum(first[1]))
    assert cvr.whole.attained is None and sessions.whole.attained is not None
    assert (sessions.to_date.first, sessions.month.first) == (sum(first[1]), first[1][-1])
    assert sessions.whole.target == pytest.approx(
        sum(came[1][:2]) + sum(review.attainment.figures(plan.channels_on[0]).target["sessions"].months[2:])
    )


def test_less_is_better_is_turned_round():
    """A cost of one of 8 against 10 reached 125 %, of 12.5 80 %; 0 against 10 is above by no percentage."""
    assert Reached(10, None, 8, "down").attained == 1.25 and Reached(10, None, 8, "down").mark == "▲"
    assert Reached(10, 20, 12.5, "down").mark == "▼" and Reached(10, 20, 12.5, "down").attained_first == 1.6
    assert (Reached(10, None, 0, "down").attained, Reached(10, None, 0, "down").mark) == (None, "▲")
    cost = line(Review(in_the_year("ja")), KPI, "cost", "ads")
    assert (cost.to_date.better, cost.whole.better) == ("spent", "up")  # of a whole budget: how much is spent
    assert line(Review(in_the_year("ja")), KPI, "cpa", "ads").to_date.better == "down"


@pytest.mark.parametrize(
    "spent, share, mark",
    [(36, 0.36, ""), (100, 1.0, ""), (104, 1.04, ""), (105, 1.05, "▼"), (200, 2.0, "▼"), (0, 0.0, "")],
)
def test_money_spent_is_a_share_of_its_budget_and_only_above_it_a_warning(spent, share, mark):
    """36 of 100 is 36 % of the budget, and no achievement of 278 %."""
    assert (Reached(100, None, spent, "spent").attained, Reached(100, None, spent, "spent").mark) == (share, mark)
    assert (Reached(0, None, 10, "spent").attained, Reached(0, None, 10, "spent").mark) == (None, "▼")


def test_what_is_not_known_is_none():
    assert Reached(10, None, None).attained is None and Reached(10, None, None).mark == ""
    assert Reached(0, None, 5).attained is None
    nothing = Review(template("default", "ja"))
    assert all(one.to_date.actual is None and one.to_date.mark == "" for one in nothing.attainment.all)
    assert line(nothing, KGI, "orders").whole.target == pytest.approx(float(nothing.to_date.targets.goal))
    plan = in_the_year("ja")
    blank = Review(plan.with_(actuals={key: one for key, one in plan.actuals.items() if key != ("stage:sql", 1)}))
    assert line(blank, "stage", "sql").to_date.actual is None and line(blank, "stage", "sql").month.actual == 46


def test_leads_that_one_channel_does_not_tell_are_not_known():
    plan = in_the_year("ja")
    less = {key: one for key, one in plan.actuals.items() if key != ("ads:cv", 1)}
    review = Review(plan.with_(actuals=less))
    assert review.to_date.actual_by_month[0][1] is None and review.to_date.actual[0] is None
    assert review.gap.parts[0].kind == "unknown"
    assert sum(part.orders for part in review.gap.parts) == pytest.approx(float(review.gap.orders), abs=1e-9)
    assert line(review, CHANNEL, "leads", "web").to_date.actual is not None


def test_what_came_after_the_day_is_not_known_yet():
    """A review of June says of a KPI in July nothing, also where July is typed and closed."""
    plan = in_the_year("ja")
    june, cut = dt.date(2026, 6, 30), {key: one for key, one in plan.actuals.items() if key[1] < 3}
    until = {**plan.settings, "closed_until": dt.date(2026, 7, 1)}
    late, early = Review(plan.with_(settings=until), june), Review(plan.with_(actuals=cut))
    assert (
        late.attainment.all
        == Review(early.plan.with_(settings={**until, "closed_until": june.replace(day=1)})).attainment.all
    )
    assert [one for one in early.attainment.all if one.what == KPI] == [
        one for one in Review(plan, june).attainment.all if one.what == KPI
    ]
    assert late.forecast.orders == early.forecast.orders


@pytest.mark.parametrize(("attained", "mark"), [(1.045, "▲"), (1.0449, "●"), (0.945, "●"), (0.9449, "▼"), (0, "▼")])
def test_marks_are_those_of_the_cells(attained, mark):
    limits = review_limits()
    assert limits.mark(attained) == mark
    assert FORMATS["attain"]["number_format"].startswith(f'[>={limits.above}]"▲ "0%;[>={limits.even}]"● "0%')


def test_orders_of_a_channel_are_those_of_its_leads():
    plan = template("default", "ja")
    rows = {
        f"r{k}": {"number": f"n{k}", "channel": "広告", "leads": dt.date(2026, 4, 1), "orders": day}
        for k, day in enumerate([dt.date(2026, 4, 30), dt.date(2026, 5, 1), dt.date(2026, 5, 31), dt.date(2026, 6, 1)])
    }
    review = Review(with_actuals(plan, 2).with_(tables={"tbl_leads": rows}))
    one = line(review, CHANNEL, "orders", "ads")
    assert (one.month.actual, one.to_date.actual) == (2, 3)
    planned = review.to_date.planned_of_channels[[c.id for c in review.to_date.channels].index("ads")][-1]
    assert one.to_date.target == pytest.approx(float(planned)) and isinstance(planned, Fraction)
