"""K1: gross profit with existing customers: the three engines follow what a person types, months closed or not."""

from __future__ import annotations

import pytest

from tests.agreement.books import Editor, built, changed, template_plan
from tests.agreement.comparison import against_python, between_engines, other_formulas
from tests.agreement.selected import asked, by_libreoffice, often
from tests.closed_plans import closed
from xl_kpi.catalog import text
from xl_kpi.plan.model import Goal
from xl_kpi.workbook.writing.stored_values import evaluate

pytestmark = pytest.mark.host

OWN = {"gross_margin": 0.4, "existing_revenue": 250e6, "existing_churn": 0.1, "existing_upsell": 25e6}
PLANS = {  # 250 × 90 % + 25 = 250 million; × 40 % = 100 of the 200 million
    "profit": template_plan("default", "ja").with_(
        goal=Goal("profit", 200e6), months=4, order_value=2e6, delivery_days=30, settings=OWN
    ),
    "revenue": template_plan("default", "en").with_(
        goal=Goal("revenue", 700e6), months=4, order_value=2e6, delivery_days=30, settings=OWN,
        currency_unit="million_yen",
    ),
}  # fmt: skip
PLANS["profit, two months closed"] = closed(
    PLANS["profit"].with_(actuals={
        ("stage:profit", 0): 49e6, ("stage:profit", 1): 52.5e6, ("stage:orders", 0): 20.0, ("stage:orders", 1): 35.0,
        ("stage:existing", 0): 24e6, ("stage:existing", 1): 27e6,
    }), 2,
)  # fmt: skip
CHANGES = {
    "profit": {
        "margin and churn": lambda file: {file.cell("gross_margin"): 0.35, file.cell("existing_churn"): 0.27},
        "all covered": lambda file: {file.cell("existing_revenue"): 600e6},
        "actuals": lambda file: {
            **{file.actual("act_stages", "stage:profit", month): amount for month, amount in ((0, 49e6), (1, 52.5e6))},
            **{file.actual("act_stages", "stage:orders", month): count for month, count in ((0, 20), (1, 35))},
            file.actual("act_stages", "stage:existing", 0): 24e6, file.actual("act_stages", "stage:existing", 1): 26e6,
        },
        "another next goal, a season": lambda file: {file.cell("next_value"): 260e6, file.season(5): 2.5},
        "a goal of revenue": lambda file: {file.cell("kgi_kind"): text("kind_revenue", file.lang)},
    },
    "profit, two months closed": {"not carried over": lambda file: {
        file.cell("carry_over"): text("carry_over_no", file.lang), file.cell("existing_churn"): 0.2,
    }},
    "revenue": {
        "nothing more from them": lambda file: {file.cell("existing_revenue"): None, file.cell("existing_churn"): None,
                                                file.cell("existing_upsell"): None},
        "growth, in the plan's unit": lambda file: {
            file.cell("kgi_value"): None, file.cell("kgi_baseline"): 500, file.cell("kgi_growth"): 0.5,
            file.cell("existing_revenue"): 300.5, file.cell("goal_months"): 12,
        },
    },
}  # fmt: skip
# Another kind of goal and customers who bring nothing make other rows: these are compared with themselves alone.
OTHER_ROWS = {("profit", "a goal of revenue"), ("revenue", "nothing more from them")}
CASES = [(plan, name) for plan, changes in CHANGES.items() for name in changes]


@pytest.fixture(scope="module")
def files(request):
    cases, made = asked(request), {}
    for plan, changes in CHANGES.items():
        editor = Editor(built(PLANS[plan]))
        made[plan, ""] = editor.original
        made.update({(plan, name): changed(editor, edit) for name, edit in changes.items() if (plan, name) in cases})
    return made


@pytest.fixture(scope="module")
def ironcalc_says(files):
    return {case: evaluate(file.data) for case, file in files.items()}


@pytest.fixture(scope="module")
def libreoffice_says(files, libreoffice, tmp_path_factory, request):
    return by_libreoffice(request, libreoffice, tmp_path_factory, files)


ALL = [*((plan, "") for plan in PLANS), *CASES]
SAME_ROWS = [case for case in ALL if case not in OTHER_ROWS]
# What every run compares; the others, and all of them by LibreOffice, are for the long run.
IRONCALC = [("profit", "margin and churn"), ("profit, two months closed", "not carried over"),
            ("revenue", "growth, in the plan's unit")]  # fmt: skip


@pytest.mark.parametrize("case", often(SAME_ROWS, IRONCALC), ids=": ".join)
def test_the_cells_follow_python(case, files, ironcalc_says) -> None:
    assert other_formulas(files[case]) == []
    assert against_python(files[case], ironcalc_says[case], "IronCalc") == []


@pytest.mark.parametrize("case", often(SAME_ROWS, []), ids=": ".join)
def test_the_cells_of_libreoffice_follow_python(case, files, libreoffice_says) -> None:
    assert against_python(files[case], libreoffice_says[case], "LibreOffice") == []


@pytest.mark.parametrize("case", often(ALL, []), ids=": ".join)
def test_libreoffice_and_ironcalc_agree_on_every_formula(case, files, ironcalc_says, libreoffice_says) -> None:
    assert between_engines(files[case], ironcalc_says[case], libreoffice_says[case]) == []
