"""Stages and channels stand by name where a person chooses them: the id is read, the id may be typed."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from tests.agreement.selected import often
from tests.regenerate.typing_in import places, plan_entries, type_in
from xl_kpi.catalog.messages import worded
from xl_kpi.commands import SetOption, new, open_workbook, plan_from
from xl_kpi.commands.rewrite import rewrite
from xl_kpi.errors import InputFaults
from xl_kpi.plan.entries import entries_of

pytestmark = pytest.mark.slow  # whole workbooks are written and read back

STAGE, CVR = "tbl_channels[web].stage", "tbl_kpis[web.cvr].channel"


@pytest.fixture(scope="module", params=often(["ja", "en"], ["ja"]))
def made(request, tmp_path_factory):
    path = tmp_path_factory.mktemp(request.param) / "plan.xlsx"
    new(path, lang=request.param, changes=[SetOption("plan_months", "2", "")], who="佐藤")
    return request.param, path.read_bytes()


@pytest.fixture
def book(made, tmp_path):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(made[1])
    return path


def cell(path, key):
    sheet, at = places(path)[key]
    return openpyxl.load_workbook(path)[sheet][at].value


def rule(path, key):
    sheet, at = places(path)[key]
    rules = openpyxl.load_workbook(path)[sheet].data_validations.dataValidation
    return next(one for one in rules if at in one.sqref)


def regenerated(path):
    return rewrite(open_workbook(path, "ja"), command="regenerate", now=dt.datetime(2026, 6, 3), who="佐藤")


def faults(path):
    read = open_workbook(path, "ja").read
    return [(one.cell, one.found, worded(one.allowed, "ja")) for one in read.faults if one.level == "error"]


def test_names_are_shown_and_chosen_and_the_plan_has_the_ids(made, book):
    stage, channel, first = {
        "ja": ("リード", "サービスサイト", '"リード,MQL,SQL,'), "en": ("Leads", "Website", '"Leads,MQL,SQL,'),
    }[made[0]]  # fmt: skip
    plan = open_workbook(book, "ja").read.plan
    names = [one.name for one in plan.channels]
    assert (cell(book, STAGE), cell(book, CVR)) == (stage, channel)
    stages, channels = rule(book, STAGE), rule(book, CVR)
    assert stages.formula1.startswith(first)
    assert channels.formula1 == f'"{",".join(names)}"'
    assert not stages.showErrorMessage and not channels.showErrorMessage  # Excel lets an id be typed
    assert plan_entries(book)[STAGE] == "leads"
    assert {one.channel for one in plan.kpis} == {one.id for one in plan.channels}
    fresh = plan_from(None, made[0], [SetOption("plan_months", "2", "")])[0]
    read, typed = entries_of(plan), entries_of(fresh)
    assert {key: read[key] for key in typed if key != "plan_start"} == {
        key: typed[key] for key in typed if key != "plan_start"
    }


@pytest.mark.parametrize("typed", ["商談", "Opportunities", "opportunities", "ＯＰＰＯＲＴＵＮＩＴＩＥＳ"])
def test_a_name_in_either_language_and_an_id_are_understood(book, typed):
    type_in(book, {STAGE: typed})
    assert plan_entries(book)[STAGE] == "opportunities"


def test_a_row_that_got_another_name_is_still_meant_by_the_cells_that_show_the_old_one(book):
    type_in(book, {"tbl_stages[leads].name": "見込み客", "tbl_channels[web].name": "ホームページ"})
    before = plan_entries(book)
    assert (before[STAGE], "tbl_kpis[web.cvr].name_ja" in before) == ("leads", True)
    regenerated(book)
    assert (cell(book, STAGE), cell(book, CVR)) == ("見込み客", "ホームページ")
    assert plan_entries(book) == before


def test_channels_that_exchange_their_names_keep_their_kpis(book):
    one, other = (cell(book, f"tbl_channels[{channel}].name") for channel in ("web", "ads"))
    before = plan_entries(book)
    type_in(book, {"tbl_channels[web].name": other, "tbl_channels[ads].name": one})
    changed = {"tbl_channels[web].name": other, "tbl_channels[ads].name": one}
    assert plan_entries(book) == {**before, **changed}


def test_a_name_that_two_rows_have_is_asked_about_with_its_cell(book):
    at = places(book)[STAGE][1]
    type_in(book, {"tbl_stages[mql].name": "案件化", "tbl_stages[sql].name": "案件化", STAGE: "案件化"})
    assert faults(book) == [(at, "案件化", "この名前のものが複数あります。IDで入力してください: mql, sql")]
    type_in(book, {STAGE: "sql"})
    assert plan_entries(book)[STAGE] == "sql"
    with pytest.raises(InputFaults) as refused:
        regenerated(book)
    assert [fault.key for fault in refused.value.faults if fault.level == "error"] == ["stage_name_twice"] * 2
    type_in(book, {"tbl_stages[mql].name": "MQL"})
    regenerated(book)
    assert cell(book, STAGE) == "案件化"


def test_a_workbook_of_before_has_ids_in_these_cells_and_reads_the_same(book):
    before = plan_entries(book)
    kpis = [key for key in places(book) if key.startswith("tbl_kpis[") and key.endswith(".channel")]
    type_in(book, {STAGE: "leads", **{key: key.partition("[")[2].partition(".")[0] for key in kpis}})
    assert plan_entries(book) == before
