"""A person's part of the review: own channels and stages, nothing of others, the review's own numbers."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tests.sheets.plans import in_the_year, template
from xl_kpi.exchange.mail.own_review import OwnReview
from xl_kpi.kpi.review.own_part import OwnPart
from xl_kpi.kpi.review.review import Review

IDS = ("web", "stage:mql", "dept:マーケティング")


@pytest.fixture(scope="module")
def review() -> Review:
    return Review(in_the_year("ja"))


def test_the_lines_are_those_of_the_review(review):
    part = OwnPart(review, IDS)
    assert {(one.what, one.channel) for one in part.attained} == {
        ("stage", ""), ("channel", "web"), ("kpi", "web"),
    }  # fmt: skip
    assert all(one in review.attainment.all for one in part.attained)
    assert [one.id for one in part.attained if one.what == "stage"] == ["mql"]
    assert all(one in [*review.gap.parts, *review.gap.by_stage] for one in part.gap)
    assert all(one in review.actions for one in part.actions)


def test_a_stage_is_told_what_goes_on_from_it(review):
    """R10: of MQL the rate to SQL, which counts from MQL; the first stage is told the number of leads."""
    assert [(one.since, one.stage, one.channel) for one in OwnPart(review, ("stage:mql",)).gap] == [("mql", "sql", "")]
    assert ("leads", "volume") in {(one.stage, one.kind) for one in OwnPart(review, ("stage:leads",)).gap}


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_nothing_of_others_is_said(lang):
    """Every name of another channel and stage, looked for in everything that one person gets."""
    plan = in_the_year(lang)
    own = OwnReview(OwnPart(Review(plan), ("web",)), lang)
    said = own.lines() + own.page("T", "A").decode()
    others = {one.name for one in plan.channels if one.id != "web"} | {one.owner for one in plan.channels}
    own_name = next(one.name for one in plan.channels if one.id == "web")
    assert own_name in said and not [name for name in others if name and name in said]
    assert not OwnPart(Review(plan), ("dept:法務",))


def test_without_actuals_targets_and_what_to_do():
    plan = template("default", "ja")
    own = OwnReview(OwnPart(Review(plan), IDS), "ja")
    assert own.lines().splitlines() == [
        "■ ご担当分の目標（2026/04〜2027/03）",
        "実績がまだありません。添付のExcelファイルに実績を入力すると、次回から達成率と打ち手をお知らせします。",
        "・MQL: 期間の目標 923",
        "・サービスサイト リード: 期間の目標 1,348",
    ]
    page = own.page(plan.title, "A").decode()
    assert "実績がまだありません" in page and "None" not in page and "nan" not in page


def test_what_is_not_known_is_no_number():
    """A month of MQL without an actual: no attainment, no 0."""
    plan = in_the_year("ja")
    blank = plan.with_(actuals={key: one for key, one in plan.actuals.items() if key != ("stage:mql", 1)})
    line = next(line for line in OwnReview(OwnPart(Review(blank), IDS), "ja").lines().splitlines() if "・MQL:" in line)
    assert line.endswith("に対して実績 —（—）")


def test_names_that_look_like_a_page_are_text():
    plan = in_the_year("ja")
    sly = tuple(replace(one, name="<script>&") if one.id == "web" else one for one in plan.channels)
    page = OwnReview(OwnPart(Review(plan.with_(channels=sly)), IDS), "ja").page("<b>", '"><img src=x>').decode()
    assert "<script" not in page and "<img" not in page and "<b>" not in page and "&lt;script&gt;&amp;" in page
    assert "http" not in page  # nothing is asked for outside


def test_the_day_of_the_review_is_the_last_month_with_an_actual(review):
    assert review.to_date.as_of == dt.date(2026, 7, 31)
    assert OwnReview(OwnPart(review, IDS), "en").span == "2026/04 to 2026/07"


def test_a_channel_of_a_later_stage_is_not_told_that_nothing_changed(review):
    """Its orders are part of the whole stage's: not known alone.  Of the orders' stage the gap itself is told."""
    plan = review.plan
    (later,) = [one.id for one in plan.channels_in_funnel if one.stage != plan.stages[0].id][:1]
    part = OwnPart(review, (later,))
    assert part.untold == [later] and not part.gap
    own = OwnReview(part, "ja")
    page = own.page("T", "A").decode()
    assert "だけの増減は分かりません。段階全体の差に含まれます。" in page and "だけの増減は分かりません" in own.lines()
    assert "増減はありません" not in page
    halved = plan.with_(actuals={key: one / (1 + (key[0] == "stage:orders")) for key, one in plan.actuals.items()})
    short = Review(halved)
    last = OwnReview(OwnPart(short, (f"stage:{plan.stages[-1].id}",)), "ja").lines()
    assert short.gap.orders < 0 and f"目標に対して−{-float(short.gap.orders):.1f}件です" in last


def test_a_stage_without_actuals_is_not_told_that_nothing_changed():
    plan = in_the_year("ja")
    blank = plan.with_(actuals={key: one for key, one in plan.actuals.items() if key != ("stage:mql", 1)})
    part = OwnPart(Review(blank), ("stage:mql",))
    assert part.untold_stages == ["mql"] and not part.gap
    assert "MQLの実績に未入力の月がある" in OwnReview(part, "ja").page("T", "A").decode()


def test_orders_that_another_action_brings_are_said_to_stand_above_only_where_it_does():
    """Of every channel and stage: 'above' has one above in the same mail, else it says with what it overlaps."""
    plan = in_the_year("ja")
    short = ("inside_sales:", "stage:opportunities")
    halved = {key: one / (1 + key[0].startswith(short)) for key, one in plan.actuals.items()}
    review = Review(plan.with_(actuals=halved))
    sets = [(one.id,) for one in review.plan.channels_on] + [(f"stage:{one.id}",) for one in review.plan.stages]
    seen = set()
    for ids in [*sets, tuple(id_ for one in sets for id_ in one)]:
        part = OwnPart(review, ids)
        own = OwnReview(part, "ja")
        for place, action in enumerate(part.actions):
            above = any(review.overlap(action, other) for other in part.actions[:place])
            said = own._brings(action)
            assert ("上の打ち手" in said) == (above and action.brings_back is not None)
            seen |= (
                {"above"} if "上の打ち手" in said else {"others"} if "ほかの段階・チャネルの打ち手と" in said else set()
            )
    assert seen == {"above", "others"}
