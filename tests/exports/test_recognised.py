"""A file is one of a known system only where its days are found by that system's word and most of it is known."""

from __future__ import annotations

import pytest

import workbook_templates
from tests.exports.downloads import GOOGLE_JA, text
from tests.exports.unknown import unknown_tables
from xl_kpi.errors import BadFile
from xl_kpi.exchange.exports.export import read_export
from xl_kpi.exchange.exports.figures import sorted_figures
from xl_kpi.exchange.leads.source import table_in
from xl_kpi.exchange.suggestions.map_files import map_of
from xl_kpi.exchange.suggestions.overlooked import overlooked
from xl_kpi.exchange.suggestions.suggest import suggest
from xl_kpi.plan.imported.questions import Asked
from xl_kpi.plan.model import Plan
from xl_kpi.plan.source import plan_from_source

X_ADS = [
    "Time period",
    "Campaign name",
    "Campaign ID",
    "Currency",
    "Spend",
    "Impressions",
    "Clicks",
    "CTR",
    "CPC",
    "Leads",
]
X_ROWS = [
    ["2026-04-10", "a", "11", "JPY", "500", "1000", "10", "1.0%", "50", "2"],
    ["2026-05-11", "a", "11", "JPY", "700", "2000", "20", "1.0%", "35", "3"],
]
MICROSOFT = [
    "Gregorian date",
    "Account name",
    "Campaign name",
    "Currency code",
    "Impressions",
    "Clicks",
    "Spend",
    "Conversions",
]
CRITEO = ["Day", "Campaign", "Currency", "Displays", "Clicks", "Cost", "CTR", "Sales"]
LINE = ["日", "キャンペーン名", "通貨", "インプレッション", "クリック", "クリック率", "コスト", "CV"]
MATOMO = ["Date", "Visits", "Unique visitors", "Actions", "Bounces", "Conversions", "Bounce Rate"]
_CELLS = {
    "Account name": "x", "Campaign name": "a", "Campaign": "a", "キャンペーン名": "a", "Currency": "JPY", "通貨": "JPY",
    "Currency code": "JPY", "CTR": "1%", "クリック率": "1%", "Bounce Rate": "40%",
}  # fmt: skip


@pytest.fixture(scope="module")
def default_plan() -> Plan:
    return plan_from_source(workbook_templates.source("default"), "ja", "default")


def rows_of(header: list[str]) -> list[list[str]]:
    """A row on a day of April and one of May: every count 100 and 200."""
    return [header, *([day, *(_CELLS.get(word, count) for word in header[1:])]
                      for day, count in (("2026-04-10", "100"), ("2026-05-11", "200")))]  # fmt: skip


@pytest.mark.parametrize("rows", [[X_ADS, *X_ROWS], *map(rows_of, (MICROSOFT, CRITEO, LINE, MATOMO))])
def test_a_system_that_is_not_listed_is_not_taken_for_one_that_is(rows):
    data = text(rows).encode()
    with pytest.raises(BadFile) as refused:
        read_export(data, "x.csv")
    assert refused.value.key == "export_unknown"
    found = suggest(data, "x.csv")
    assert found.is_usable
    assert [guess.column.word for guess in found.guesses if guess.column.role == "date"] == [rows[0][0]]
    asked = Asked()
    export = read_export(data, "x.csv", asked=asked, maps=[map_of(found)])
    assert (asked.open, [str(day) for day in export.rows["day"]]) == ([], [rows[1][0], rows[2][0]])  # no month@x.csv
    assert (export.system, export.called("ja")) == ("", "x")


def test_each_month_of_such_a_file_gets_its_own_numbers(default_plan):
    data = text([X_ADS, *X_ROWS]).encode()
    export = read_export(data, "x.csv", maps=[map_of(suggest(data, "x.csv"))])
    figures = sorted_figures(export, default_plan, Asked()).batch.figures
    found = {(one.kpi, one.month.month): one.value for one in figures}
    assert (found["cost", 4], found["cost", 5]) == (500, 700)
    assert (found["cv", 4], found["cv", 5]) == (2, 3)


def test_tables_of_ads_and_visits_that_nobody_knows_are_no_known_ones():
    for one in unknown_tables():
        try:
            assert read_export(one.data, "x.csv").kind not in ("ads", "visits"), one.name
        except BadFile as fault:
            assert fault.key in ("export_unknown", "export_of_persons"), one.name  # noqa: PT017


def test_a_file_that_is_named_as_one_of_a_system_is_asked_about_its_days():
    block = read_export(text([X_ADS, *X_ROWS]).encode(), "x.csv", only="linkedin", asked=Asked()).block
    assert ("Time period", "date") in [(one.word, one.role) for one in overlooked(block, [])]


def test_days_outside_of_the_period_that_a_file_names_are_about_something_else():
    head = [word for word in GOOGLE_JA if word != "日"]
    rows = [["2026/04/01 - 2026/04/30"], [*head, "キャンペーン開始日"]]
    rows += [["a", "100", "50", "5", "1", "2025-11-03"], ["b", "200", "70", "9", "2", "2026-01-15"]]
    export = read_export(text(rows).encode(), "x.csv")
    assert (export.system, [str(day) for day in export.rows["day"]]) == ("google_ads", ["2026-04-01"] * 2)


@pytest.mark.parametrize("days", [["4月", "5月"], ["2026年4月", "2026年5月"], ["03/04/2026", "04/04/2026"]])
def test_months_and_days_whose_order_is_open_are_days_too(days):
    rows = [["集計対象", *GOOGLE_JA[2:]], *([day, "100", "50", "5", "1"] for day in days)]
    with pytest.raises(BadFile):
        read_export(text(rows).encode(), "x.csv")


META = ["日", "キャンペーン名", "通貨", "インプレッション", "リンクのクリック", "消化金額"]
YAHOO = ["日", "キャンペーン名", "通貨コード", "インプレッション数", "クリック数", "コスト"]


@pytest.mark.parametrize(
    ("head", "cell", "code"),
    [
        (META, "USD", "USD"), (YAHOO, "EUR", "EUR"), (YAHOO, "JPY", "JPY"), (YAHOO, "米ドル", "USD"),
        (META, "sek", "SEK"),
        ([*META[:2], "支払", *META[3:]], "GBP", "GBP"), (META, "A", ""),
    ],
)  # fmt: skip
def test_a_column_of_currencies_counts_in_every_system(head, cell, code):
    rows = [head, ["2026-04-01", "a", cell, "100", "5", "10"], ["2026-04-02", "a", cell, "100", "5", "20"]]
    export = read_export(text(rows).encode(), "x.csv")
    assert (export.system, export.currency) == ("meta" if "消化金額" in head else "yahoo_search", code)


def test_rows_in_several_currencies_each_have_their_rate(default_plan):
    rows = [META, *([f"2026-04-0{k}", "a", code, "100", "5", "10"] for k, code in enumerate(("USD", "EUR", "円"), 1))]
    export, asked = read_export(text(rows).encode(), "x.csv"), Asked({"rate:USD": "150", "rate:EUR": "160"})
    figures = sorted_figures(export, default_plan, asked).batch.figures
    assert {one.kpi: one.value for one in figures}["cost"] == 3110  # 10 × 150 + 10 × 160 + 10
    asked = Asked({"rate:USD": "150"})
    assert "cost" not in {one.kpi for one in sorted_figures(export, default_plan, asked).batch.figures}
    assert [one.id for one in asked.open] == ["rate:EUR"]


def test_a_currency_that_is_not_told_for_each_row_is_asked_about():
    rows = [META, *([f"2026-04-0{k}", "a", code, "100", "5", "10"] for k, code in enumerate(("USD", "EUR", ""), 1))]
    asked = Asked()
    read_export(text(rows).encode(), "x.csv", asked=asked)
    assert [(one.id.partition("@")[0], one.choices) for one in asked.open] == [("currency", ("EUR", "USD"))]
    rows = [[*META[:5], "消化金額 (JPY)"], ["2026-04-01", "a", "USD", "100", "5", "10"]]
    read_export(text(rows).encode(), "x.csv", asked=(asked := Asked()))
    assert [one.choices for one in asked.open] == [("JPY", "USD")]  # the header and the column contradict each other


def test_a_header_may_name_the_currency():
    for word, code in (("コスト(GBP)", "GBP"), ("コスト（CHF）", "CHF")):
        head = [*YAHOO[:2], *YAHOO[3:5], word]
        export = read_export(text([head, ["2026-04-01", "a", "100", "5", "10"]]).encode(), "x.csv")
        assert (export.system, export.currency) == ("yahoo_search", code)


def test_the_rate_of_a_column_of_currencies_is_asked(default_plan):
    rows = [YAHOO, ["2026-04-01", "a", "EUR", "100", "5", "10"]]
    export, asked = read_export(text(rows).encode(), "x.csv"), Asked()
    found = sorted_figures(export, default_plan, asked)
    assert [one.id for one in asked.open] == ["rate:EUR"]
    assert "cost" not in {one.kpi for one in found.batch.figures}
    asked = Asked({"rate:EUR": "160"})
    assert {one.kpi: one.value for one in sorted_figures(export, default_plan, asked).batch.figures}["cost"] == 1600


def test_a_list_of_actions_may_call_them_kinds():
    rows = [["リードID", "日時", "種別", "コンテンツ"], ["L1", "2026-04-01 10:00", "資料請求", "導入ガイド"]]
    block, _ = table_in(text(rows).encode(), "x.csv")
    assert (block.systems[0], [one.role for one in block.columns]) == ("lead_events", ["id", "at", "event", "content"])
