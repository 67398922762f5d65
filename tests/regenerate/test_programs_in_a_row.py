"""Workbooks that several programs have saved one after another: none of our own cells is taken for the user's."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from tests.closed_plans import small
from tests.new_files import new_file
from tests.regenerate.typing_in import type_in
from xl_kpi.commands.examine import open_workbook
from xl_kpi.commands.regenerate import regenerate
from xl_kpi.plan.model import Plan

NOW = dt.datetime(2026, 4, 1, 9)


def plan() -> Plan:
    """Three months, two channels, a goal in money: its cells differ by the unit."""
    months = small(months=3, reached=2)
    return months.with_(goal=replace(months.goal, kind="revenue", value=12_345_678.0), order_value=1_200_000.0)


def share_of_web(share: float, ads: str) -> dict[str, object]:
    """The two channels, 広告 switched on or off."""
    rest = {"tbl_channels[ads].share": 1 - share, "tbl_channels[ads].on": ads}
    return {"tbl_channels[web].share": share, **rest}


def kept(path: Path) -> dict[str, object]:
    return {key: one.value for key, one in open_workbook(path, "ja").records.archive.items()}


@pytest.mark.long
@pytest.mark.host
def test_nothing_of_ours_is_kept_as_the_user_s(libreoffice, tmp_path):
    def by_libreoffice() -> None:
        path.write_bytes(libreoffice.convert([path], "xlsx")[0].read_bytes())

    def by_openpyxl(**notes: str) -> None:
        book = openpyxl.load_workbook(path)
        for cell, words in notes.items():
            book["設定"][cell] = words
        book.save(path)

    path = tmp_path / "計画.xlsx"
    path.write_bytes(new_file(plan(), plan_id="p", who="田中", now=NOW))
    by_libreoffice()
    type_in(path, {"order_value": 1_234_567.89, "currency_unit": "千円"})
    regenerate(path, unit_typed="old")  # the change leaves lines in 変更履歴
    by_openpyxl(Z30="覚え書き")  # of the user's, beside ours
    regenerate(path)
    assert kept(path) == {}
    by_libreoffice()
    by_openpyxl()
    type_in(path, {"currency_unit": "百万円", **share_of_web(1, "×")})
    regenerate(path)
    assert {key.partition(":")[0] for key in kept(path)} == {"actual[ads"}  # the entries of the channel that went
    assert "広告" not in " ".join(openpyxl.load_workbook(path).sheetnames)  # nothing of ours is left of its tab
    by_libreoffice()
    by_openpyxl()
    by_libreoffice()  # which then loses the names of the styles
    type_in(path, {"currency_unit": "円", **share_of_web(0.6, "○")})
    regenerate(path)
    assert kept(path) == {}
    assert openpyxl.load_workbook(path)["設定"]["Z30"].value == "覚え書き"
