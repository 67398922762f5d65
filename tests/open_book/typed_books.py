"""Workbooks in which somebody has typed: what both ways to regenerate are held against each other with."""

from __future__ import annotations

import datetime as dt
import zipfile
from functools import cache
from pathlib import Path

import openpyxl

from tests.new_files import few_pages, new_file
from tests.open_book.excel_side import serial
from tests.open_book.open_books import plan_of
from tests.regenerate.typing_in import add_sheet, places, type_in
from xl_kpi.commands import open_workbook
from xl_kpi.commands.rewrite import Rewritten, rewrite

NOW = dt.datetime(2026, 6, 3, 9, 30, 0)


@cache
def workbook(months: int) -> bytes:
    """The default plan with a few actuals."""
    actuals = {("ads:cost", 0): 120_000, ("ads:cost", 2): 90_000, ("stage:mql", 1): 66, ("web:cv", 0): 180}
    return new_file(few_pages(plan_of("default", "ja")).with_(months=months, actuals=actuals, pipeline={"mql": 12}))


def by_file(path: Path) -> Rewritten:
    return rewrite(open_workbook(path, "ja"), command="regenerate", who="", now=NOW)


def numbers(cells: dict) -> dict:
    """Cells with dates and times as the numbers that they hold; 5.0 and 5 are the same."""
    return {sheet: {place: serial(value) for place, value in found.items()} for sheet, found in cells.items()}


def entries(path: Path) -> None:
    """Inputs, actuals and the open pipeline; a formula in two input cells."""
    add_sheet(path, "自分", {"A1": 0.2, "A2": 150000})
    type_in(path, {
        "kgi_value": 72, "plan_title": "上期の計画", "tbl_season[4]": 2, "actual[web:cv][2026-06]": 210,
        "tbl_pipeline[sql]": 9, "tbl_stages[mql].rate": ("=1/3", 1 / 3),
        "actual[ads:cost][2026-05]": ("=SUM(自分!A2,1)", 150001.0),
    })  # fmt: skip


def channel_off(path: Path) -> None:
    """A channel with actuals goes; one formula of the user's loses its target, others follow or stay."""
    at = {key: "!".join(place) for key, place in places(path).items()}
    add_sheet(path, "自分", {
        "A1": (f"={at['actual[stage:mql][2026-05]']}*2", 132.0),
        "A2": (f"=SUM({at['actual[ads:cost][2026-06]']},1)", 90001.0),
        "A3": (f"={at['actual[web:cv][2026-04]']}+設定!$C$10", 180.0),
        "B1": "'広告'!A1 は文字",
    })  # fmt: skip
    type_in(path, {"tbl_channels[ads].on": "×", "plan_months": 8})


def structure(path: Path) -> None:
    """A stage, a channel and a KPI that were not there; another channel gets another name."""
    if "自分" not in openpyxl.load_workbook(path).sheetnames:
        add_sheet(path, "自分", {"A1": ("=ファネル!E11", 0.6), "A2": ("=サービスサイト!H12", 0.0)})
    stage, last = ("demo", "デモ", "営業", 1, 0, *[None] * 7), ("orders", "受注", "営業")  # behind the last but one
    channel = ("seminar", "セミナー", "○", "leads", 0.1)
    type_in(path, {
        **{f"ファネル!{column}12": value for column, value in zip("BCDEFGHIJKLM", stage)},
        **{f"ファネル!{column}13": value for column, value in zip("BCD", last)},
        **{f"チャネル!{column}12": value for column, value in zip("BCDEF", channel)},
        "tbl_channels[web].name": "自社サイト",
    })  # fmt: skip
    dictionary = openpyxl.load_workbook(path)["KPI辞書"]
    row = next(row for row in range(7, 80) if dictionary.cell(row, 3).value is None)
    kpi = ("seminar", "guests", "○", "来場者", "Guests", "来た人", "人", "↑", "営業", "毎週", "受付", "leads", None)
    type_in(path, {f"KPI辞書!{column}{row}": value for column, value in zip("BCDEFGHIJKLMNP", (*kpi, "input"))})


def another_start(path: Path) -> None:
    """The plan moves on: actuals stay with their months, those before the start go to 保管."""
    add_sheet(path, "自分", {"A1": ("=逆算!I52", 0.0)})
    type_in(path, {"plan_start": dt.date(2026, 5, 1)})


def another_language(path: Path) -> None:
    add_sheet(path, "自分", {"A1": ("=設定!C7", "受注件数"), "A2": ("=SUM('KPIツリー'!C7:D9)", 60.0)})
    type_in(path, {"plan_lang": "English"})


def renamed(path: Path) -> None:
    """The user has given one of our sheets another name, as Excel does it: the tab and every reference to it."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(path, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content.replace("逆算".encode(), "月別計画".encode()))
    add_sheet(path, "自分", {"A1": ("=月別計画!G9", 0.0)})
    type_in(path, {"plan_months": 9})


def in_the_way(path: Path) -> None:
    """A sheet of the user's bears the name that a sheet of ours is to have."""
    type_in(path, {"tbl_channels[ads].on": "×"})
    by_file(path)
    add_sheet(path, "広告", {"A1": "代理店の見積もり"})
    type_in(path, {"tbl_channels[ads].on": "○"})
