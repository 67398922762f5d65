"""点検 has the findings of `check`, as many and in the same order, whatever kind they are."""

from __future__ import annotations

import datetime as dt

from tests.agreement.books import template_plan
from tests.new_files import new_file
from tests.sheets.relations_plans import rows
from xl_kpi.catalog import text
from xl_kpi.commands import check
from xl_kpi.plan.examples.figures import as_template
from xl_kpi.plan.pages.optional import with_pages
from xl_kpi.workbook.writing.stored_values import evaluate

NOW = dt.datetime(2026, 4, 1, 9)


def test_rows_that_stand_twice_and_people_that_are_missing(tmp_path):
    """Two accounts of one name, one without; too few people (found after the hints about examples)."""
    plan = template_plan("default", "ja").with_(months=8)
    plan = with_pages(
        plan.with_(
            tables={
                "tbl_accounts": rows("name tier", ("山川商事", "A"), ("山川商事", "B"), (None, "C")),
                "tbl_people": rows("of work team per_person present", (plan.stages[0].name, "連絡", "IS", 10, 1)),
            },
            settings={**plan.settings, "ltv_first": 1},
        ),
        {"accounts": True, "people": True},
    )
    path = tmp_path / "plan.xlsx"
    path.write_bytes(new_file(as_template(plan), plan_id="p", now=NOW))
    found = check(path, "ja", today=NOW.date())
    keys = [one.key for one in found]
    assert {"row_name_twice", "row_nameless", "plan_check_people_short"} <= set(keys)
    levels = [one.level for one in found]
    assert levels == sorted(levels, key=("error", "warning", "hint").index) and "hint" in levels
    page = text("sheet_checks", "ja")
    shown = {at[1:]: value for at, value in evaluate(path.read_bytes(), "ja").items() if at[0] == page}
    places = [shown[at] for at in sorted(shown) if at[1] == 3 and "!" in str(shown[at])]
    assert places == [f"{one.sheet}!{one.cell}" for one in found]
