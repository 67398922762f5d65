"""Our charts on generated sheets are made anew and never double; a chart of the user's is never taken for ours."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest

from tests.agreement.selected import often
from tests.graft.anew import made_anew
from tests.graft.plain import ADS, made, sheet_part
from tests.sheets.plans import five_months
from tests.torture.package import Parts, unzipped
from xl_kpi.plan.model import Plan

pytestmark = pytest.mark.slow  # each test builds and grafts a whole workbook

PLAN = five_months("ja")
MADE = 12  # 使い方, ファネル, 逆算 and the five channels' tabs have one chart each, ダッシュボード four


def month_more() -> Plan:
    return PLAN.with_(months=6, goal=replace(PLAN.goal, deadline=dt.date(2026, 9, 30)))


def kpis_less() -> Plan:
    """広告 without what it costs: the rows of the tab end earlier, and so its chart stands higher."""
    gone = ("ads:cost:", "ads:cpa:")
    return PLAN.with_(
        kpis=tuple(kpi for kpi in PLAN.kpis if f"{kpi.channel}:{kpi.id}:" not in gone),
        actuals={key: value for key, value in PLAN.actuals.items() if not key[0].startswith(gone)},
    )


def without_ads() -> Plan:
    return PLAN.with_(
        channels=tuple(each for each in PLAN.channels if each.id != "ads"),
        kpis=tuple(each for each in PLAN.kpis if each.channel != "ads"),
        actuals={key: value for key, value in PLAN.actuals.items() if not key[0].startswith("ads:")},
    )


def drawing(data: bytes, sheet: str = ADS) -> str:
    """The part of a sheet's drawing."""
    rels = unzipped(data)[f"xl/worksheets/_rels/{sheet_part(data, sheet).rpartition('/')[2]}.rels"].decode()
    return "xl/drawings/" + re.search(r'Target="[^"]*/drawings/([^"]+)"', rels)[1]


def names(data: bytes, sheet: str = ADS) -> list[str]:
    """The names of what is drawn on a sheet, from the bottom to the top."""
    return re.findall(r'cNvPr id="\d+" name="([^"]*)"', unzipped(data)[drawing(data, sheet)].decode())


def charts(data: bytes) -> int:
    return sum(name.startswith("xl/charts/chart") for name in unzipped(data))


def with_another(name: str, old: str = "", new: str = "", first: str = "xl_kpi 1") -> bytes:
    """広告 with a copy of our chart over it, which bears ``name``; in its place ``new`` stands for ``old``.

    ``first`` the name that our own chart has then.
    """
    book = Parts(made())
    part = drawing(made())
    xml = book.text(part)
    anchor = re.search(r"<xdr:twoCellAnchor.*?</xdr:twoCellAnchor>", xml, re.DOTALL)[0]
    chart = "xl/charts/" + re.search(r'charts/(chart\d+\.xml)"', book.text(f"xl/drawings/_rels/{part[12:]}.rels"))[1]
    part_of_copy = book.add("xl/charts/chart99.xml", book.text(chart), book_type("drawingml.chart"))
    rid = book.relate(part, "chart", part_of_copy)
    copy = re.sub(r'r:id="[^"]*"', f'r:id="{rid}"', anchor).replace('name="xl_kpi 1"', f'name="{name}"')
    assert old in copy
    copy = copy.replace(old, new) if old else copy
    ours = anchor.replace('name="xl_kpi 1"', f'name="{first}"')
    book.parts[part] = xml.replace(anchor, ours + copy).encode()
    return book.zipped()


def book_type(name: str) -> str:
    return f"application/vnd.openxmlformats-officedocument.{name}+xml"


def saved_by_another_program() -> bytes:
    """openpyxl gives each chart the name Chart 1 and keeps its place and what it reads."""
    file = BytesIO()
    openpyxl.load_workbook(BytesIO(made())).save(file)
    return file.getvalue()


def unchanged():
    return PLAN


@pytest.mark.parametrize(
    "change", often([unchanged, month_more, kpis_less], [month_more]), ids=["nothing", "a month", "KPIs less"]
)
def test_charts_that_lost_their_names_do_not_double(change):
    user = saved_by_another_program()
    assert names(user) == ["Chart 1"]
    done = made_anew(user, change())
    assert charts(done.data) == MADE
    assert names(done.data) == ["xl_kpi 1"]


@pytest.mark.long
def test_a_sheet_that_goes_takes_its_chart_without_a_name_along():
    done = made_anew(saved_by_another_program(), without_ads())
    assert done.rest == {}
    assert charts(done.data) == MADE - 1


def test_a_copy_of_our_chart_in_another_place_is_the_users():
    """Excel lets a copy keep its name: ours is the one that stands where it stood, whichever comes first."""
    done = made_anew(with_another("xl_kpi 1", "<xdr:col>1</xdr:col>", "<xdr:col>19</xdr:col>"), PLAN)
    assert names(done.data) == ["xl_kpi 1", "コピー xl_kpi 1"]
    assert charts(done.data) == MADE + 1
    assert "<xdr:col>19</xdr:col>" in unzipped(done.data)[drawing(done.data)].decode()
    again = made_anew(done.data, PLAN)
    assert again.data == done.data


def test_a_copy_that_lies_over_ours_keeps_its_own_name():
    """Ours is there under its name, so nothing else is looked for."""
    done = made_anew(with_another("グラフ 5"), PLAN)
    assert names(done.data) == ["xl_kpi 1", "グラフ 5"]
    assert charts(done.data) == MADE + 1


def test_a_chart_of_the_users_in_the_place_of_ours_stays():
    """It reads the tab, ours read the calculation sheet; that ours had been deleted does not make it ours."""
    book = Parts(made())
    part = drawing(made())
    book.edit(part, 'name="xl_kpi 1"', 'name="グラフ 1"')
    chart = "xl/charts/" + re.search(r'charts/(chart\d+\.xml)"', book.text(f"xl/drawings/_rels/{part[12:]}.rels"))[1]
    book.parts[chart] = re.sub(r"'計算'!\$[A-Z]+\$\d+", f"'{ADS}'!$G$9", book.text(chart)).encode()
    done = made_anew(book.zipped(), PLAN)
    assert names(done.data) == ["xl_kpi 1", "グラフ 1"]
    assert charts(done.data) == MADE + 1


@pytest.mark.long
def test_a_chart_without_our_name_in_another_place_is_the_users():
    user = with_another("グラフ 5", "<xdr:col>1</xdr:col>", "<xdr:col>19</xdr:col>", first="グラフ 4")
    done = made_anew(user, PLAN)
    assert names(done.data) == ["xl_kpi 1", "グラフ 5"]
