"""A new entry is one row in the table of what can be typed, and its label: everything that is typed follows.

The row is put in for the length of a test: sales people, a whole number from 0 to 1,000, on 設定.
"""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from tests.plan.test_source import SMALL
from tests.regenerate.typing_in import places, plan_entries, type_in
from xl_kpi.build import build
from xl_kpi.catalog import texts
from xl_kpi.catalog.messages import worded
from xl_kpi.commands import SetOption, new, open_workbook, plan_from
from xl_kpi.commands.rewrite import rewrite
from xl_kpi.errors import InputFaults
from xl_kpi.plan import fields
from xl_kpi.plan.checks import check
from xl_kpi.plan.entries import entries_of, with_entries
from xl_kpi.plan.input.field import Field
from xl_kpi.plan.input.reading import read_number
from xl_kpi.plan.labels import label
from xl_kpi.plan.merging.merge import Returned, merge
from xl_kpi.plan.records import Records
from xl_kpi.plan.source import plan_from_source

BOUNDS = {"low": 0, "high": 1000, "whole": True}
SALES_PEOPLE = Field(
    "sales_people", read_number, section="section_period", format="whole", bounds=BOUNDS, optional=True
)
ASKED = "整数（例: 12）を入力してください（0から1,000まで）"


@pytest.fixture
def sales_people(monkeypatch):
    monkeypatch.setattr(fields, "SINGLES", (*fields.SINGLES, SALES_PEOPLE))
    monkeypatch.setitem(texts._texts(), "label_sales_people", {"ja": "営業担当者数", "en": "Sales people"})


def refused(call, *arguments):
    """Where the fault is, what was found, what is allowed."""
    with pytest.raises(InputFaults) as caught:
        call(*arguments)
    return [(fault.cell, fault.found, worded(fault.allowed, "ja")) for fault in caught.value.faults]


def test_the_text_source_has_it(sales_people):
    plan = plan_from_source(f"sales_people = 12\n{SMALL}", "ja")
    assert plan.settings == {"sales_people": 12}
    assert plan_from_source(SMALL, "ja").settings == {}
    assert refused(plan_from_source, f"sales_people = 1001\n{SMALL}", "ja") == [("sales_people", "1001", ASKED)]


def test_set_has_it(sales_people):
    usual, plan = (plan_from(None, "ja", typed)[0] for typed in ([], [SetOption("sales_people", "１２名", "")]))
    assert plan.settings == {**usual.settings, "sales_people": 12}
    wrong = SetOption("sales_people", "-1", "")
    assert refused(plan_from, None, "ja", [wrong]) == [("--set sales_people", "-1", ASKED)]


def test_it_is_checked_and_it_is_an_entry_with_a_name(sales_people):
    plan = plan_from_source(SMALL, "ja")
    more, homeless = with_entries(plan, {"sales_people": 12})
    assert entries_of(more) == {**entries_of(plan), "sales_people": 12} and homeless == {}
    assert with_entries(more, {"sales_people": None}) == (plan, {})
    assert worded(label("sales_people", plan), "ja") == "営業担当者数"
    faults = {fault.cell: fault for fault in check(plan.with_(settings={"sales_people": 12.5}))}
    assert (faults["sales_people"].found, worded(faults["sales_people"].allowed, "ja")) == ("12.5", ASKED)
    said = [Returned("suzuki@example.co.jp", "1", {"sales_people": 20})]
    assert merge(entries_of(more), Records("id"), said).changes == {}  # nothing was sent to her
    assert "sales_people" in merge(entries_of(more), Records("id"), said).records.decisions


@pytest.mark.slow  # whole workbooks are written and read back
def test_the_workbook_shows_it_reads_it_back_and_keeps_its_history(sales_people, tmp_path):
    path = tmp_path / "plan.xlsx"
    new(path, changes=[SetOption("sales_people", "12", ""), SetOption("plan_months", "2", "")], who="佐藤")
    sheet, cell = places(path)["sales_people"]
    page = openpyxl.load_workbook(path)[sheet]
    row = page[cell].row
    assert (page[f"B{row}"].value, page[cell].value, page[f"D{row}"].value) == ("営業担当者数", 12, ASKED)
    rule = next(one for one in page.data_validations.dataValidation if str(one.sqref) == cell)
    assert (rule.type, rule.formula1, rule.formula2, rule.error) == ("whole", "0", "1000", ASKED)
    type_in(path, {"sales_people": 15})
    done = rewrite(open_workbook(path, "ja"), command="regenerate", now=dt.datetime(2026, 6, 3), who="佐藤")
    assert [(one.label, one.old, one.new) for one in done.changes if one.key] == [("営業担当者数", 12, 15)]
    assert plan_entries(path)["sales_people"] == 15
    type_in(path, {"sales_people": 1001})
    faults = [fault for fault in open_workbook(path, "ja").read.faults if fault.level == "error"]
    assert [(fault.sheet, fault.cell, worded(fault.allowed, "ja")) for fault in faults] == [(sheet, cell, ASKED)]


@pytest.mark.slow  # a whole workbook is written and read back
def test_a_workbook_from_before_the_field_still_reads(tmp_path, monkeypatch):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(build(plan_from_source(SMALL, "ja")))
    monkeypatch.setattr(fields, "SINGLES", (*fields.SINGLES, SALES_PEOPLE))
    opened = open_workbook(path, "ja")
    assert (opened.read.faults, opened.read.plan.settings) == ([], {})
