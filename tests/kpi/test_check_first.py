"""What to check first in a review: each kind of doubt fires where it is made to, and none where all is sound."""

import datetime as dt

import pytest

from tests.closed_plans import small as blank_small
from tests.sheets.on_plan import on_plan
from tests.sheets.plans import template
from xl_kpi.calc import month_start
from xl_kpi.commands.reviews.figures import as_data
from xl_kpi.kpi.review.check_first import OPENED, months_of, worded
from xl_kpi.kpi.review.review import Review
from xl_kpi.plan.language import in_language
from xl_kpi.plan.model import Goal, Plan

LATER = dt.date(2030, 1, 1)


def small(lang: str = "ja", months: int = 6, reached: int = 3) -> Plan:
    """The small plan of which somebody said that nothing is open at the start."""
    plan = blank_small(lang, months, reached)
    return plan.with_(pipeline={stage.id: 0 for stage in plan.stages[:-1]})


def doubts(plan, today=None):
    return {one.kind: one for one in Review(plan).check_first(today)}


def without(plan, *keys):
    return plan.with_(actuals={key: one for key, one in plan.actuals.items() if key not in keys})


def with_(plan, **typed):
    """Actuals by place: ``orders=(9,)`` puts 9 into the first month of stage:orders."""
    more = {(f"stage:{key}", month): float(one) for key, row in typed.items() for month, one in enumerate(row)}
    return plan.with_(actuals={**plan.actuals, **more})


def sound():
    """Three months with what the plan asks."""
    return on_plan(small(reached=0), lambda _, month: month < 3)


def test_a_sound_plan_has_none():
    assert Review(sound()).check_first(LATER) == []
    assert Review(small(reached=0)).check_first(LATER) == []  # nothing is typed: that is said in another place


def test_blanks_of_stages_and_channels_are_each_one_line():
    plan = without(small(), ("stage:sql", 1), ("stage:sql", 2), ("stage:mql", 1), ("stage:mql", 2), ("ads:cv", 0))
    found = [one for one in Review(plan).check_first() if one.kind == "blank"]
    assert [(one.what, one.others, one.sheet, one.months) for one in found] == [
        ("stage:mql", ("stage:sql",), "backwards", (1, 2)),
        ("ads", (), "ads", (0,)),
    ]
    lines = [worded(plan, one, "ja") for one in found]
    assert lines[0] == "逆算: MQL、SQLの2026/05〜2026/06の実績が未入力です。入力してください（なかった月は0）。"
    assert lines[1].startswith("広告: リードの2026/04の実績が未入力")


def test_a_channel_of_which_nobody_counts_the_leads():
    plan = small()
    plan = plan.with_(kpis=tuple(kpi for kpi in plan.kpis if kpi.channel != "ads"))
    found = doubts(plan)["uncounted"]
    assert (found.what, found.sheet) == ("ads", "kpis") and worded(plan, found, "ja").startswith(
        "KPI辞書: 広告にリード"
    )


def test_more_orders_than_ever_were_proposals():
    """9 proposals and 3 open at the start are 12; the 13th order can't be."""
    plan = with_(small(reached=1), proposals=(9,), orders=(12,)).with_(pipeline={"proposals": 3})
    assert "skipped" not in doubts(plan)
    found = doubts(with_(plan, orders=(13,)))["skipped"]
    assert (found.what, found.others, found.months) == ("stage:orders", ("stage:proposals",), (0,))
    assert found.numbers == {"came": 13, "there": 12, "open": 3}
    assert "受注13件が、案件・提案の12件" in worded(plan, found, "ja")


def test_a_stage_that_is_blank_between_them_does_not_hide_it():
    plan = without(with_(small(reached=1), orders=(40,)), ("stage:proposals", 0), ("stage:opportunities", 0))
    assert doubts(plan)["skipped"].others == ("stage:sql",)


def test_a_rate_of_a_channel_over_100_percent():
    """110 conversions of 100 clicks."""
    plan = small(reached=1).with_(actuals={**small(reached=1).actuals, ("ads:clicks", 0): 100.0})
    found = doubts(plan)["over"]
    assert (found.what, found.sheet, found.numbers) == ("ads:cvr", "ads", {"rate": pytest.approx(1.1)})
    assert worded(plan, found, "ja").startswith("広告: CVRの累計が110%")


def test_a_stage_and_the_sheet_of_its_channel_say_two_numbers():
    from tests.sheets.plans import in_the_year

    plan = in_the_year("ja")
    found = doubts(plan)["apart"]
    assert (found.what, found.others, found.numbers) == (
        "stage:opportunities", ("inside_sales",), {"came": 110, "there": 115},
    )  # fmt: skip


def test_more_leads_on_the_list_than_in_the_actuals():
    rows = {
        f"r{k}": {"number": f"n{k}", "channel": "広告", "leads": dt.date(2026, 4, 1), "orders": dt.date(2026, 4, 20)}
        for k in range(4)
    }
    plan = small(reached=1).with_(tables={"tbl_leads": rows})
    assert doubts(plan)["listed"].numbers == {"came": 4, "there": 3}


def test_revenue_without_any_order():
    plan = with_(sound().with_(goal=Goal("revenue", 120e6), order_value=2e6), orders=(0, 0, 0), revenue=(0, 5e6, 1e6))
    found = doubts(plan)["unsold"]
    assert (found.months, found.numbers) == ((1,), {"money": 5e6}) and "5,000,000円" in worded(plan, found, "ja")
    assert "unsold" not in doubts(with_(plan, orders=(1, 0, 0)))
    assert "unsold" not in doubts(plan.with_(pipeline={"orders": 2}))  # won before the start, paid now
    existing = plan.with_(settings={**plan.settings, "existing_revenue": 30e6})
    assert "unsold" not in doubts(existing)
    assert doubts(with_(existing, existing=(0, 4e6, 0)))["unsold"].numbers == {"money": 1e6}


def source(kpi, last, month=dt.date(2026, 6, 1), **more):
    return {"kpi": kpi, "month": month, "first": month, "last": last, "value": 1.0, "used": "used", **more}


def test_imported_data_that_end_in_the_middle_of_a_month():
    whole, half = dt.date(2026, 6, 30), dt.date(2026, 6, 15)
    plan = sound().with_(tables={"tbl_sources": {"r1": source("web.cv", half), "r2": source("web.sessions", whole)}})
    found = doubts(plan)["unfinished"]
    assert (found.what, found.sheet, found.months, found.days) == ("web:cv", "sources", (2,), ((1, 15),))
    assert worded(plan, found, "ja").endswith(
        "の2026/06のデータは1日〜15日の分だけです。月末までのファイルを取り込み直してください。"
    )
    for rows in (
        {"r1": source("web.cv", half), "r2": source("web.cv", whole)},  # a later file has the rest
        {"r1": source("web.cv", half, used="left")},  # it is not used
        {"r1": source("web.cv", half.replace(month=9), dt.date(2026, 9, 1))},  # not a month to date
    ):
        assert "unfinished" not in doubts(plan.with_(tables={"tbl_sources": rows}))
    two = {"r1": source("web.cv", half, system="GA4"), "r2": source("web.cv", whole, system="HubSpot")}
    assert "unfinished" in doubts(plan.with_(tables={"tbl_sources": two}))


def test_weeks_that_leave_days_of_a_month_untold():
    """Both ends and the weeks in between; the KPI is named, and KPIs of a channel with the same days are one line."""
    first = dt.date(2026, 6, 1)  # a Monday

    def plan(*weeks, more=()):
        rows = [(first + dt.timedelta(weeks=week), kpi) for kpi in ("ads.cost", *more) for week in weeks]
        table = {f"w{n}": {"week": day, "kpi": kpi, "value": 7.0} for n, (day, kpi) in enumerate(rows)}
        whole = {
            f"r{n}": source(kpi, dt.date(2026, 6, 30), system="週次実績") for n, kpi in enumerate(("ads.cost", *more))
        }
        return sound().with_(tables={"tbl_weeks": table, "tbl_sources": whole})

    assert "unfinished_weeks" not in doubts(plan(0, 1, 2, 3, 4))
    for weeks, days in (
        ((1, 2, 3, 4), ((8, 30),)),
        ((0, 1, 2), ((1, 21),)),
        ((0, 1, 3, 4), ((1, 14), (22, 30))),
        ((4,), ((29, 30),)),
    ):
        assert doubts(plan(*weeks))["unfinished_weeks"].days == days
    both = plan(0, 1, 3, 4, more=("ads.clicks",))
    found = doubts(both)["unfinished_weeks"]
    assert (found.what, found.others, found.sheet) == ("ads:cost", ("ads:clicks",), "weeks")
    assert worded(both, found, "ja") == (
        "週次実績: 広告 広告費、広告 クリックの2026/06の実績は1日〜14日、22日〜30日の分だけです。"
        "週次実績に残りの週を入力し、xl-kpi import --weeks で取り込んでください。"
    )


def test_a_month_that_is_not_over():
    plan = sound()
    end = month_start(plan.start, 3)
    assert doubts(plan, end) == {}
    found = doubts(plan, end - dt.timedelta(days=1))["future"]
    assert found.months == (2,) and "今日（2026/06/30）" in worded(plan, found, "ja")
    assert doubts(plan, dt.date(2026, 4, 1))["future"].months == (0, 1, 2)


def test_what_was_open_at_the_start_is_asked_for_once():
    """More went on than came in: said as a contradiction where it can't be at all, else as days that are not over."""
    plan = with_(small(), mql=(100, 100, 100))
    assert "opened" not in doubts(plan)
    plan = with_(small(reached=1), proposals=(9,), orders=(8,))  # 8 of 9, of which the days of few are over
    found = doubts(plan)
    assert "skipped" not in found and found["opened"].what == "stage:proposals"
    assert [one.what for one in Review(plan).check_first() if one.kind == OPENED][0] == "stage:proposals"


def test_months_one_after_the_other_are_a_span():
    plan = small()
    assert months_of(plan, (0, 1, 2, 4), "ja") == "2026/04〜2026/06、2026/08"
    assert months_of(plan, (3,), "en") == "2026/07" and months_of(plan, (), "ja") == ""


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_json_has_them_with_words(lang):
    plan = without(small(), ("stage:sql", 1))
    (found,) = [one for one in as_data(Review(plan), lang)["check_first"] if one["kind"] == "blank"]
    assert (found["what"], found["month"], found["months"]) == ("stage:sql", "2026-05", ["2026-05"])
    assert found["message"].startswith(found["sheet"] + ": ")


def test_targets_that_are_met_while_open_items_do_not_go_on():
    """Of 320 leads open at the start a quarter are to be MQL in April; the target is what is needed beyond these."""
    plan = on_plan(template("default", "ja"), lambda _, month: month < 1)
    found = doubts(plan)
    assert "timing" not in found and found["behind"].what == "stage:mql"
    planned = float(Review(plan).to_date.planned[1])  # 52.2, of which the cell shows 53
    assert found["behind"].numbers == pytest.approx({"open": 320, "expected": 80, "actual": 53, "target": planned})
    line = worded(plan, found["behind"], "ja")
    assert "開始時に進行中の320件から2026/04までにMQLが80件進む見込みでしたが、実績は53件です（SQLも同様）" in line
    assert "見込みでは、残りはこれから進むものとしています" in line
    told = worded(in_language(plan, "en"), found["behind"], "en")
    assert (
        "80 MQL were expected by 2026/04 from the 320 open" in told
        and "the forecast has the rest still to come" in told
    )


def test_once_targets_have_caught_up_with_open_items_nothing_is_said():
    """By the end of May the targets to date are what was expected: 156 MQL, 69 SQL, 38 opportunities, 10 orders."""
    found = doubts(on_plan(template("default", "ja"), lambda _, month: month < 2))
    assert "behind" not in found and "timing" not in found


def test_a_start_as_expected_that_is_far_from_the_targets():
    """What the plan expects of April: 80 MQL and 48 SQL out of open items, no orders, against 52, 27 and 5 asked."""
    plan = on_plan(template("default", "ja"), lambda _, month: month < 1)
    plan = with_(plan, mql=(80,), sql=(48,), opportunities=(20,), proposals=(0,), orders=(0,))
    found = doubts(plan)
    assert "behind" not in found and found["timing"].what == "stage:mql"
    line = worded(plan, found["timing"], "ja")
    assert "MQLは目標52.2件に対して実績80件（SQL、案件・提案、受注も同様）" in line and "80件のとおりです" in line
    assert "but as expected" in worded(in_language(plan, "en"), found["timing"], "en")
    without_open = doubts(plan.with_(pipeline={}))
    assert "timing" not in without_open and "behind" not in without_open
