"""``xl-kpi new``: options as people type them, and what becomes of the template's own entries."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange

import pytest

from tests.cli.terminal import ENGLISH, edited, xl
from tests.how_often import often as many
from tests.told import raises_saying, told
from xl_kpi.calc import coming_start
from xl_kpi.calc.lag import Lag
from xl_kpi.commands import SetOption, new, open_workbook, plan_from, unreached
from xl_kpi.errors import InputFaults
from xl_kpi.plan import fields
from xl_kpi.plan.model import Goal
from xl_kpi.plan.pages import optional
from xl_kpi.plan.targets import Targets

pytestmark = pytest.mark.slow  # whole workbooks are written and read back


def plan(template=None, lang="ja", **changes):
    """The plan of a template with changes; a double underscore stands for the dot of a name."""
    typed = [SetOption(name.replace("__", "."), value) for name, value in changes.items()]
    return plan_from(template, lang, typed)[0]


def test_a_workbook_from_the_default_plan(tmp_path):
    answer = xl("new", tmp_path / "plan.xlsx")
    # 60 orders ÷ 1.2 % = 5,000 leads: the arithmetic stands in default.toml
    assert (answer.code, answer.err) == (0, "")
    done, example = answer.out.splitlines()
    assert done == f"{tmp_path / 'plan.xlsx'} を作成しました。2026/04〜2027/03: リード5,000件 → 受注60件"
    # counted in tests/plan/test_examples.py
    assert example.startswith("例の数値が29か所あります（目標値、受注単価、次の段階への転換率、")
    assert (tmp_path / "plan.xlsx").read_bytes().startswith(b"PK")


def test_options_as_people_type_them():
    made = plan(kgi_kind="売上", kgi_value="10億", plan_start="令和8年4月", plan_months="１２", order_value="50万円",
                kgi_deadline="2027年1月末")  # fmt: skip
    assert (made.goal.kind, made.goal.value, made.order_value) == ("revenue", 1_000_000_000, 500_000)
    assert (made.start, made.months) == (dt.date(2026, 4, 1), 12)
    assert made.goal.deadline == dt.date(2027, 1, 31)


def test_every_kind_of_name_that_set_knows():
    made = plan(
        kgi_monthly="5", kgi_customers="60", delivery_days="60", currency_unit="千円", rounding="each",
        plan_title="春の計画", stage__leads__rate="30%", stage__leads__lag="10〜30日", stage__orders__name="成約",
        stage__mql__owner="田中", channel__web__share="35%", channel__webinar__on="×", channel__ads__cost="2万円",
        channel__ads__capacity="500", channel__ads__owner="", channel__web__name="サイト", kpi__web__cvr__value="2%",
        pipeline__sql="12", season__12="50%",
    )  # fmt: skip
    stages = {stage.id: stage for stage in made.stages}
    channels = {channel.id: channel for channel in made.channels}
    assert (made.goal.monthly, made.goal.customers, made.delivery_days) == (5, 60, 60)
    assert (made.currency_unit, made.rounding, made.title) == ("thousand_yen", "each", "春の計画")
    assert (stages["leads"].rate, stages["leads"].lag) == (0.3, Lag(10, 30))
    assert (stages["orders"].name, stages["mql"].owner) == ("成約", "田中")
    assert (channels["web"].share, channels["web"].name, channels["webinar"].on) == (0.35, "サイト", False)
    assert (channels["ads"].unit_cost, channels["ads"].capacity, channels["ads"].owner) == (20_000, 500, "")
    assert next(kpi.value for kpi in made.kpis if (kpi.channel, kpi.id) == ("web", "cvr")) == 0.02
    # the others are the template's
    assert made.pipeline == {"leads": 320, "mql": 40, "sql": 12, "opportunities": 20, "proposals": 15}
    assert made.season == (*[1.0] * 11, 0.5)


def test_options_of_the_command_reach_the_plan(tmp_path):
    path = tmp_path / "plan.xlsx"
    answer = xl("new", path, "--template", "c1", "--lang", "en", "--goal", "100", "--months", "3", "--start",
                "April 2027", "--set", "stage.leads.rate=10%")  # fmt: skip
    assert answer.code == 0, answer.err
    # 100 customers ÷ 10 % = 1,000 leads
    done, example = answer.out.splitlines()
    assert done == f"Wrote {path}: 2027/04 to 2027/06, 1,000 Leads for 100 Orders"
    # goal and rate are given: the days alone are the template's
    assert example.startswith("Example figures: 1 (Days to next stage). Replace them with your own")


def test_why_a_plan_is_not_reached_is_told_when_it_is_made():
    """The default plan reaches its 60 orders; 400 need more before the start, and more than three channels can do."""
    plan, _ = plan_from("default", "ja")
    assert unreached(plan) == []
    found = unreached(plan.with_(goal=Goal("orders", 400.0)))
    keys = ["plan_check_outlook", "plan_check_shortage", *["plan_check_capacity"] * 3]
    assert [one.key for one in found] == keys
    assert [one.sheet for one in found] == ["", "", "ウェビナー", "展示会", "インサイドセールス"]


# --- the start --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "start"),
    [
        ("2026-11-29", "2027-04"),  # four months off
        ("2026-10-01", "2027-04"),  # six months off to the day
        ("2026-09-30", "2026-10"),  # a day more
        ("2026-03-31", "2026-04"),  # tomorrow
        ("2026-04-01", "2026-05"),  # today: the month has begun
        ("2026-12-31", "2027-04"),
        ("2028-02-29", "2028-04"),
    ],
)
def test_a_plan_begins_next_April_or_next_month(today, start):
    """Issue 9: the next April where it is at most six months off, else the next month."""
    made, _ = plan_from("c1", "ja", today=dt.date.fromisoformat(today))
    # the source states April 2026: it is kept until it has passed
    assert f"{made.start:%Y-%m}" == ("2026-04" if today <= "2026-04-01" else start)
    assert coming_start(dt.date.fromisoformat(today)) == dt.date.fromisoformat(f"{start}-01")


def test_no_plan_begins_in_the_past_on_any_day_of_the_year():
    """400 days in a row, the languages in turn; six months are counted on the calendar, day by day.

    In the long run the default plan is read on each of them, before that on every sixteenth.
    """
    for number in range(400):
        today = dt.date(2026, 11, 29) + dt.timedelta(days=number)
        april = dt.date(today.year + (today >= dt.date(today.year, 4, 1)), 4, 1)
        month = (today.month + 5) % 12 + 1
        later = dt.date(today.year + (today.month > 6), month, min(today.day, monthrange(today.year + 1, month)[1]))
        expected = april if april <= later else dt.date(today.year + today.month // 12, today.month % 12 + 1, 1)
        plans = [("c1", "ja"), ("default", ("ja", "en")[number // 16 % 2])]
        for name, lang in plans if number % many(16, 1) == 0 else plans[:1]:
            made, _ = plan_from(name, lang, today=today)
            assert made.start == expected > today, (name, today)


def test_a_start_that_is_given_decides():
    made, _ = plan_from("c1", "ja", [SetOption("plan_start", "2025-04")], today=dt.date(2026, 11, 29))
    assert made.start == dt.date(2025, 4, 1)


def test_a_workbook_as_template_whose_start_has_passed_is_moved_and_says_so(tmp_path, c1_book):
    path, said = tmp_path / "c1.xlsx", []
    path.write_bytes(c1_book)  # April to September 2026
    during, _ = plan_from(path, None, tell=said.append, today=dt.date(2026, 4, 1))
    assert (during.start, said) == (dt.date(2026, 4, 1), [])
    after, _ = plan_from(path, None, tell=said.append, today=dt.date(2026, 11, 29))
    assert after.start == dt.date(2027, 4, 1)
    assert said == [
        "元のブックの開始月 2026/04 は過ぎているため、2027/04 から始めます。ほかの月は --start で指定してください。"
    ]


def test_a_deadline_of_the_template_is_asked_about_when_its_start_has_passed(tmp_path, c1_book):
    path = edited(c1_book, tmp_path / "c1.xlsx",
                  lambda book: setattr(book.cell("kgi_deadline"), "value", dt.date(2026, 9, 30)))  # fmt: skip
    with pytest.raises(InputFaults) as refused:
        plan_from(path, None, today=dt.date(2026, 11, 29))
    assert [fault.key for fault in refused.value.faults] == ["cli_deadline_kept"]
    made, _ = plan_from(path, None, [SetOption("kgi_deadline", "")], today=dt.date(2026, 11, 29))
    assert (made.start, made.goal.deadline) == (dt.date(2027, 4, 1), None)


# --- one entry that makes another one blank --------------------------------------------------------------


def test_a_goal_in_money_takes_the_place_of_one_in_orders():
    with pytest.raises(InputFaults) as refused:
        plan(kgi_kind="revenue")  # 60 orders are not 60 yen
    assert [(fault.cell, fault.found) for fault in refused.value.faults] == [("--goal", "")]


def test_orders_and_customers_are_counted_alike():
    assert plan("c1", kgi_kind="orders").goal.value == 50  # C1: 50 new customers


def test_a_goal_takes_the_place_of_a_growth_and_a_growth_that_of_a_goal():
    grown = plan("c2").goal  # C2: +15 % on a baseline
    assert (grown.value, grown.growth) == (None, 0.15)
    typed = plan("c2", kgi_value="10億").goal
    assert (typed.value, typed.growth, typed.baseline) == (1_000_000_000, None, None)
    again = plan(kgi_growth="+15%", kgi_baseline="200").goal
    assert (again.value, again.growth, again.baseline) == (None, 0.15, 200)


def test_cross_checks_of_a_template_belong_to_its_own_goal(tmp_path):
    # C3 says 5 a month and 60 in all; with 120 the 5 would be a contradiction that nobody typed
    answer = xl("new", tmp_path / "a.xlsx", "--template", "c3", "--goal", "120")
    assert (answer.code, answer.faults) == (
        0, ["目標または月数を変えたため、テンプレートの検算用の値（kgi_monthly）は引き継ぎません。"],
    )  # fmt: skip


def test_a_contradiction_that_somebody_typed_is_refused():
    with raises_saying(InputFaults, "5件 × 12か月 = 60件 ≠ 120件"):
        plan("c3", kgi_value="120", kgi_monthly="5")


def test_C5_can_not_be_built(tmp_path):
    answer = xl("new", tmp_path / "c5.xlsx", "--template", "c5")
    # 2 million × 12 is not 10 million; 10 × 500,000 is not 10 million (domain C5)
    assert answer.code == 2
    assert [line.split(":")[0] for line in answer.faults] == ["--set kgi_monthly", "--set kgi_customers"]
    assert not (tmp_path / "c5.xlsx").exists()


# --- faults ----------------------------------------------------------------------------------------------


def test_all_faults_of_options_and_plan_in_one_pass(tmp_path):
    pages = ("economics", "people", "alignment", "brand", "durations", "content", "lead_list", "lead_scores")
    on_pages = [one.key for one in fields.SINGLES if one.page in pages]
    answer = xl("new", tmp_path / "a.txt", "--goal", "-5", "--months", "0", "--start", "4月", "--set", "rounding",
                "--set", "stage.leads.rate=130%", "--set", "chanel.web.share=1", "--deadline", "31.12.2026x",
                env=ENGLISH)  # fmt: skip
    assert answer.code == 2
    assert answer.faults == [
        "OUT: 'a.txt' → The name of the output must end in .xlsx: give such a name",
        "--months: '0' → Type a whole number such as 12 (1 to 36)",
        "--start: '4月' → April of which year? Start with the year, as in 2026/4",
        "--deadline: '31.12.2026x' → Type year, month and day like 2026/9/30 or 30 September 2026",
        "--set: 'rounding' → Write NAME=VALUE, as in --set stage.leads.rate=20%",
        "--set stage.leads.rate: '130%' → Type a rate like 20% or 0.2 (above 0, at most 1)",
        # in the order of the page 設定 and of the tables
        "--set: 'chanel.web.share' → Did you mean channel.web.share? No such name. Known names: kgi_kind, kgi_value, "
        "kgi_baseline, kgi_growth, kgi_deadline, order_value, revenue_way, monthly_fee, gross_margin, delivery_days, "
        "existing_revenue, existing_churn, existing_upsell, plan_start, plan_months, goal_months, "
        "next_period, next_value, outlook_age, closed_until, carry_over, plan_title, currency_unit, rounding, "
        f"example_marks, kgi_monthly, kgi_customers, budget, {', '.join(on_pages)}, "
        f"{', '.join(optional.switch(key) for key in optional.OPTIONAL)}, tree_ksf, review_rhythm, review_as_of, "
        "stage.leads.name|owner|rate|lag|basis, channel.web.name|on|share|cost|capacity|owner|rate_basis, "
        "kpi.web.form_completion.value|basis|on, pipeline.leads, rate.web.leads, season.1 ... season.12",
        "--goal: '-5' → The goal must be a number above 0",
    ]


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("stage.lead.rate", "stage.leads.rate"),
        ("channel.webb.share", "channel.web.share"),
        ("kpi.web.cvrr.value", "kpi.web.cvr.value"),
        ("kgi_grwth", "kgi_growth"),
        ("pipeline.mqls", "pipeline.mql"),
        ("stage.orders.rate", "stage.orders.name"),  # the last stage has no rate
    ],
)
def test_an_unknown_name_is_asked_with_the_nearest_one(name, near):
    with pytest.raises(InputFaults) as refused:
        plan_from("default", "en", [SetOption.of_set(f"{name}=1")])
    assert [(fault.cell, fault.found) for fault in refused.value.faults] == [("--set", name)]
    assert told(refused.value.faults, "en")[0].allowed.startswith(f"Did you mean {near}?")


def test_one_entry_given_twice():
    with pytest.raises(InputFaults) as refused:
        plan_from(None, "en", [SetOption("kgi_value", "5", "--goal"), SetOption.of_set("kgi_value=6")])
    assert (
        told(refused.value.faults, "en")[0].line()
        == "--set kgi_value: '6' → Also given by --goal 5. Keep one of the two"
    )


def test_a_deadline_of_the_template_that_no_longer_fits(small_book, tmp_path):
    def close_early(edit):
        edit.cell("kgi_deadline").value = dt.date(2026, 12, 24)

    template = edited(small_book, tmp_path / "t.xlsx", close_early)
    assert plan_from(template, "en", [SetOption("plan_months", "10")])[0].goal.deadline == dt.date(2026, 12, 24)
    with pytest.raises(InputFaults) as refused:
        plan_from(template, "en", [SetOption("plan_start", "2027-04")])
    (fault,) = told(refused.value.faults, "en")
    assert (fault.file, fault.sheet, fault.cell, fault.found) == ("t.xlsx", "設定", "C11", "2026-12-24")
    assert fault.allowed.startswith("This deadline comes from the template and does not fit the period.")
    moved = [SetOption("plan_start", "2027-04"), SetOption("kgi_deadline", "")]
    assert plan_from(template, "en", moved)[0].goal.deadline is None


# --- the output ------------------------------------------------------------------------------------------


def test_an_existing_file_is_replaced_only_when_asked(default_book, tmp_path):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(default_book)
    answer = xl("new", path, "--goal", "70", "--months", "3")
    assert answer.code == 3 and "--force" in answer.err and path.read_bytes() == default_book
    assert xl("new", path, "--goal", "70", "--months", "3", "--force").code == 0
    (backup,) = (tmp_path / "plan.xlsx.backups").iterdir()
    assert backup.read_bytes() == default_book and path.read_bytes() != default_book


def test_the_same_plan_gives_the_same_file(tmp_path):
    made = {"template": "c1", "plan_id": "p1", "who": "佐藤", "now": dt.datetime(2026, 4, 1, 9, 30, 15)}
    for name in ("one.xlsx", "again.xlsx"):
        new(tmp_path / name, **made)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "again.xlsx").read_bytes()


def test_every_new_workbook_has_an_id_of_its_own_and_the_first_line_of_its_history(default_book, tmp_path):
    xl("new", tmp_path / "again.xlsx", "--months", "3")
    (tmp_path / "first.xlsx").write_bytes(default_book)
    first, again = (open_workbook(tmp_path / name, "ja").records for name in ("first.xlsx", "again.xlsx"))
    assert first.plan_id != again.plan_id and len(first.plan_id) == len(again.plan_id) == 32
    assert [(line.command, line.key, line.label) for line in again.history] == [("new", "", "ブックを作成しました")]
    assert again.last["kgi_value"] == 60  # the default plan's orders


def test_a_goal_of_revenue_asks_for_the_days_until_it_comes_in(tmp_path):
    # nobody has said when revenue follows an order: nothing is assumed without a word
    money = ("--kgi", "revenue", "--goal", "12000000", "--order-value", "1000000", "--months", "2")
    answer = xl("new", tmp_path / "a.xlsx", *money, env=ENGLISH)
    asked = "The days from order to revenue are blank; 0 is used"
    assert answer.code == 0 and asked in answer.out + answer.err
    answer = xl("new", tmp_path / "b.xlsx", *money, "--delivery-days", "0", env=ENGLISH)
    assert answer.code == 0 and asked not in answer.out + answer.err


def test_a_yearly_goal_in_a_longer_plan():
    assert Targets(plan(kgi_value="60", plan_months="18")).goal == 60  # what is typed, while the question stands
    assert Targets(plan(kgi_value="60", plan_months="18", goal_months="12")).goal == 90  # 60 × 18 ÷ 12
