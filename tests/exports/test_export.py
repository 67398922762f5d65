"""Every download in a shape that systems give: the right numbers or the right question, never a silent zero."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.exports.downloads import GOOGLE_JA, Download, downloads, text
from xl_kpi.catalog.exports import GRADES, folded, signs, systems, without_currency
from xl_kpi.exchange.exports.export import Export, read_export
from xl_kpi.plan.imported.questions import Asked


def sums_of(export: Export, roles: object) -> dict[str, Fraction]:
    return {role: sum(export.rows[role].dropna(), Fraction(0)) if role in export.rows else None for role in roles}  # type: ignore[attr-defined]


@pytest.mark.parametrize("download", downloads(), ids=lambda one: one.name)
def test_a_download_gives_its_numbers_or_its_question(download: Download):
    asked = Asked()
    export = read_export(download.data, download.name, asked=asked)
    assert export.system == download.system
    assert export.block.header == download.header
    assert tuple(one.id for one in asked.open) == download.questions
    assert sums_of(export, download.sums) == download.exact()
    assert {one.reason: one.count for one in export.left_out} == dict(download.left)
    assert export.read == export.used + sum(one.count for one in export.left_out)
    shown = tuple(str(day) for day in export.period) if export.period else None
    assert shown == download.days
    assert export.currency == download.currency
    if download.encoding:
        assert export.block.grid.text is not None
        assert export.block.grid.text.encoding == download.encoding


@pytest.mark.parametrize("download", [one for one in downloads() if "total" in one.left], ids=lambda one: one.name)
def test_stated_totals_are_the_sums_of_the_rows(download: Download):
    export = read_export(download.data, download.name)
    assert export.control, "a stated total was not looked at"
    assert [one for one in export.control if one.stated != one.summed] == []


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


def test_a_map_that_was_confirmed_goes_before_the_catalog():
    rows = [["媒体費", "計測日", "申込"], ["100", "2026-04-01", "3"]]
    remembered = {folded("媒体費"): "cost", folded("計測日"): "date", folded("申込"): "conversions"}
    export = read_export(text(rows).encode(), "own.csv", remembered=remembered)
    assert sums_of(export, ["cost", "conversions"]) == {"cost": 100, "conversions": 3}


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
