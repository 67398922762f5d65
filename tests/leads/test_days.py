"""Cells of days in lists of leads: each that is one counts, the others are told or asked about, none is lost unsaid."""

from __future__ import annotations

import datetime as dt

from tests.leads.made_leads import plan
from tests.leads.test_table import read
from xl_kpi.exchange.leads.problems import problems
from xl_kpi.exchange.leads.reading import read_leads
from xl_kpi.plan.imported.questions import Asked

HEADER = "リードID,流入元,リード獲得日,MQL日\n"


def days_of(path, cells, **more):
    """The days of MQL日 by row, the questions, and what is odd, of a list with these cells."""
    rows = "".join(f"{at},紹介,2026/4/1,{cell}\n" for at, cell in enumerate(cells, 1))
    found, _, asked, leads = read(path / "a.csv", HEADER + rows, **more)
    odd = {(one.kind, one.column, one.count, one.rows, one.example) for one in leads.unread}
    return [row["at_mql"] for row in found], [one.id for one in asked.open], odd


def test_a_day_without_a_year_is_asked_and_leaves_the_others_alone(tmp_path):
    cells = ["2026/4/20", "4月21日", "2026/4/22"]
    days, asked, odd = days_of(tmp_path, cells)
    assert (days, asked) == ([dt.date(2026, 4, 20), None, dt.date(2026, 4, 22)], ["year:MQL日@a.csv"])
    days, asked, odd = days_of(tmp_path, cells, answers={"year:MQL日": "2026"})
    assert (days[1], asked, odd) == (dt.date(2026, 4, 21), [], set())
    days, asked, odd = days_of(tmp_path, cells, answers={"year:MQL日": "leave"})
    assert (days[1], asked, odd) == (None, [], {("no_date", "MQL日", 1, (3,), "4月21日")})
    _, asked, _ = days_of(tmp_path, cells, answers={"year:MQL日": "26年"})
    assert asked == ["year:MQL日"]  # no year: asked again


def test_the_year_is_that_of_the_first_month_over_new_year(tmp_path):
    days, _, odd = days_of(tmp_path, ["11月3日", "1月5日", "2月30日"], answers={"year:MQL日": "2026"})
    assert days == [dt.date(2026, 11, 3), dt.date(2027, 1, 5), None]
    assert odd == {("no_date", "MQL日", 1, (4,), "2月30日")}


def test_what_is_no_day_is_counted_and_told(tmp_path):
    days, asked, odd = days_of(tmp_path, ["2026/4/20", "未定", "2026/04/31", "", "--", "未定"])
    assert (days, asked) == ([dt.date(2026, 4, 20), None, None, None, None, None], [])
    assert odd == {("no_date", "MQL日", 3, (3, 4, 7), "未定")}


def test_a_number_of_excel_is_its_day(tmp_path):
    days, asked, odd = days_of(tmp_path, ["2026/4/20", "46130", "46130.5", "12", "99999"])
    # 46130 is shown as 2026/4/18 by Excel
    assert days == [dt.date(2026, 4, 20), dt.date(2026, 4, 18), dt.date(2026, 4, 18), None, None]
    assert odd == {("serial_date", "MQL日", 2, (3, 4), "46130"), ("no_date", "MQL日", 2, (5, 6), "12")}


def test_the_problems_of_a_list_hold_them(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(HEADER + "1,紹介,2026/4/1,未定\n", "utf-8")
    with read_leads([path], plan(), Asked()) as found:
        assert [(one.kind, one.column, one.count) for one in problems(found[0].leads)] == [("no_date", "MQL日", 1)]
