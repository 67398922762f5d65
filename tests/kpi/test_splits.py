"""T2: parts of a KPI add up to it, in targets and in actuals; where they do not, check names both."""

from __future__ import annotations

from dataclasses import replace

import pytest

import workbook_templates
from xl_kpi import catalog
from xl_kpi.catalog.messages import line
from xl_kpi.kpi.splits import gaps, split_findings
from xl_kpi.plan.channel_choice import with_channels
from xl_kpi.plan.model import Kpi, Plan
from xl_kpi.plan.source import plan_from_source
from xl_kpi.plan.targets import Targets

PARTS = [kpi.id for kpi in catalog.channel("ads").kpis if kpi.parent]


def ads(**changes: dict) -> Plan:
    """C1 with the web site and ads half and half, and every split of the ads' conversions on."""
    plan = with_channels(plan_from_source(workbook_templates.source("c1"), "en", "c1"), ["web", "ads"])
    plan = plan.with_(channels=tuple(replace(one, share=0.5) for one in plan.channels))
    return with_kpis(plan, **{id_: {"on": True} for id_ in PARTS}, **changes)


def with_kpis(plan: Plan, **changes: dict) -> Plan:
    return plan.with_(kpis=tuple(replace(one, **changes.get(one.id, {})) for one in plan.kpis))


def found(plan: Plan) -> list[tuple[str, str, int, float, float]]:
    return [(one.split, one.side, one.month, one.whole, one.added) for one in gaps(plan, Targets(plan))]


def test_the_splits_of_the_catalog_add_up():
    assert found(ads()) == [] and list(split_findings(ads())) == []


def test_a_part_whose_target_is_too_large_is_named_with_its_whole():
    # C1 asks for 300 leads a month, ads for half: 150; parts 90 + 30 and 150 × 0.3 = 45 in place of the rest of 30
    plan = with_kpis(ads(), cv_social={"target": "cv * 0.3"})
    assert found(plan) == [("Medium", "target", 0, 150.0, 165.0)]
    (told,) = split_findings(plan)
    assert (told.key, told.level, told.cell) == ("plan_check_split", "warning", "tbl_kpis[ads.cv].parent")
    said = line(told, "en")
    for words in ("Conversions", "Medium", "Conversions: search", "Conversions: social", "165.00", "150.00", "2026/04"):
        assert words in said
    assert "内訳" in line(told, "ja")


def test_targets_that_were_rounded_one_by_one_may_be_off_by_that():
    # 150 × 0.335 = 50.25, so 50, then 51 by which 100.5 is reached: three times 51 are 153, and 150 are asked
    thirds = {id_: {"target": "cv * 0.335"} for id_ in ("cv_search", "cv_display", "cv_social")}
    assert found(with_kpis(ads(), **thirds))[0][:3] == ("Medium", "target", 1)
    fine = {id_: {"target": "cv / 3"} for id_ in ("cv_search", "cv_display", "cv_social")}
    assert found(with_kpis(ads(), **fine)) == []


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"cv": 100, "cv_search": 60, "cv_display": 20, "cv_social": 20}, []),
        ({"cv": 100, "cv_search": 60, "cv_display": 20, "cv_social": 25}, [("Medium", "actual", 1, 100.0, 105.0)]),
        ({"cv": 0, "cv_search": 0, "cv_display": 0, "cv_social": 0}, []),
        ({"cv": 100, "cv_search": 60, "cv_display": 20}, []),  # one is not there yet
        ({"cv_search": 60, "cv_display": 20, "cv_social": 25}, []),
        ({"cv_search": 60, "cv_brand": 20, "cv_generic": 50}, [("Keyword", "actual", 1, 60.0, 70.0)]),
    ],
)
def test_actuals_of_a_month_are_added_up_where_all_are_there(typed, expected):
    plan = ads().with_(actuals={(f"ads:{id_}", 1): float(number) for id_, number in typed.items()})
    assert found(plan) == expected
    cells = [one.cell for one in split_findings(plan)]
    whole = {"Medium": "cv", "Keyword": "cv_search"}
    assert cells == [f"actual[ads:{whole[split]}][2026-05]" for split, *_ in expected]


def test_a_split_of_which_a_part_is_off_is_not_added_up():
    plan = with_kpis(ads(), cv_display={"on": False, "target": "cv * 9"}, cv_social={"target": "cv * 0.1"})
    # cv_social's formula needs it no more, so that it is on no tab
    assert found(plan) == []


def test_ratios_and_amounts_of_other_units_are_said_elsewhere():
    part = Kpi("r", "ads", "r", "r", "rate", "input", "input", value=0.5, weight="cv", parent="cvr")
    assert found(ads().with_(kpis=(*ads().kpis, part))) == []


def test_money_is_added_up_as_the_cells_show_it():
    rows = [
        Kpi(f"cost_{name}", "ads", name, name, "yen", f"cost * {part}", "input", parent="cost", split="Medium")
        for name, part in (("a", 0.5), ("b", 0.4))
    ]
    plan = ads().with_(kpis=(*ads().kpis, *rows), currency_unit="million_yen")
    (told,) = split_findings(plan)  # 150 × 20,000 yen = 3.0 百万円, 1.5 + 1.2 are 2.7
    assert (told.found, told.allowed.values["added"]) == ("3.00", "2.70")
