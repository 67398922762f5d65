"""リード評価 and its list: every cell in three engines and against pandas, with odd words, without leads, of totals."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from tests.agreement.books import Editor, built, changed, read_back, template_plan
from tests.agreement.comparison import against_python, between_engines
from tests.agreement.sheet_xml import read_values
from tests.agreement.test_formulas import ALLOWED, functions_of
from tests.sheets.made_leads import World, with_leads
from xl_kpi.calc import month_start
from xl_kpi.catalog import text
from xl_kpi.catalog.scoring import scoring
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.lead_tables import LEAD_TRAITS
from xl_kpi.plan.scoring.tested import totals_from
from xl_kpi.workbook.writing.stored_values import evaluate

OWN = {
    "tbl_fit": {
        "r1": {"trait": "industry", "answer": "製造業", "points": 8},
        "r2": {"trait": "size", "answer": "100~299名", "points": 7},
        "r3": {"trait": "size", "answer": "<50", "points": 1},
        "r4": {"trait": "size", "answer": "*", "points": 9},
        "r5": {"trait": "size", "answer": "100~299名", "points": 5},  # typed twice: their mean counts
        "r6": {"trait": "budget", "answer": "あり"},  # no points: the standard counts
    },
    "tbl_points": {
        "r1": {"kind": "資料請求", "points": 7.5, "most": 2},
        "r2": {"kind": "料金ページ", "points": 4},
        "r3": {"kind": "配信停止?", "points": -10},
    },
}
ODD = {
    "r1": {"number": "001", "size": "100~299名"},
    "r2": {"number": "1", "size": "100299名", "outcome": "won"},  # no day of its order
    "r3": {"number": "L*", "size": "<50"},
    "r4": {"number": "L*", "size": "*", "orders": dt.date(2026, 5, 1)},
    "r5": {"size": "大企業"},
}
ODD_TOUCHES = [
    {"number": "001", "on": dt.date(2026, 3, 1), "kind": "資料請求", "count": 3},
    {"number": "001", "on": dt.date(2026, 4, 1), "kind": "資料請求", "content": "別の資料", "count": 3},
    {"number": "1", "on": dt.date(2026, 4, 1), "kind": "配信停止?"},
    {"number": "1", "on": dt.date(2026, 4, 2), "kind": "知らない行動"},
    {"number": "1", "kind": "資料請求"},
    {"number": "L*", "on": dt.date(2026, 4, 2), "kind": "ページ閲覧", "count": 40},
    {"number": "ない番号", "on": dt.date(2026, 4, 2), "kind": "資料請求"},
]


def odd(lang: str) -> Plan:
    plan = with_leads(template_plan("small", lang), World(leads=60), half_life=45, mql_maybe=30.0, weight_size=2.5)
    leads, touches = ({**plan.tables[key]} for key in ("tbl_leads", "tbl_touches"))
    leads |= {f"r{len(leads) + k}": row for k, row in enumerate(ODD.values(), 1)}
    touches |= {f"r{len(touches) + k}": row for k, row in enumerate(ODD_TOUCHES, 1)}
    return plan.with_(tables={**plan.tables, **OWN, "tbl_leads": leads, "tbl_touches": touches})


def bare() -> Plan:
    """Two leads of which nothing is known, one of them without a channel; nothing was done."""
    plan = with_leads(template_plan("small", "en"), None)
    rows = {"r1": {"number": "a", "channel": "Ads"}, "r2": {"number": "b", "outcome": "lost"}}
    return plan.with_(tables={**plan.tables, "tbl_leads": rows})


def no_lost() -> Plan:
    """Leads that ordered or are open; nobody says that any was lost: no rate of orders."""
    plan = with_leads(template_plan("small", "ja"), World(leads=60))
    rows = {id_: row for id_, row in plan.tables["tbl_leads"].items() if row.get("outcome") != "lost"}
    return plan.with_(tables={**plan.tables, "tbl_leads": rows})


def of_totals() -> Plan:
    plan = odd("ja")
    rows = {
        f"r{k}": {key: value for key, value in vars(one).items() if value not in ("", None)}
        for k, one in enumerate(totals_from(plan), 1)
    }
    own = {key: rows for key, rows in plan.tables.items() if key not in ("tbl_leads", "tbl_touches")}
    return plan.with_(tables={**own, "tbl_lead_totals": rows})


PLANS = {
    "odd": odd("ja"),
    "none": with_leads(template_plan("small", "en"), None),
    "bare": bare(),
    "no_lost": no_lost(),
    "totals": of_totals(),
}


@pytest.mark.parametrize("name", PLANS)
def test_stored_values_are_pythons(name, books, stored):
    assert against_python(books[name], stored[name], "stored") == []
    assert functions_of(books[name].spec) - ALLOWED == set()


def test_what_was_typed_is_read_back(books):
    back = read_back(books["odd"].data)
    assert back.tables == PLANS["odd"].tables
    assert back.settings == PLANS["odd"].settings


def test_no_lead_says_what_to_do(stored):
    said = {value for (sheet, _, _), value in stored["none"].items() if sheet == text("sheet_lead_scores", "en")}
    assert text("scores_none", "en") in said


def test_totals_are_said_and_agree_with_rows(books, stored):
    """The order rates by band: of totals they are numbers, of rows formulas."""
    page = text("sheet_lead_scores", "ja")

    def rates(name: str) -> dict[str, object]:
        spec = books[name].spec.sheet("lead_scores")
        heads = {cell.value for cell in spec.cells.values()}
        assert text("score_rate", "ja") in heads
        rows = {cell.value: row for (row, column), cell in spec.cells.items() if column == 2}
        return {key: [stored[name].get((page, row, column)) for column in range(4, 11)]
                for key, row in rows.items() if str(key).startswith(("総合:", "属性 ", "行動 "))}  # fmt: skip

    assert rates("totals") == rates("odd")


def test_changed_weights_points_and_days_count_at_once(books):
    def edit(editor: Editor):
        lead = editor.row("tbl_leads", "r3")
        touch = editor.row("tbl_touches", "r2")
        cells = {editor.cell("weight_size"): 0.5, editor.cell("half_life"): 20, editor.cell("fit_from_a"): 50,
                 editor.row("tbl_points", "r1")[2]: 3, touch[2]: month_start(dt.date(2026, 1, 1), 1), touch[6]: 9,
                 lead[15]: "大企業"}  # fmt: skip
        return cells

    after = changed(Editor(books["odd"]), edit)
    assert against_python(after, read_values(after.data), "changed") == []


def test_points_of_ones_own_for_a_new_word_say_that_they_wait(books):
    """Words that are in no row of the points yet; all that are there have nothing to say."""
    wait, page = text("score_own_waits", "ja"), text("sheet_lead_scores", "ja")
    editor = Editor(books["odd"])
    fit, kind = editor.row("tbl_fit", "r3"), editor.row("tbl_points", "r2")
    values = evaluate(editor.typed({fit[2]: "<51", kind[1]: "料金表"}))
    found = {(row, column) for (sheet, row, column), value in values.items() if (sheet, value) == (page, wait)}
    assert found == {(fit[0].row, 5), (kind[0].row, 5)}


def test_a_row_with_another_lead_waits_for_a_regenerate(books):
    """What another lead did by now counts nowhere, and the page says so; nothing is added to the wrong lead."""
    plan, editor = PLANS["odd"], Editor(books["odd"])
    touch = editor.row("tbl_touches", "r1")
    number = plan.tables["tbl_touches"]["r1"]["number"]
    values = evaluate(editor.typed({touch[1]: "L-99999"}))
    listed = text("sheet_score_list", "ja")
    row = next(row for (sheet, row, column), value in values.items() if (sheet, column, value) == (listed, 2, number))
    assert values[listed, row, 6] == text("score_stale", "ja")
    page = {value for (sheet, _, _), value in values.items() if sheet == text("sheet_lead_scores", "ja")}
    assert text("scores_waiting", "ja", count="1") in page


@pytest.mark.long  # the page of the whole book goes through LibreOffice in test_full_book
@pytest.mark.host
def test_libreoffice_computes_the_same(books, stored, libreoffice, tmp_path):
    paths = [book.at(tmp_path, f"{number}") for number, book in enumerate(books.values())]
    for (name, book), path in zip(books.items(), libreoffice.convert(paths, "xlsx"), strict=True):
        found = read_values(path.read_bytes())
        assert against_python(book, found, "LibreOffice") == [], name
        assert between_engines(book, stored[name], found) == [], name


# --- the same by pandas, from the rows alone


def by_pandas(plan: Plan) -> pd.DataFrame:
    """Fit, points and outcome of each lead by joins and groups; needs one lead for each number."""
    standard = scoring()
    leads = pd.DataFrame(plan.tables["tbl_leads"].values()).set_index("number")
    touches = pd.DataFrame(plan.tables["tbl_touches"].values())
    fit = pd.Series(0.0, leads.index)
    for trait in LEAD_TRAITS:
        points = {word: one.points for one in standard.answers if one.trait == trait for word in one.spellings}
        fit += 100 * leads[trait].map(points).fillna(0) / (standard.most_points * len(LEAD_TRAITS))
    end = leads["orders"].where(leads["outcome"] == "won", leads["closed"])
    last = max(touches["on"].max(), *(leads[day].dropna().max() for day in ("leads", "orders")))
    touches["end"] = touches["number"].map(end)
    until = pd.to_datetime(touches["end"].fillna(last))
    age = (until - pd.to_datetime(touches["on"])).dt.days
    touches["times"] = touches["count"] * 0.5 ** (age / plan.settings["half_life"])
    touches = touches[(age > 0) | (touches["end"].isna() & (age == 0))]
    kinds = {word: one for one in standard.kinds for word in one.spellings}
    groups = touches.groupby(["number", "kind"])["times"].sum().reset_index()
    groups["points"] = [
        min(times, kinds[kind].most or float("inf")) * kinds[kind].points if kind in kinds else 0.0
        for kind, times in zip(groups["kind"], groups["times"])
    ]
    raw = groups.groupby("number")["points"].sum().reindex(leads.index).fillna(0)
    act = (100 * raw / standard.full).clip(0, 100)
    closed = leads["outcome"].isin(["won", "lost"])
    return pd.DataFrame({"fit": fit, "act": act, "total": (fit + act) / 2, "closed": closed,
                         "won": leads["outcome"] == "won"})  # fmt: skip


@pytest.mark.parametrize("count", [300, pytest.param(5000, marks=pytest.mark.long)])
def test_the_list_is_what_pandas_computes(count):
    """Live formulas against joins and groups, to the six places of their parts."""
    plan = with_leads(template_plan("small", "ja"), World(leads=count), half_life=60)
    values, listed, want = read_values(built(plan).data), text("sheet_score_list", "ja"), by_pandas(plan)
    rows = {value: row for (sheet, row, column), value in values.items() if (sheet, column) == (listed, 2)}
    for part, column in (("total", 7), ("fit", 8), ("act", 9)):
        got = pd.Series({number: values[listed, rows[number], column] for number in want.index})
        assert (got - want[part]).abs().max() < 1e-5, part
    page, whole = text("sheet_lead_scores", "ja"), text("score_all", "ja")
    all_row = next(row for (sheet, row, column), value in values.items() if (sheet, column, value) == (page, 2, whole))
    assert [values[page, all_row, column] for column in (4, 5, 6)] == [count, want["closed"].sum(), want["won"].sum()]
