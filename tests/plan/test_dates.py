"""Months and dates as people type them.  令和 n is the year 2018 + n, 平成 n is 1988 + n."""

import calendar
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xl_kpi.catalog.messages import worded
from xl_kpi.plan.input.reading import Unreadable, read_date, read_month

APRIL = dt.date(2026, 4, 1)
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def allowed_for(reader, raw, lang="en"):
    with pytest.raises(Unreadable) as caught:
        reader(raw)
    return worded(caught.value.allowed, lang)


@pytest.mark.parametrize(
    "typed",
    ["2026/4", "2026-04", "2026.4", "2026年4月", "2026 年 4 月", "２０２６／４", "２０２６年４月", "令和8年4月", "R8.4",
     "r8/4", "Ｒ８．４", "㋿8年4月", "April 2026", "Apr 2026", "apr. 2026", "2026 April", "Apr-2026", "2026/4/1",
     "2026-04-01", "2026-04-01 00:00:00", "2026年4月1日", "令和８年４月１日", "R8.4.1", "April 1, 2026", "1 April 2026",
     dt.date(2026, 4, 1), dt.datetime(2026, 4, 1)],
)  # fmt: skip
def test_april_2026(typed):
    assert read_month(typed) == APRIL
    assert type(read_month(typed)) is dt.date


@pytest.mark.parametrize(
    "typed",
    ["2026/9/30", "2026-09-30", "2026.9.30", "２０２６／９／３０", "2026年9月30日", "令和8年9月30日", "R8.9.30",
     "2026年9月末",      "2026年9月末日", "30 September 2026", "September 30, 2026", "Sept 30th, 2026", "30-Sep-2026",
     dt.date(2026, 9, 30), dt.datetime(2026, 9, 30)],
)  # fmt: skip
def test_30_september_2026(typed):
    assert read_date(typed) == dt.date(2026, 9, 30)


def test_eras_begin_and_end_on_their_days():
    assert read_month("令和元年5月") == dt.date(2019, 5, 1)
    assert read_month("平成31年4月") == dt.date(2019, 4, 1)
    assert read_date("平成31年4月30日") == dt.date(2019, 4, 30)
    assert allowed_for(read_date, "令和1年4月30日").startswith("Did you mean 2019/4/30? ")  # still 平成
    assert allowed_for(read_month, "平成32年4月").startswith("Did you mean 2020/4? ")  # would be 令和2年
    assert allowed_for(read_month, "H38/4").startswith("Did you mean 2026/4? ")


@pytest.mark.parametrize(
    "typed",
    [202604, "202604", 202604.0, 20260401, 46113, "46113", "4/2026", "04-2026", "Apr-26", "Apr '26", "2026/4/15",
     dt.date(2026, 4, 15), dt.datetime(2026, 4, 1, 12)],
)  # fmt: skip
def test_what_may_be_a_month_is_asked(typed):
    # 46113 is Excel's number of 1 April 2026: a bare number is never taken for a date.
    assert allowed_for(read_month, typed) == "Did you mean 2026/4? Type year and month like 2026/4 or April 2026"


def test_the_question_in_japanese():
    assert allowed_for(read_month, 202604, "ja") == "2026/4 のことですか？ 2026/4 のように年と月を入力してください"
    assert allowed_for(read_month, "4月", "ja") == "何年の4月ですか？ 2026/4 のように年から入力してください"
    assert allowed_for(read_month, "", "ja") == "未入力です。2026/4 のように年と月を入力してください"


@pytest.mark.parametrize("typed", ["4月", "４月", "April", "apr", "4月1日"])
def test_a_month_without_a_year_asks_for_the_year(typed):
    assert allowed_for(read_month, typed) == "April of which year? Start with the year, as in 2026/4"


@pytest.mark.parametrize(
    "typed",
    ["2026/13", "2026/0", "26年4月", "26/4", "2026/4/31", "1926/4", "9999/1", "R0.4", "2026", 2026, 4, "Aprill 2026",
     "text",      "2026/4-1", "4/5", True, [], 1e300],
)  # fmt: skip
def test_no_month(typed):
    assert "which year" not in allowed_for(read_month, typed)


@pytest.mark.parametrize(
    ("typed", "likely"),
    [("9/30/2026", "2026/9/30"), ("30/9/2026", "2026/9/30"), ("2026/9", "2026/9/30"), ("2026年2月", "2026/2/28"),
     (20260930, "2026/9/30"), (46295, "2026/9/30"), (dt.datetime(2026, 9, 30, 23, 59), "2026/9/30")],
)  # fmt: skip
def test_what_may_be_a_day_is_asked(typed, likely):
    assert allowed_for(read_date, typed).startswith(f"Did you mean {likely}? Type year, month and day")


@pytest.mark.parametrize("typed", ["2026/2/30", "2026年2月29日", "2026/9/0", "5/4/2026", "9/30", "soon", False])
def test_no_day(typed):
    # 5/4/2026 is 5 April or 4 May, so there is nothing to ask.
    assert allowed_for(read_date, typed).startswith("Type year, month and day")


days = st.dates(dt.date(2019, 5, 1), dt.date(2099, 12, 31))


@given(days, st.booleans())
def test_a_day_comes_back_however_it_is_written(day, full_width):
    ways = [
        f"{day.year}/{day.month}/{day.day}",
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"令和{day.year - 2018}年{day.month}月{day.day}日",
        f"R{day.year - 2018}.{day.month}.{day.day}",
    ]
    if full_width:
        ways = [way.translate(FULL_WIDTH) for way in ways]
    ways += [
        f"{day.day} {calendar.month_name[day.month]} {day.year}",
        f"{calendar.month_abbr[day.month]} {day.day}, {day.year}",
    ]
    assert {read_date(way) for way in ways} == {day}


@given(st.text(max_size=20) | st.floats() | st.integers() | st.datetimes() | st.none())
def test_any_value_is_read_or_refused(raw):
    for reader in (read_month, read_date):
        try:
            assert 2000 <= reader(raw).year < 2200
        except Unreadable as refused:
            assert "{" not in worded(refused.allowed, "en")
