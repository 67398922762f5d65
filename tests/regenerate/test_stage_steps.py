"""A stage typed in, cleared or renumbered in a real file: what is asked, that nothing is written, what is told then."""

from __future__ import annotations

from fractions import Fraction
from math import prod
from pathlib import Path

import pytest

from tests.cli.terminal import xl
from tests.new_files import few_pages, new_file
from tests.regenerate.described import template
from tests.regenerate.typing_in import places, type_in
from xl_kpi.commands import open_workbook
from xl_kpi.commands.regenerate import regenerate
from xl_kpi.errors import InputFaults
from xl_kpi.plan.targets import Targets

pytestmark = pytest.mark.slow

PLAN = few_pages(template()).with_(months=3)
RATES = {one.id: Fraction(str(one.rate)) for one in PLAN.stages[:-1]}
LEADS = 60 / prod(RATES.values())


@pytest.fixture(scope="module")
def begun() -> bytes:
    return new_file(PLAN)


@pytest.fixture
def path(begun, tmp_path) -> Path:
    file = tmp_path / "計画.xlsx"
    file.write_bytes(begun)
    return file


def faults(path: Path) -> dict[str, str]:
    """Cell → what is asked there, by `check` and by a regenerate, which writes nothing."""
    before = path.read_bytes()
    with pytest.raises(InputFaults) as refused:
        regenerate(path)
    assert path.read_bytes() == before
    found = {fault.cell: fault.key for fault in refused.value.faults if fault.level == "error"}
    assert xl("check", path).code == 1
    return found


NEW = {"ファネル!B13": "x", "ファネル!C13": "X", "ファネル!E13": 0.5, "ファネル!F13": 5}  # the first free row
CLEARED = {f"ファネル!{column}9": None for column in "BCDEFGHIJKLMNO"}  # SQL


def test_a_stage_in_the_first_free_row_is_asked_for_its_place_then_for_the_step_that_it_breaks_up(path):
    """SQL→商談 was 50 % in 14 days; 80 % × 50 % and 9 + 5 days follow: 5,000 × 50 % ÷ 40 % = 6,250 leads."""
    assert faults(type_in(path, NEW)) == {"O13": "stage_order_missing"}
    assert faults(type_in(path, {"ファネル!O13": 3})) == {"O13": "stage_order_same"}
    assert faults(type_in(path, {"ファネル!O13": 3.5})) == {"E9": "stage_step_rate", "F9": "stage_step_days"}
    assert faults(type_in(path, {"ファネル!E9": 0.8})) == {"F9": "stage_step_days"}
    type_in(path, {"ファネル!F9": 9})
    now = LEADS * RATES["sql"] / (Fraction(4, 5) * Fraction(1, 2))
    said = xl("regenerate", path, "--dry-run")
    assert (said.code, now) == (0, 6250)
    assert said.out.splitlines()[:2] == [
        "新しい段階「X」: 「SQL」と「商談」の間",
        f"必要なリードの合計: {int(LEADS):,}件 → {int(now):,}件",
    ]  # fmt: skip
    done, _ = regenerate(path)
    assert "「SQL→商談」の全体: 50%（14日） → 40%（14日）" in done.structure
    assert Targets(done.plan).required[0] == now
    assert places(path)["tbl_stages[x].rate"] == ("ファネル", "E10")
    assert regenerate(path)[0].unchanged


@pytest.mark.long
def test_the_same_rate_is_typed_once_more_with_a_sign(path):
    type_in(path, {**NEW, "ファネル!O13": 3.5, "ファネル!E9": ("=50%", 0.5), "ファネル!F9": ("=14", 14)})
    done, _ = regenerate(path)
    assert [one.rate for one in done.plan.stages[2:4]] == [0.5, 0.5]
    assert Targets(done.plan).required[0] == LEADS * 2


def test_a_stage_that_goes_asks_for_the_joined_step_and_proposes_the_product(path):
    """MQL→SQL→商談: 40 % × 50 % = 20 %, 7 + 14 = 21 days; with these the leads are as many as before."""
    assert faults(type_in(path, CLEARED)) == {"E8": "stage_step_rate", "F8": "stage_step_days"}
    asked = xl("regenerate", path, "--dry-run").err
    assert "20% とすれば" in asked and "21日 とすれば" in asked
    assert next(one.rate for one in open_workbook(path, "ja").read.plan.stages if one.id == "mql") == 0.4
    type_in(path, {"ファネル!E8": 0.2, "ファネル!F8": 21})
    said = xl("regenerate", path, "--dry-run").out.splitlines()
    assert said[0] == "なくなる段階「SQL」: 「MQL」と「商談」の間にありました"
    assert Targets(regenerate(path)[0].plan).required[0] == LEADS


@pytest.mark.long
def test_a_stage_gets_another_number_and_stands_elsewhere(path):
    """MQL behind SQL: each of the three steps is another one now."""
    asked = faults(type_in(path, {"ファネル!O8": 3.5}))
    assert {cell for cell, key in asked.items() if key == "stage_step_rate"} == {"E7", "E8", "E9"}
    type_in(path, {f"ファネル!{column}{row}": 1 + row for column in "F" for row in (7, 8, 9)})
    type_in(path, {"ファネル!E7": 0.1, "ファネル!E9": 0.2, "ファネル!E8": 0.9})
    done, _ = regenerate(path)
    assert [one.id for one in done.plan.stages[:3]] == ["leads", "sql", "mql"]
    assert "移動する段階「MQL」: 「SQL」と「商談」の間へ" in done.structure


def told_by_check(path: Path) -> list[str]:
    return [line for line in xl("check", path).out.splitlines() if line.startswith("エラー: ")]


def test_a_last_stage_that_is_cleared_is_asked_for_and_comes_back_by_its_id_and_name(path):
    """Without it the goal would count 案件・提案: 60 ÷ (25 % × 40 % × 50 % × 60 %) = 2,000 leads, not 5,000."""
    assert faults(type_in(path, {f"ファネル!{column}12": None for column in "BCDEFGHIJKLMNO"})) == {
        "B12": "stage_last_gone"
    }
    assert "ID orders と段階名「受注」" in told_by_check(path)[0]
    type_in(path, {"ファネル!B12": "orders", "ファネル!C12": "受注"})
    assert Targets(regenerate(path)[0].plan).required[0] == LEADS


@pytest.mark.parametrize("number", ["2と3の間", -1])
def test_a_number_that_can_not_be_one_is_all_that_is_asked(path, number):
    assert set(faults(type_in(path, {**NEW, "ファネル!O13": number}))) == {"O13"}
    assert "（例: 2.5）" in told_by_check(path)[0]


def test_a_move_that_is_answered_has_no_fault_until_it_is_regenerated(path):
    rates = {"ファネル!E7": 0.2, "ファネル!E9": 0.6, "ファネル!E8": 0.7}
    type_in(path, {"ファネル!O8": 3.5, "ファネル!F7": 21, "ファネル!F9": 8, "ファネル!F8": 9, **rates})
    assert not told_by_check(path)


def test_a_new_stage_has_a_name_and_an_id_of_its_own(path):
    answered = {**NEW, "ファネル!O13": 3.5, "ファネル!E9": 0.8, "ファネル!F9": 9}
    assert faults(type_in(path, {**answered, "ファネル!C13": "ＭＱＬ"})) == {
        "C8": "stage_name_twice", "C13": "stage_name_twice",
    }  # fmt: skip
    faults(type_in(path, {"ファネル!C13": "X", "ファネル!B13": None}))
    assert "未入力です。IDを" in told_by_check(path)[0]


def test_a_stage_that_is_gone_is_named_as_its_cell_names_it(path):
    type_in(path, {f"ファネル!{column}7": None for column in "BCDEFGHIJKLMNO"})
    assert "チャネル!E7: 「リード」" in told_by_check(path)[0]
