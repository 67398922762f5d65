"""KSF, the tree with the factors, 見直し and revised targets: every cell in three engines, and as somebody types."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.agreement.books import Built
from tests.agreement.comparison import against_python, between_engines
from tests.agreement.sheet_xml import read_values
from tests.agreement.test_formulas import ALLOWED, functions_of
from tests.regenerate.typing_in import type_in_cells
from tests.sheets import test_actions, test_ksf, test_revised_targets
from xl_kpi.build import build
from xl_kpi.plan.history.revisions import change_id
from xl_kpi.plan.records import Records
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.writing.stored_values import evaluate


@pytest.fixture(scope="module")
def book() -> Built:
    """The default plan with a row of every kind on each of these pages."""
    history = test_revised_targets.HISTORY
    reasons = {change_id(history[4]): {"reason": "予算が減ったため"}}
    plan = test_ksf.plan_of("ja", page_actions="on", page_history="on").with_(
        tables={"tbl_ksf": test_ksf.ROWS, "tbl_actions": test_actions.ROWS, "tbl_reasons": reasons},
        actuals={("web:sessions", 0): 5000.0, ("stage:sql", 0): 12.0},
    )
    plan = plan.with_(settings={**plan.settings, "review_as_of": test_actions.DAY})
    records = Records(history=history)
    return Built(plan, book_spec(plan, records), build(plan, records=records))


def test_functions_of_excel_2010_only(book):
    assert functions_of(book.spec) - ALLOWED == set()


@pytest.mark.long  # the page of the whole book goes through LibreOffice in test_full_book
@pytest.mark.host
def test_libreoffice_computes_the_same(book, libreoffice, tmp_path):
    (file,) = libreoffice.convert([book.at(tmp_path, "review")], "xlsx")
    theirs = read_values(file.read_bytes())
    assert against_python(book, theirs, "LibreOffice") == []
    assert between_engines(book, read_values(book.data), theirs) == []


def test_what_is_typed_counts_at_once(book, tmp_path):
    """A KPI for the factor that had none; a due day that has passed; both without Python."""
    ksf, actions = (
        {cell.value: row for (row, column), cell in book.spec.sheet(key).cells.items() if column == 1}
        for key in ("ksf", "actions")
    )
    path = book.at(tmp_path, "typed")
    type_in_cells(path, {
        "KSF": {f"E{ksf['r3']}": "段階: MQL"},
        "見直し": {f"I{actions['r6']}": dt.date(2026, 8, 1)},
    })  # fmt: skip
    values = evaluate(path.read_bytes(), "ja")
    assert [values["KSF", ksf["kgi"], column] for column in (6, 7)] == [
        0,
        book.spec.sheet("ksf").cells[ksf["kgi"], 7].value - 1,
    ]
    assert values["KSF", ksf["r3"], 11][0] == "○" and values["KSF", ksf["kpi:stage:mql"], 5] == "顧客満足"
    assert values["見直し", actions["review"], 11] == 3 and values["見直し", actions["r6"], 12][0] == "▼"
