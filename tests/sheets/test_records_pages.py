"""The pages of the records: 合意, 統合, 履歴, 保管 and the hidden 控え, as a department and a plan keeper see them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest
from openpyxl.utils import column_index_from_string

from tests.agreement.books import Built, Editor, template_plan
from tests.agreement.comparison import against_python, between_engines
from tests.agreement.selected import often
from tests.agreement.sheet_xml import read_values
from tests.reading.sound_plans import read_plan
from tests.sheets.records import ITO, SENT_ON, SUZUKI, TANAKA, answered, records_of
from tests.sheets.test_fit import misfits
from xl_kpi.build import build
from xl_kpi.catalog import text
from xl_kpi.plan.agreement import numbers
from xl_kpi.plan.entries import entries_of, with_entries
from xl_kpi.plan.history.revisions import reason_of
from xl_kpi.plan.merging.merge import Returned, merge
from xl_kpi.plan.model import Answer, Plan
from xl_kpi.plan.pages.optional import with_pages
from xl_kpi.plan.records import Change, Decision, Kept, Proposal, Records, Sent
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.addresses import quoted
from xl_kpi.workbook.package.file_book import FileBook
from xl_kpi.workbook.package.safety import package_parts
from xl_kpi.workbook.spec import SheetSpec
from xl_kpi.workbook.writing.stored_values import evaluate

LANGS = pytest.mark.parametrize("lang", often(["ja", "en"], ["ja"]))
C1 = template_plan("c1", "ja")
DEFAULT = template_plan("default", "ja")  # all six stages


def lines(page: SheetSpec, first_row: int) -> list[list]:
    """The visible cells of a page from a row on, row by row."""
    rows: dict[int, dict[int, object]] = {}
    for (row, column), cell in sorted(page.cells.items()):
        if row >= first_row and column > 1:
            rows.setdefault(row, {})[column] = cell.value
    return [list(row.values()) for _, row in sorted(rows.items())]


def by_key(page: SheetSpec) -> dict[str, int]:
    """Row id → row."""
    return {cell.value: row for (row, column), cell in page.cells.items() if column == 1}


def recorded(lang: str) -> Built:
    plan = answered(lang)
    found = records_of(plan)
    return Built(plan, book_spec(plan, found), build(plan, records=found))


# --- which pages there are -------------------------------------------------------------------------------


def test_pages_stand_in_their_order_and_only_while_they_show_something():
    plain = [sheet.key for sheet in book_spec(C1).sheets]
    assert plain[9:10] == ["agreement"] and plain[-1] == "record"
    assert not {"merge", "history", "archive"} & set(plain)
    plan = answered("ja")
    full = [sheet.key for sheet in book_spec(plan, records_of(plan)).sheets]
    last = ["merge", "history", "archive", "glossary", "functions", "calc", "record"]
    assert [key for key in full if key in last] == last and full[-2:] == last[-2:]
    change = Change(SENT_ON, "佐藤", "new", "", "新規")
    assert "merge" not in [sheet.key for sheet in book_spec(C1, Records(history=(change,))).sheets]


def test_a_decision_that_only_goes_with_another_makes_no_page():
    key = "tbl_agreement[stage:mql].by"
    spec = book_spec(C1, Records(decisions={key: Decision(key, None, "佐藤")}))
    assert "merge" not in [sheet.key for sheet in spec.sheets]


@LANGS
def test_everything_on_the_pages_fits(lang):
    plan = answered(lang)
    pages = [page for page in book_spec(plan, records_of(plan)).sheets if page.key != "record"]
    assert [line for page in pages for line in misfits(page)] == []


@LANGS
def test_what_waits_for_a_choice_is_found_at_its_line_of_the_merge_page(lang):
    plan = answered(lang)
    pages = {page.key: page for page in book_spec(plan, records_of(plan)).sheets}
    checks, merge = pages["checks"], pages["merge"]
    waiting = [(place, target) for place, target in checks.links.items() if quoted(merge.name) in target]
    assert waiting and all(merge.cells[_cell_of(target)].style == "input_wrap" for _, target in waiting)
    texts = [cell.value for (_, column), cell in checks.cells.items() if column > 1 and isinstance(cell.value, str)]
    assert not [text for text in texts if "tbl_" in text]


def _cell_of(target: str) -> tuple[int, int]:
    column, row = re.fullmatch(r"([A-Z]+)(\d+)", target.rpartition("!")[2]).groups()
    return int(row), column_index_from_string(column)


@LANGS
def test_the_start_page_leads_to_them(lang):
    plan = answered(lang)
    spec = book_spec(plan, records_of(plan))
    targets = {link.removeprefix("#'").removesuffix("'!A1") for link in spec.sheet("start").links.values()}
    assert {spec.sheet(key).name for key in ("agreement", "merge", "history", "archive")} <= targets


# --- agreement -------------------------------------------------------------------------------------------


def test_the_agreement_page_of_c1():
    page = book_spec(C1).sheet("agreement")
    row = by_key(page)["stage:leads"]
    # C1: 1,800 leads for 50 customers
    assert [page.cells[row, column].value for column in range(2, 7)] == [
        C1.stages[0].owner, "リード（全体）", 1800, "件", "○ 未回答",
    ]  # fmt: skip
    assert all(page.cells[row, column].style.startswith("input") for column in range(7, 12))
    assert page.cells[by_key(page)["total"], 4].value == len(C1.stages) + len(C1.channels_on)


def test_each_department_has_its_line():
    page = book_spec(answered("ja"), None).sheet("agreement")
    rows = by_key(page)
    found = [
        [page.cells[rows[f"department:{name}"], column].value for column in range(2, 9)]
        for name in ("マーケティング", "インサイドセールス", "フィールドセールス")
    ]
    # leads agreed, MQL moved since, ads objected to, three channels without an answer; orders agreed
    assert found == [
        ["マーケティング", "▼ 異議あり", 6, 1, 1, 1, 3],
        ["インサイドセールス", "○ 回答待ち", 3, 0, 0, 0, 3],
        ["フィールドセールス", "○ 回答待ち", 2, 1, 0, 0, 1],
    ]
    assert [page.cells[rows["total"], column].value for column in range(3, 9)] == ["▼ 異議あり", 11, 2, 1, 1, 7]


def test_a_number_that_nobody_owns_is_shown_as_such():
    plan = C1.with_(stages=tuple(replace(stage, owner="") for stage in C1.stages))
    page = book_spec(plan).sheet("agreement")
    assert page.cells[by_key(page)["stage:leads"], 2].value == "（担当未定）"
    build(plan)  # Python and the workbook agree on it


@pytest.mark.slow
def test_the_status_follows_what_is_typed():
    plan = DEFAULT
    editor = Editor(Built(plan, book_spec(plan), build(plan)))
    leads, orders = editor.row("tbl_agreement", "stage:leads"), editor.row("tbl_agreement", "stage:orders")
    typed = {
        leads[6]: "合意",
        leads[10]: 1500.0,
        orders[6]: "異議",
        editor.row("tbl_agreement", "stage:mql")[6]: "合意",
    }
    found = evaluate(editor.typed(typed))
    sheet = "合意"
    status = {key: found[sheet, editor.row("tbl_agreement", key)[5].row, 6] for key in
              ("stage:leads", "stage:orders", "stage:mql", "stage:sql")}  # fmt: skip
    assert status == {
        "stage:leads": "▲ 要再確認", "stage:orders": "▼ 異議", "stage:mql": "● 合意", "stage:sql": "○ 未回答",
    }  # fmt: skip


@pytest.mark.slow
def test_an_agreed_number_that_moves_has_to_be_confirmed_again():
    plan = C1.with_(answers={"stage:leads": Answer("agreed", value=1800.0)})
    editor = Editor(Built(plan, book_spec(plan), build(plan)))
    row = editor.row("tbl_agreement", "stage:leads")[5].row
    assert evaluate(editor.data)["合意", row, 6] == "● 合意"
    # 60 instead of 50 customers need 2,160 leads
    moved = evaluate(editor.typed({editor.cell("kgi_value"): 60}))
    assert (moved["合意", row, 4], moved["合意", row, 6]) == (2160, "▲ 要再確認")


@pytest.mark.slow
def test_answers_can_be_typed_and_chosen_and_nothing_else():
    book = openpyxl.load_workbook(BytesIO(build(C1)))
    ws = book["合意"]
    open_cells = {cell.column_letter for line in ws.iter_rows() for cell in line if not cell.protection.locked}
    assert open_cells == {"G", "H", "I", "J", "K"}
    rules = {str(rule.sqref)[0]: rule for rule in ws.data_validations.dataValidation}
    assert rules["G"].formula1 == '"合意,異議"' and rules["G"].showErrorMessage
    assert (rules["I"].type, rules["K"].type) == ("date", "decimal")


# --- merge -----------------------------------------------------------------------------------------------


def test_open_conflicts_come_first_with_what_everybody_said():
    plan = answered("ja")
    page = book_spec(plan, records_of(plan)).sheet("merge")
    assert lines(page, 7) == [
        ["▲ 未決", "広告 › クリック › 2026/05 実績", 400, 400, None,
         "回収前のまま: 400", f"{SUZUKI}: 420", f"{TANAKA}: 435"],
        ["▲ 未決", "広告 › 広告費 › 2026/05 実績", "（空欄）", "（空欄）", None,
         "回収前のまま: （空欄）", f"{SUZUKI}: ¥1,250,000", f"{TANAKA}: ¥1,310,000"],
        ["▲ 未決", "合意 › SQL › 回答", "（空欄）", "（空欄）", None,
         "回収前のまま: （空欄）", f"{SUZUKI}: 合意", f"{TANAKA}: 異議（田中）"],
        ["● 反映済み", "サービスサイト › CVR › 2026/05 実績", "（空欄）", 0.0185, None,
         "回収前のまま: （空欄）", f"{SUZUKI}: 1.85%", None],
        ["● 反映済み", "サービスサイト › セッション › 2026/05 実績", 18_000, 19_000, f"{ITO}: 19,000",
         "回収前のまま: 18,000", f"{ITO}: 19,000", f"{SUZUKI}: 18,500"],
    ]  # fmt: skip


@pytest.mark.slow
def test_a_choice_is_one_of_the_row_and_changes_the_status_at_once():
    found = recorded("ja")
    book = openpyxl.load_workbook(BytesIO(found.data))
    ws = book["統合"]
    rules = {str(rule.sqref): rule.formula1 for rule in ws.data_validations.dataValidation}
    assert rules["F7"] == "'統合'!$G$7:$I$7" and rules["F10"] == "'統合'!$G$10:$H$10"
    assert not ws["F7"].protection.locked and ws["G7"].protection.locked
    typed = evaluate(Editor(found).typed({ws["F7"]: f"{TANAKA}: 435"}))
    assert (typed["統合", 7, 2], typed["統合", 8, 2]) == ("◆ 選択済み（反映待ち）", "▲ 未決")


def test_a_stage_is_shown_by_its_name_on_both_pages():
    """A stage that the plan has given another name; 失注 is none of its stages."""
    plan = DEFAULT.with_(
        stages=(replace(DEFAULT.stages[0], name="見込み客"), *DEFAULT.stages[1:]),
        tables={"tbl_accounts": {"r1": {"name": "甲社", "stage": "opportunities"}}},
    )
    plan, key = with_pages(plan, {"accounts": True, "history": True}), "tbl_accounts[r1].stage"
    found = Records(
        decisions={key: Decision(key, "leads", None)},
        proposals=(Proposal(key, SUZUKI, "1", "opportunities"), Proposal(key, TANAKA, "2", "lost")),
        history=(Change(SENT_ON, SUZUKI, "typed", key, "甲社", "leads", "opportunities"),),
    )
    book = book_spec(plan, found)
    (line,) = lines(book.sheet("merge"), 7)
    assert {*line[2:]} >= {"見込み客", f"{SUZUKI}: 商談", f"{TANAKA}: 失注"}
    assert lines(book.sheet("history"), 7)[0][4:6] == ["見込み客", "商談"]


def test_what_follows_an_answer_is_not_chosen():
    comment = "tbl_agreement[stage:mql].comment"
    found = Records(
        decisions={comment: Decision(comment, None, "=1+1")}, proposals=(Proposal(comment, SUZUKI, "1", "=1+1"),)
    )
    page = book_spec(DEFAULT, found).sheet("merge")
    assert lines(page, 7) == [["● 反映済み", "合意 › MQL › コメント", "（空欄）", "=1+1", None, None]]
    assert page.validations == [] and not page.cells[7, 6].style.startswith("input")


# --- history and archive ---------------------------------------------------------------------------------


def test_the_newest_change_stands_on_top_with_values_as_people_read_them():
    plan = answered("ja")
    page = book_spec(plan, records_of(plan)).sheet("history")
    found = lines(page, 7)
    assert len(found) == 30 and found[-1][1:4] == ["佐藤 花子", "新規作成", "default から新しい計画を作成"]
    times = [line[0] for line in found]
    assert times == sorted(times, reverse=True)
    styles = {page.cells[row, 5].value: page.cells[row, 7].style for row in range(7, 37)}
    shown = {line[3]: line[4:6] for line in found}
    assert shown["MQL › 次の段階への転換率"] == [0.25, 0.22] and styles["MQL › 次の段階への転換率"] == "value.rate2"
    assert shown["目標値"] == [900_000_000, 1_000_000_000] and styles["目標値"] == "value.full_yen"
    assert shown["ウェビナー › 使う"] == ["○", "×"]
    assert shown["開始月"] == [dt.date(2026, 3, 1), dt.date(2026, 4, 1)] and styles["開始月"] == "value.month"
    assert shown["合意 › MQL › 回答"] == [None, "合意"]
    assert found[1][1] == "—"  # somebody typed it, nobody knows who


def test_the_history_can_be_narrowed_down_and_printed():
    plan = answered("ja")
    found = records_of(plan)
    book = openpyxl.load_workbook(BytesIO(build(plan, records=found)))
    ws = book["変更履歴"]
    assert ws.auto_filter.ref == "B6:H36" and ws.protection.sheet and not ws.protection.autoFilter
    assert (ws.freeze_panes, ws.print_title_rows) == ("C7", "$6:$6")
    assert ws["B7"].value == found.history[-1].time and ws["B7"].number_format == "yyyy/mm/dd hh:mm"


def many(lang: str = "ja") -> tuple[Plan, Records]:
    """One line, then twelve of one command: eleven actuals and a target that had another value."""
    plan, later = with_pages(C1, {"history": True}), SENT_ON + dt.timedelta(days=1)
    typed = [
        Change(later, "", "typed", f"actual[ads:clicks][2026-{k:02}]", f"広告 › クリック {k}", None, k)
        for k in range(1, 12)
    ]
    revised = Change(later, "", "typed", "tbl_kpis[web.cvr].value", "CVR", 0.03, 0.025)
    return plan, Records(history=(Change(SENT_ON, "佐藤", "new", "", "作成"), *typed[:5], revised, *typed[5:]))


def test_many_lines_of_one_command_fold_into_one_that_counts_them():
    """A target that was revised stays in sight: beside it the reason is typed."""
    plan, found = many()
    page = book_spec(plan, found).sheet("history")
    assert page.folds == [(8, 19)] and not page.protected  # Excel folds nothing on a protected sheet
    shown = {row: page.cells[row, 5].value for row in range(7, 21)}
    assert (shown[7], shown[8], shown[20]) == ("CVR", "11件の変更（左の［＋］で開きます）", "作成")
    assert [shown[row] for row in range(9, 20)] == [f"広告 › クリック {k}" for k in range(11, 0, -1)]
    assert page.cells[7, 8].style == "input_wrap" and page.cells[8, 1].value == "fold:20260502093015:typed"
    few = book_spec(plan, Records(history=found.history[:8])).sheet("history")  # seven of one command
    assert few.folds == [] and few.protected


@pytest.mark.slow
def test_what_is_folded_is_in_the_file_and_is_read_again():
    plan, found = many()
    data = build(plan, records=found)
    ws = openpyxl.load_workbook(BytesIO(data))["変更履歴"]
    rows = ws.row_dimensions
    assert [row for row in range(1, 22) if rows[row].hidden] == list(range(9, 20))
    assert {rows[row].outlineLevel for row in range(9, 20)} == {1} and rows[8].collapsed
    assert not ws.sheet_properties.outlinePr.summaryBelow and not ws.protection.sheet
    book = openpyxl.load_workbook(BytesIO(data))
    book["変更履歴"].cell(7, 8).value = "フォームを変えたため"
    saved = BytesIO()
    book.save(saved)
    read = read_plan(FileBook(package_parts(saved.getvalue(), "x.xlsx", "ja"), "x.xlsx"), "x.xlsx")
    assert reason_of(read.plan, found.history[6]) == "フォームを変えたため"


def test_a_command_of_a_later_version_is_named_by_itself():
    found = Records(history=(Change(SENT_ON, "佐藤", "translate", "", "?"),))
    page = book_spec(with_pages(C1, {"history": True}), found).sheet("history")
    assert page.cells[7, 4].value == "translate"


def test_what_has_no_place_is_kept_with_its_month():
    plan = answered("ja")
    page = book_spec(plan, records_of(plan)).sheet("archive")
    assert lines(page, 8)[:2] == [
        ["広告 › クリック › 実績", dt.date(2026, 3, 1), 315, dt.date(2026, 7, 3), None],  # no mark to clear it
        ["sns › reach › 実績", dt.date(2026, 5, 1), 16_250, dt.date(2026, 7, 3), None],
    ]
    assert page.cells[8, 4].style == page.cells[9, 4].style == "value.whole"


def test_a_long_or_odd_text_is_shown_as_far_as_a_cell_can():
    kept = Kept("tbl_agreement[channel:x].comment", "a\x08b", "長" * 40_000, dt.date(2026, 4, 1))
    page = book_spec(C1, Records(archive={kept.key: kept})).sheet("archive")
    assert page.cells[8, 2].value == "ab" and page.cells[8, 4].value == "長" * 199 + "…"


# --- the whole workbook ----------------------------------------------------------------------------------


@pytest.mark.slow
@LANGS
def test_stored_values_are_pythons(lang):
    found = recorded(lang)
    assert against_python(found, read_values(found.data), "stored") == []


@pytest.mark.slow
@pytest.mark.host
def test_libreoffice_computes_the_same(libreoffice, tmp_path):
    books = [recorded("ja")]  # the language changes words only
    paths = [book.at(tmp_path, book.plan.lang) for book in books]
    for book, path in zip(books, libreoffice.convert(paths, "xlsx"), strict=True):
        assert between_engines(book, read_values(book.data), read_values(path.read_bytes())) == []


@pytest.mark.slow
def test_a_moved_start_is_warned_of():
    plan = C1.with_(actuals={("web:cv", 0): 50.0})
    editor = Editor(Built(plan, book_spec(plan), build(plan)))
    warning = editor.cell("plan_warnings")
    place = warning.parent.title, warning.row, warning.column
    assert "開始月が変わりました" not in evaluate(editor.data)[place]
    moved = evaluate(editor.typed({editor.cell("plan_start"): dt.datetime(2026, 5, 1)}))
    said = (
        "▲ 開始月が変わりました。前回の再生成までに入力した実績と、締めた月の目標は、再生成しても元の月のまま残ります"
    )
    assert said in moved[place]


@pytest.mark.long
@pytest.mark.slow
def test_the_same_plan_and_records_give_the_same_bytes():
    plan = answered("ja")
    assert build(plan, records=records_of(plan)) == build(plan, records=records_of(plan))


def test_the_numbers_beside_the_answers_are_those_of_the_plan():
    plan = answered("ja")
    page = book_spec(plan).sheet("agreement")
    rows, asked = by_key(page), numbers(plan)
    assert {key: page.cells[rows[key], 4].value for key in asked} == asked


def test_a_row_that_some_have_deleted_is_asked_about_with_its_name_and_in_these_words():
    row = {"tbl_accounts[r2].name": "山川商事", "tbl_accounts[r2].tier": "A"}
    plan = with_pages(
        DEFAULT.with_(tables={"tbl_accounts": {"r2": {"name": "山川商事", "tier": "A"}}}), {"accounts": True}
    )
    found = Records(plan_id="p", sent=(Sent("1", SENT_ON, {SUZUKI: (), TANAKA: ()}, row),))
    files = [Returned(SUZUKI, "1", dict.fromkeys(row)), Returned(TANAKA, "1", {**row, "tbl_accounts[r2].leads": 8.0})]
    done = merge(entries_of(plan), found, files)
    page = book_spec(with_entries(plan, done.changes)[0], done.records).sheet("merge")
    said = [str(cell.value) for (_, column), cell in sorted(page.cells.items()) if cell.value is not None]
    assert f"企業リスト › 山川商事 › {text('accounts_name', 'ja')}" in said
    assert "回収前のまま: 山川商事（行を残す）" in said and f"{SUZUKI}: 行を消す" in said
    assert "企業リスト › 山川商事 › " + text("accounts_leads", "ja") in said  # what the other typed has its company
