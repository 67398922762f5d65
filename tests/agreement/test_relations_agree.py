"""連携, ブランド・信頼, their records: every cell in three engines, with entries and without, in one month."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.agreement.books import Built, built, read_back, template_plan
from tests.agreement.comparison import against_python, between_engines
from tests.agreement.sheet_xml import read_values
from tests.agreement.test_formulas import ALLOWED, functions_of
from tests.sheets.relations_plans import with_relations
from xl_kpi.calc.lag import Lag
from xl_kpi.plan.model import Plan

ON = {"page_alignment": "on", "page_brand": "on"}


def curved(plan: Plan) -> Plan:
    """MQL that go on along a measured curve."""
    leads, mql, *rest = plan.stages
    return plan.with_(stages=(leads, replace(mql, lag=Lag(curve=(0.2, 0.45, 0.9, 1.0))), *rest))


PLANS = {
    "typed": with_relations("ja"),
    "one month": curved(with_relations("en").with_(months=1, actuals={})),
    "no MQL, nothing typed": template_plan("c1", "en").with_(settings=ON),
}


@pytest.fixture(scope="module")
def books() -> dict[str, Built]:
    return {name: built(plan) for name, plan in PLANS.items()}


@pytest.fixture(scope="module")
def stored(books):
    return {name: read_values(book.data) for name, book in books.items()}


@pytest.mark.parametrize("name", PLANS)
def test_stored_values_are_pythons(name, books, stored):
    assert against_python(books[name], stored[name], "stored") == []


@pytest.mark.parametrize("name", PLANS)
def test_functions_of_excel_2010_only(name, books):
    assert functions_of(books[name].spec) - ALLOWED == set()


def test_what_was_typed_is_read_back(books):
    plan, back = PLANS["typed"], read_back(books["typed"].data)
    assert back.tables == plan.tables
    assert back.settings == plan.settings


@pytest.mark.host
def test_libreoffice_computes_the_same(books, stored, libreoffice, tmp_path):
    paths = [book.at(tmp_path, f"{number}") for number, book in enumerate(books.values())]
    for (name, book), path in zip(books.items(), libreoffice.convert(paths, "xlsx"), strict=True):
        found = read_values(path.read_bytes())
        assert against_python(book, found, "LibreOffice") == [], name
        assert between_engines(book, stored[name], found) == [], name
