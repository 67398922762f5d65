"""The kind of goal typed over: until the sheets are made anew, no amount of money is held against a count of orders."""

from tests.new_files import new_file
from tests.regenerate.typing_in import type_in
from tests.sheets.plans import five_months, with_actuals
from xl_kpi.plan.model import Goal, Plan
from xl_kpi.workbook.writing.stored_values import evaluate


def shown(plan: Plan, typed, tmp_path) -> tuple[list[str], str]:
    """What stands on ダッシュボード and KPIツリー, and what 設定 warns of, as IronCalc calculates it."""
    path = tmp_path / "plan.xlsx"
    path.write_bytes(new_file(plan, plan_id="p"))
    cells = evaluate(type_in(path, typed).read_bytes(), "ja")
    pages = [str(value) for (title, _, _), value in cells.items() if title in ("ダッシュボード", "KPIツリー")]
    return pages, "\n".join(str(value) for (title, _, _), value in cells.items() if title == "設定")


def test_money_typed_in_a_plan_that_counts_orders(tmp_path):
    """A goal of 120 million yen at 2 million an order: 60 orders are needed, and they are what is shown."""
    plan = with_actuals(five_months("ja").with_(goal=Goal("orders", 50), currency_unit="yen"), 2)
    pages, settings = shown(plan, {"kgi_kind": "売上", "kgi_value": 120e6, "order_value": 2e6}, tmp_path)
    assert "目標の種類を売上に変えました" in settings
    assert not any("120,000,000" in one or one == "120000000.0" for one in pages)
    assert any(one.endswith("/ 60件") for one in pages)


def test_orders_typed_in_a_plan_in_money(tmp_path):
    """60 orders are no 60 million yen: the goal stands nowhere beside the amount that was reached."""
    pages, settings = shown(with_actuals(five_months("ja"), 2), {"kgi_kind": "受注件数", "kgi_value": 60}, tmp_path)
    assert "目標の種類を受注件数に変えました" in settings
    assert any(one.endswith("/ —") for one in pages) and not any(one.endswith("/ 60百万円") for one in pages)


def test_as_made_the_goal_stands_there_and_nothing_is_warned_of(tmp_path):
    pages, settings = shown(with_actuals(five_months("ja"), 2), {}, tmp_path)
    assert "目標の種類を" not in settings and any(one.endswith("百万円") and " / " in one for one in pages)
