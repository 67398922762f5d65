"""K1: monthly fees: the three engines follow what a person types, months closed or not, at once again or not."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.agreement.books import Editor, built, changed, template_plan
from tests.agreement.comparison import against_python, between_engines, other_formulas
from tests.agreement.selected import asked, by_libreoffice, often
from tests.closed_plans import closed, small
from xl_kpi.catalog import text
from xl_kpi.plan.model import Goal
from xl_kpi.plan.pages.optional import with_pages
from xl_kpi.workbook.writing.stored_values import evaluate

pytestmark = pytest.mark.host

FEES = {"revenue_way": "monthly", "monthly_fee": 400_000.0, "existing_revenue": 20e6, "existing_churn": 0.1}
OPEN = with_pages(small("ja", months=6, reached=2), {"economics": True})
OPEN = OPEN.with_(
    goal=Goal("revenue", 90e6), delivery_days=20, actuals={}, settings={**OPEN.settings, **FEES, "ltv_contract": 24}
)
PLANS = {
    "fees": OPEN,
    "fees, two months closed": closed(
        OPEN.with_(actuals={("stage:orders", 0): 3.0, ("stage:orders", 1): 21.0, ("stage:revenue", 0): 4.1e6}), 2
    ),
    "profit goal, at once": template_plan("default", "en").with_(
        goal=Goal("profit", 200e6), months=4, order_value=2e6, delivery_days=30,
        settings={"gross_margin": 0.4}, currency_unit="million_yen",
    ),
}  # fmt: skip
MONTHLY, ONCE = ("revenue_way_monthly", "revenue_way_once")
CHANGES = {
    "fees": {
        "a season, a delivery, the next goal": lambda file: {
            file.season(5): 2.5, file.season(8): 0, file.cell("delivery_days"): 75, file.cell("next_value"): 300e6,
        },
        "at once": lambda file: {file.cell("revenue_way"): text(ONCE, file.lang), file.cell("order_value"): 1.5e6},
        "an earlier deadline": lambda file: {file.cell("kgi_deadline"): dt.date(2026, 8, 17)},
    },
    "fees, two months closed": {
        "another fee": lambda file: {
            file.cell("monthly_fee"): 310_000, file.cell("ltv_churn"): 0.03,
            file.actual("act_stages", "stage:orders", 1): 2,
        },
    },
    "profit goal, at once": {
        "monthly": lambda file: {file.cell("revenue_way"): text(MONTHLY, file.lang), file.cell("monthly_fee"): 0.5},
    },
}  # fmt: skip
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
# What every run compares; the others, and all of them by LibreOffice, are for the long run.
IRONCALC = [("fees", "a season, a delivery, the next goal"), ("fees, two months closed", "another fee"),
            ("profit goal, at once", "monthly")]  # fmt: skip


@pytest.mark.parametrize("case", often(ALL, IRONCALC), ids=": ".join)
def test_the_cells_follow_python(case, files, ironcalc_says) -> None:
    assert other_formulas(files[case]) == []
    assert against_python(files[case], ironcalc_says[case], "IronCalc") == []


@pytest.mark.parametrize("case", often(ALL, []), ids=": ".join)
def test_the_cells_of_libreoffice_follow_python(case, files, libreoffice_says) -> None:
    assert against_python(files[case], libreoffice_says[case], "LibreOffice") == []


@pytest.mark.parametrize("case", often(ALL, []), ids=": ".join)
def test_libreoffice_and_ironcalc_agree_on_every_formula(case, files, ironcalc_says, libreoffice_says) -> None:
    assert between_engines(files[case], ironcalc_says[case], libreoffice_says[case]) == []
