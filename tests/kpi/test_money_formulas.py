"""Formulas of KPIs and amounts as cells hold them: in the plan's unit of money, what one thing costs in yen."""

from __future__ import annotations

from itertools import accumulate

import pytest

from tests.agreement.variants import every_kpi
from xl_kpi import catalog
from xl_kpi.formulas.formula import parse
from xl_kpi.kpi.channel_figures import ChannelFigures
from xl_kpi.kpi.figures import is_number
from xl_kpi.kpi.money_formulas import formulas_in_cells
from xl_kpi.plan.model import Goal, Kpi
from xl_kpi.plan.money.cells import amount_in_cell, factor_of, in_cells, is_amount
from xl_kpi.plan.targets import Targets

MILLION = 1_000_000


def kpis(**formulas: tuple[str, str]) -> dict[str, str]:
    """The targets of a channel's KPIs, unit and formula by id, over cells in millions of yen."""
    rows = [Kpi(id_, "ads", id_, id_, unit, target, "input") for id_, (unit, target) in formulas.items()]
    return {kpi.id: kpi.target for kpi in formulas_in_cells(rows, MILLION)}


def test_money_is_computed_in_yen_and_shown_in_the_plans_unit():
    found = kpis(
        leads=("count", "leads"), cpl=("yen_per", "input"), cost=("yen", "leads * cpl"),
        back=("yen_per", "cost / leads"), fee=("yen", "input"), all=("yen", "cost + fee"), share=("rate", "fee / cost"),
    )  # fmt: skip
    assert (found["leads"], found["cpl"], found["fee"]) == ("leads", "input", "input")
    assert found["cost"] == "leads * cpl / 1000000"
    assert found["back"] == "cost * 1000000 / leads"
    # 3 + 1 百万円 are 4, and 1 of 4 is a quarter, however it is written
    assert parse(found["all"]).evaluate({"cost": 3, "fee": 1}) == 4
    assert parse(found["share"]).evaluate({"cost": 4, "fee": 1}) == 0.25


def test_a_plan_in_yen_is_the_same():
    plan = every_kpi("ja")
    assert in_cells(plan) is plan
    assert formulas_in_cells(plan.kpis, 1) == plan.kpis


def test_every_figure_is_the_same_amount_in_each_unit():
    plan = every_kpi("ja").with_(currency_unit="million_yen")
    cells = in_cells(plan)
    cells = cells.with_(kpis=formulas_in_cells(cells.kpis, MILLION))
    for channel in plan.channels_on:
        yen, million = (ChannelFigures(one, Targets(one), channel) for one in (plan, cells))
        for kpi in plan.kpis_of(channel.id):
            rows = [list(figures.target[kpi.id].months) for figures in (yen, million)]
            if kpi.unit == "yen":  # cells show 0.1 百万円, so that what has come up is half of that off at most
                numbers = [accumulate(one if is_number(one) else 0 for one in row) for row in rows]
                for one, other in zip(*numbers, strict=True):
                    tenths = round(other * 10)  # whole, as an amount right between two of them is off by just half
                    assert other * 10 == pytest.approx(tenths, rel=1e-12)
                    assert one == pytest.approx(tenths * MILLION // 10, abs=0.05 * MILLION)
            elif catalog.unit(kpi.unit).is_money:  # of these amounts
                assert [is_number(one) for one in rows[0]] == [is_number(one) for one in rows[1]]
            else:
                for one, other in zip(*rows, strict=True):
                    assert one == other or is_number(other) and one == pytest.approx(other, rel=1e-12)


def test_amounts_in_cells():
    plan = every_kpi("ja").with_(
        currency_unit="million_yen", goal=Goal("revenue", 1e9, monthly=85e6), order_value=1_200_000,
        actuals={("stage:revenue", 0): 34e6, ("stage:mql", 0): 34.0},
    )  # fmt: skip
    found = in_cells(plan)
    assert (found.goal.value, found.goal.monthly, found.order_value) == (1000.0, 85.0, 1.2)
    assert found.actuals == {("stage:revenue", 0): 34.0, ("stage:mql", 0): 34.0}
    assert found.channels == plan.channels  # what one of something costs is in yen
    assert in_cells(plan.with_(goal=Goal("orders", 60.0))).goal.value == 60.0
    assert amount_in_cell(1_234_567, 1000) == 1234.567
    assert [factor_of(unit) for unit in ("yen", "thousand_yen", "million_yen")] == [1, 1000, MILLION]


def test_which_entries_are_amounts():
    plan = every_kpi("ja").with_(goal=Goal("revenue", 1e9))
    amounts = ("kgi_value", "order_value", "actual[stage:revenue][2026-04]", "actual[ads:cost][2026-04]")
    others = ("kgi_customers", "actual[stage:mql][2026-04]", "tbl_channels[ads].unit_cost", "plan_months")
    assert all(is_amount(plan, key) for key in amounts) and not any(is_amount(plan, key) for key in others)
    assert not is_amount(plan.with_(goal=Goal("orders", 60.0)), "kgi_value")
