"""What may be typed as an actual follows from the KPI's unit, in the cell's rule and in reading."""

from __future__ import annotations

import openpyxl
import pytest

from tests.regenerate.typing_in import places, plan_entries, type_in
from tests.sheets.plans import template
from xl_kpi.build import build
from xl_kpi.commands import open_workbook
from xl_kpi.plan.model import Kpi

pytestmark = pytest.mark.slow  # a whole workbook is written and read back

CELLS = {unit: f"actual[web:{unit}][2026-04]" for unit in ("nps", "points", "rate", "count")}


@pytest.fixture(scope="module")
def data():
    plan = template("default", "ja")
    kpis = [Kpi(unit, "web", unit, unit, unit, "input", "input", weight="cv" if unit != "count" else "")
            for unit in CELLS]  # fmt: skip
    return build(plan.with_(months=2, kpis=(*plan.kpis, *kpis)))


def test_the_rule_of_a_cell_is_that_of_the_unit(tmp_path, data):
    (tmp_path / "plan.xlsx").write_bytes(data)
    at = places(tmp_path / "plan.xlsx")
    book = openpyxl.load_workbook(tmp_path / "plan.xlsx")
    found = {}
    for unit, key in CELLS.items():
        sheet, cell = at[key]
        rule = next(one for one in book[sheet].data_validations.dataValidation if cell in one.sqref)
        found[unit] = (rule.formula1, rule.formula2, rule.error.partition("を")[0])
    assert found == {
        "nps": ("-100", "100", "-100〜100の数"), "points": (str(-(10**15)), str(10**15), "数"),
        "rate": ("0", "1", "0%〜100%の割合"), "count": ("0", None, "0以上の数"),
    }  # fmt: skip


def test_an_nps_below_zero_is_read_and_kept(tmp_path, data):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(data)
    type_in(path, {CELLS["nps"]: -20, CELLS["points"]: -3})
    entries = plan_entries(path)
    assert (entries[CELLS["nps"]], entries[CELLS["points"]]) == (-20, -3)
    type_in(path, {CELLS["nps"]: -120, CELLS["count"]: -1})
    faults = [fault.found for fault in open_workbook(path, "ja").read.faults if fault.level == "error"]
    assert sorted(faults) == ["-1", "-120"]
