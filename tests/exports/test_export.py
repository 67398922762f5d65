"""Every download in a shape that systems give: the right numbers or the right question, never a silent zero."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable
from fractions import Fraction
from pathlib import PurePath
from typing import Any

import openpyxl
import pytest

from tests.exports.downloads import GOOGLE_JA, Download, downloads, text
from xl_kpi.catalog.exports import GRADES, folded, signs, systems, without_currency
from xl_kpi.catalog.messages import message
from xl_kpi.errors import BadFile
from xl_kpi.exchange.exports.export import Export, read_export
from xl_kpi.exchange.exports.files import READ as EXPORT_KINDS
from xl_kpi.exchange.exports.files import files_in
from xl_kpi.exchange.exports.workbooks.percentages import percentages
from xl_kpi.plan.imported.maps import FileMap
from xl_kpi.plan.imported.questions import Asked


def sums_of(rows: Any, roles: Iterable[str]) -> dict[str, Fraction | None]:
    return {role: sum(rows[role].dropna(), Fraction(0)) if role in rows else None for role in roles}


DOWNLOADS = {one.name: one for one in downloads()}
READ = [name for name, one in DOWNLOADS.items() if not one.refused]


def read(download: Download, asked: Asked | None = None) -> Export:
    ((name, data),) = files_in(download.data, download.name)
    return read_export(data, name, asked=asked)


@pytest.mark.parametrize("name", READ)
def test_a_download_gives_its_numbers_or_its_question(name):
    download, asked = DOWNLOADS[name], Asked()
    export = read(download, asked)
    assert export.system == download.system
    assert export.block.header == download.header
    assert tuple(one.id.rpartition("@")[0] for one in asked.open) == download.questions
    assert sums_of(export.rows, download.sums) == download.exact()
    assert {one.reason: one.count for one in export.left_out} == dict(download.left)
    assert export.read == export.used + sum(one.count for one in export.left_out)
    shown = tuple(str(day) for day in export.period) if export.period else None
    assert shown == download.days
    assert export.currency == download.currency
    assert tuple(one.key for one in export.notes) == download.notes
    if download.persons is not None:
        assert export.used == download.persons
    if download.encoding:
        assert export.block.grid.text is not None
        assert export.block.grid.text.encoding == download.encoding


@pytest.mark.parametrize("name", [name for name in READ if DOWNLOADS[name].months])
def test_every_number_is_in_its_month(name):
    download = DOWNLOADS[name]
    rows = read(download).rows
    months = rows["day"].map(lambda day: f"{day:%Y-%m}")
    assert sorted(months.unique()) == sorted(download.months)
    for month, sums in download.months.items():
        assert sums_of(rows[months.eq(month)], sums) == {role: Fraction(str(value)) for role, value in sums.items()}
    assert list(months) == [f"{day:%Y-%m}" for day in rows["until"]]


@pytest.mark.parametrize("name", [name for name, one in DOWNLOADS.items() if one.refused])
def test_what_belongs_to_no_month_is_refused(name):
    with pytest.raises(BadFile) as refused:
        read(DOWNLOADS[name])
    assert refused.value.key == DOWNLOADS[name].refused


@pytest.mark.parametrize("name", [name for name in READ if "total" in DOWNLOADS[name].left])
def test_stated_totals_are_the_sums_of_the_rows(name):
    export = read(DOWNLOADS[name])
    assert export.control, "a stated total was not looked at"
    assert [one for one in export.control if one.stated != one.summed] == []


def test_there_are_files_of_every_system_and_kind():
    assert len(DOWNLOADS) >= 60  # as issue 11 asks
    of_no_system = {"lead_table", "lead_events"}  # tests/leads
    assert {one.system for one in DOWNLOADS.values()} - {""} == set(systems()) - of_no_system
    assert {PurePath(name).suffix for name in DOWNLOADS} == {*EXPORT_KINDS} - {".xlsm"}


def test_a_stated_total_that_is_not_the_sum_says_by_how_much():
    rows = [GOOGLE_JA, ["a", "2026-08-01", "100", "1", "1", "0"], ["合計: アカウント", "", "150", "1", "1", "0"]]
    export = read_export(text(rows).encode(), "short.csv")
    (control,) = [one for one in export.control if one.stated != one.summed]
    assert (control.column, control.stated - control.summed) == ("費用", 50)  # 150 stated, 100 read


@pytest.mark.parametrize(
    ("question", "answer", "day"),
    [("day_order:日", "month_first", "2026-03-04"), ("day_order:日", "day_first", "2026-04-03")],
)
def test_an_answer_is_used(question, answer, day):
    rows = [GOOGLE_JA, ["a", "03/04/2026", "100", "1", "1", "0"]]
    asked = Asked({question: answer})
    export = read_export(text(rows).encode(), "order.csv", asked=asked)
    assert asked.open == []
    assert [str(one) for one in export.rows["day"]] == [day]


@pytest.mark.parametrize(
    ("answer", "april", "used"),
    # Monday 30 March: two of seven days in March; the week of 6 April lies in April
    [("days", 70 + Fraction(5, 7) * 700, 2), ("leave", 70, 1)],
)
def test_a_week_in_two_months_is_split_by_its_days_or_left_out(answer, april, used):
    rows = [["毎週", "キャンペーン名", "コスト", "クリック数"], ["2026/03/30", "検索", "700", "7"]]
    rows.append(["2026/04/06", "検索", "70", ""])
    export = read_export(text(rows).encode(), "weeks.csv", asked=Asked({"weeks": answer}))
    months = export.rows["day"].map(lambda day: day.month)
    assert sums_of(export.rows[months.eq(4)], ["cost"]) == {"cost": april}
    assert (export.used, [(one.reason, one.count) for one in export.left_out]) == (
        used, [] if answer == "days" else [("weeks", 1)]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "april", "until"),
    # 13, 20 and 27 April: of the last week four of seven days are in April; on its day alone all of it
    [("", 200, "2026-05-03"), ("days", 200 + Fraction(4, 7) * 70, "2026-05-03"), ("leave", 200, "2026-04-26"),
     ("single", 270, "2026-04-27")],
)  # fmt: skip
def test_days_a_week_apart_may_be_weeks_and_are_asked_about(answer, april, until):
    rows = [
        ["キャンペーン", "日", "費用"],
        *(["検索", f"2026-04-{day}", cost] for day, cost in ((13, 100), (20, 100), (27, 70))),
    ]
    asked = Asked({"weeks": answer} if answer else {})
    export = read_export(text(rows).encode(), "days.csv", asked=asked)
    months = export.rows["day"].map(lambda day: day.month, na_action="ignore")
    assert sums_of(export.rows[months.eq(4)], ["cost"]) == {"cost": april}
    assert export.period is not None and str(export.period[1]) == until
    assert [one.choices for one in asked.open] == ([] if answer else [("days", "leave", "single")])
    within = read_export(text(rows[:-1] + [["検索", "2026-04-06", 70]]).encode(), "april.csv", asked=asked)
    assert list(within.rows["until"]) == list(within.rows["day"])  # no week in two months: nothing depends on it


def test_weeks_are_read_by_their_first_day_within_the_period_of_the_file():
    head = [["キャンペーン レポート (2026-04-01 - 2026-04-30)"], [], ["キャンペーン", "週", "費用", "クリック数"]]
    dated = [["検索", "2026-03-30", "70", "7"], ["検索", "2026-04-27", "7", "1"]]
    export = read_export(text([*head, *dated]).encode(), "weeks.csv")
    days = [(f"{one.day}", f"{one.until}", one.cost) for one in export.rows.itertuples()]
    assert days == [("2026-04-01", "2026-04-05", 70), ("2026-04-27", "2026-04-30", 7)]
    numbered = read_export(text([*head, ["検索", "14", "70", "7"]]).encode(), "weeks.csv")
    assert [f"{day}" for day in numbered.rows["until"]] == ["2026-04-30"]  # all of it is April's
    with pytest.raises(BadFile) as refused:
        read_export(text([head[-1], ["検索", "2026年第18週", "70", "7"]]).encode(), "weeks.csv")
    assert message(refused.value, "ja").startswith("weeks.csv: 週別のファイルですが、列「週」（2026年第18週 など）では")


def test_months_that_have_their_year_are_called_months():
    rows = [["月", "キャンペーン名", "コスト", "クリック数"], ["2026-04-01", "検索", "70", "7"]]
    export = read_export(text(rows).encode(), "months.csv")
    assert (export.block.columns[0].role, export.monthly) == ("month", True)
    assert [f"{day}" for day in export.rows["until"]] == ["2026-04-30"]


def test_every_cell_that_can_not_be_added_up_is_named_with_its_place():
    rows = [
        [*GOOGLE_JA, "クリック率", "コンバージョン値"],
        ["a", "2026-08-01", "20%", "1,000", "100%", "--", "1.2%", "未集計"],
    ]
    rows += [["a", f"2026-08-{day:02}", "未集計", "", "3", "< 10", "", ""] for day in range(2, 7)]
    rows += [["a", "2026-08-07", "５％", "10", "1", "1"], ["作成者", "広告部", "印刷", "-", "-", "-"]]
    with pytest.raises(BadFile) as refused:
        read_export(text(rows).encode(), "ads.csv")
    first = "2行目の「費用」に「20%」、2行目の「クリック数」に「100%」"
    rest = "、".join(f"{row}行目の「費用」に「未集計」" for row in (3, 4, 5))
    said = f"ads.csv: 件数や金額の列に、数ではないセルが8か所あります: {first}、{rest}、ほか3か所。"
    assert message(refused.value, "ja").startswith(said)


def test_a_percentage_of_a_workbook_is_no_amount_whether_typed_or_shown():
    """The cell of the cost holds 0.2; that of the share of clicks, which is not added up, may be one."""
    book = openpyxl.Workbook()
    book.active.title = "日別"
    for row in ([*GOOGLE_JA, "クリック率"], ["a", dt.date(2026, 8, 1), 0.2, 1000, 5, 0, 0.012],
                ["a", dt.date(2026, 8, 2), 100, 1000, 5, 0, 0.012]):  # fmt: skip
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    assert sums_of(read_export(target.getvalue(), "ads.xlsx").rows, ["cost"]) == {"cost": Fraction("100.2")}
    book.active["C2"].number_format, book.active["G3"].number_format = "0%", '0.0" of all"%'
    target = io.BytesIO()
    book.save(target)
    with pytest.raises(BadFile) as refused:
        read_export(target.getvalue(), "ads.xlsx")
    said = "ads.xlsx: 件数や金額の列に、数ではないセルが1か所あります: 日別!2行目の「費用」に「20%」。"
    assert message(refused.value, "ja").startswith(said)
    assert percentages(target.getvalue()) == {"日別": {(1, 2): "20%", (2, 6): "1.2%"}}


def test_what_no_actual_is_taken_from_may_hold_anything():
    rows = [
        [*GOOGLE_JA, "クリック率", "コンバージョン値"],
        ["a", "2026-08-01", "100", "1000", "5", "0", "1.2%", "未集計"],
    ]
    export = read_export(text(rows).encode(), "ads.csv")
    assert sums_of(export.rows, ["cost", "clicks"]) == {"cost": 100, "clicks": 5}


def test_a_map_that_was_confirmed_goes_before_the_catalog():
    rows = [["媒体費", "計測日", "申込"], ["100", "2026-04-01", "3"]]
    confirmed = FileMap("媒体", {"媒体費": "cost", "計測日": "date", "申込": "conversions"})
    export = read_export(text(rows).encode(), "own.csv", maps=[confirmed])
    assert sums_of(export.rows, ["cost", "conversions"]) == {"cost": 100, "conversions": 3}


def test_the_catalog_holds_what_it_says():
    known = {role for system in systems().values() for role in system.roles.values()}
    for system in systems().values():
        assert system.grade in GRADES
        assert set(system.name) == {"ja", "en"}
    said = signs()
    kinds = [said.counts, said.money, said.overlapping, said.ratios]
    assert sum(map(len, kinds)) == len(set().union(*kinds)), "a role is of one kind only"
    assert {*said.money, *said.counts} & known


def test_words_are_compared_without_width_case_and_spaces():
    assert folded(" 消化金額 （JPY） ") == "消化金額(jpy)"
    assert without_currency(folded("Amount spent (USD)")) == ("amountspent", "USD")


def test_a_report_of_a_month_of_31_days_without_days_is_of_that_month():
    rows = [["キャンペーン レポート (2026-05-01 - 2026-05-31)"], [], ["キャンペーン", "費用", "クリック数", "表示回数"]]
    export = read_export(text([*rows, ["A", "100", "5", "10"]]).encode(), "may.csv")
    assert [(str(one.day), str(one.until)) for one in export.rows.itertuples()] == [("2026-05-01", "2026-05-31")]
