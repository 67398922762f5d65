"""Every kind of sheet by mail: what is open to whom, what comes back, and whose row a new row is."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tests.agreement.selected import often
from tests.exchange.recipients import everything_in, loaded, open_rows
from tests.exchange.sent_books import Office, Person
from tests.kinds import BEFORE, IN_PLAN, MAILED, TYPED, all_typed, in_cell, quarter
from tests.sheets.plans import template
from xl_kpi.commands.mail.collect import collect
from xl_kpi.errors import BadFile
from xl_kpi.exchange.returned.typed_rows import new_id
from xl_kpi.plan.entries import entries_of, with_entries
from xl_kpi.plan.keys import EntryKey
from xl_kpi.plan.merging.merge import Returned
from xl_kpi.plan.merging.permissions import opened_keys, pages_of_rows
from xl_kpi.plan.merging.take_in import TakenIn, take_in
from xl_kpi.plan.pages.tables import find_table

PAGES = tuple(f"page:{key}" for key in pages_of_rows())
TANAKA = Person("田中", "インサイドセールス", "tanaka@example.com", ("ads", *PAGES))
SATO = Person("佐藤", "", "sato@example.com", PAGES)
SUZUKI = Person("鈴木", "マーケティング", "suzuki@example.com", ("ads",))
PEOPLE = (TANAKA, SATO, SUZUKI)
TODAY = dt.date(2026, 6, 1)
WORDS = {"tbl_accounts[r1].name": "極秘商事", "tbl_actions[r1].result": "極秘の結果"}  # of the rows that are sent
ROWS = [key for one in MAILED.values() for key in one.rows]


@pytest.fixture(scope="module")
def office() -> Office:
    plan, _ = with_entries(quarter(template("default", "ja")), WORDS)
    return Office(plan).send(PEOPLE)


def filled(office: Office, person: Person, keys: set[str] | None = None):
    """The person's workbook with the examples of what is open to them."""
    opened = opened_keys(office.plan, office.records.sent[-1].opened[person.mail])
    return office.book(person).type(
        {key: in_cell(key, value) for key, value in all_typed().items() if opened(key) and keys in (None, {key})}
    )


@pytest.fixture(scope="module")
def back(office) -> dict[str, Returned]:
    found = {}
    for person in (TANAKA, SATO):
        read = office.read(filled(office, person))
        assert [fault for fault in read.faults if fault.level == "error"] == [] and read.foreign == ()
        found[person.mail] = read.returned
    return found


def merged(office: Office, *returned: Returned, plan=None) -> TakenIn:
    return take_in(plan or office.plan, office.records, returned, TODAY)


@pytest.fixture(scope="module")
def taken(office, back) -> TakenIn:
    """Two people have typed into the same blank rows, and so has the planner meanwhile."""
    plan, homeless = with_entries(office.plan, {k: v for one in MAILED.values() for k, v in one.in_row(TYPED).items()})
    assert homeless == {}
    return merged(office, *back.values(), plan=plan)


def rows_of(plan, table: str) -> dict[str, dict]:
    return {id_: dict(row) for id_, row in plan.tables[table].items()}


# --- every kind


@pytest.mark.parametrize("key", often(MAILED, ("agreement", "tab", "actions")))
def test_what_is_typed_in_a_copy_is_taken(key, taken):
    entries = entries_of(taken.plan)
    single = {name: value for name, value in MAILED[key].entries.items() if not MAILED[key].rows}
    assert {name: entries.get(name) for name in single} == single
    for table, row in MAILED[key].rows.items():
        for person in (TANAKA, SATO):
            assert rows_of(taken.plan, table)[new_id("1", person.mail, 2)] == row, person.name


@pytest.mark.parametrize("table", ROWS)
def test_two_people_and_the_planner_on_the_same_blank_row_are_three_rows(table, taken):
    ids = set(rows_of(taken.plan, table))
    assert ids == {BEFORE, TYPED, new_id("1", TANAKA.mail, 2), new_id("1", SATO.mail, 2)}
    assert not [key for key, one in taken.records.decisions.items() if one.open and key.startswith(table)]


@pytest.mark.parametrize("key", [key for key in IN_PLAN if key not in MAILED])
def test_what_stays_at_home_is_open_to_nobody(key, office):
    everybody = {one for ids in office.records.sent[-1].opened.values() for one in ids}
    opened = opened_keys(office.plan, everybody)
    assert not any(opened(name) for name in IN_PLAN[key].typed)


def test_single_entries_of_a_page_of_rows_stay_locked(office):
    opened = opened_keys(office.plan, office.records.sent[-1].opened[SATO.mail])
    singles = [name for one in IN_PLAN.values() if one.rows for name in one.entries]
    assert singles and not any(map(opened, singles))
    book = office.book(SATO)
    for name in ("review_as_of", "work_days", "ltv_churn", "tree_ksf"):
        area = book.area(name)
        cell = loaded(office.books[SATO.mail])[area.sheet].cell(area.row, area.column)
        assert cell.protection.locked, name


# --- who gets what


def test_a_page_goes_to_those_alone_whom_the_list_names(office):
    for person in PEOPLE:
        said = everything_in(office.books[person.mail])
        has = person is not SUZUKI
        assert {words: words in said for words in WORDS.values()} == dict.fromkeys(WORDS.values(), has)
        assert ("企業リスト" in loaded(office.books[person.mail]).sheetnames) is has


@pytest.mark.parametrize("rest", ["visible", "none"])
def test_the_rows_of_a_page_are_open_and_nothing_else_of_it(rest, office):
    sent = Office(office.plan, rest=rest).send([replace(SATO, channels=("page:actions", "page:economics"))])
    data = sent.books[SATO.mail]
    book = loaded(data)
    assert ("企業リスト" in book.sheetnames, "見直し" in book.sheetnames, "採算" in book.sheetnames) == (
        False,
        True,
        True,
    )
    rows = open_rows(book)
    spare = find_table("tbl_actions").spare
    assert rows["見直し"] == {f"r{number}" for number in range(1, 2 + spare)}
    assert rows["採算"] <= {f"r{number}" for number in range(1, 12)}
    assert all(sheet.protection.sheet for sheet in book.worksheets)
    assert sent.read(data).returned.entries == {}
    links = {cell.value for row in book["送付状"].iter_rows() for cell in row if cell.hyperlink}
    assert links == {"見直し", "採算"}


def test_what_was_sent_of_the_rows_is_remembered(office):
    sent = office.records.sent[-1].entries
    wanted = {key: value for key, value in entries_of(office.plan).items() if EntryKey.parse(key).table in ROWS}
    assert wanted and {key: value for key, value in sent.items() if EntryKey.parse(key).table in ROWS} == wanted
    nobody = Office(office.plan).send([SUZUKI]).records.sent[-1].entries
    assert not [key for key in nobody if EntryKey.parse(key).table in ROWS]


# --- what comes back


def test_collected_again_nothing_changes_whatever_the_order(office, back):
    once = merged(office, *back.values())
    again = take_in(once.plan, once.records, [*back.values()], TODAY)
    assert again.merged.changes == {}
    turned = merged(office, *reversed([*back.values()]))
    assert entries_of(turned.plan) == entries_of(once.plan)


def test_a_row_that_is_gone_from_a_copy_loses_its_entries(office):
    book = office.book(TANAKA)
    sheet, row, _ = book.place("tbl_actions[r1].finding")
    said = office.read(book.delete_row(sheet, row)).returned
    keys = [key for key in office.records.sent[-1].entries if key.startswith("tbl_actions[r1]")]
    assert said.entries == dict.fromkeys(keys)
    assert "tbl_actions" not in merged(office, said).plan.tables


def test_a_row_that_both_sides_have_changed_waits_for_a_choice(office):
    key, other = "tbl_actions[r1].result", "tbl_accounts[r1].leads"
    said = office.read(office.book(TANAKA).type({key: "田中の結果", other: 5})).returned
    assert said.entries == {key: "田中の結果", other: 5}
    plan, _ = with_entries(office.plan, {key: "計画側の結果"})
    done = merged(office, said, plan=plan)
    assert [name for name, one in done.records.decisions.items() if one.open] == [key]
    assert done.plan.tables["tbl_actions"]["r1"]["result"] == "計画側の結果"
    assert done.plan.tables["tbl_accounts"]["r1"]["leads"] == 5


def test_rows_pasted_without_an_id_and_copies_are_rows_of_their_own(office):
    book = office.book(SATO)
    sheet, row, column = book.place("tbl_accounts[r2].name")
    for number, (id_, name) in enumerate((("", "貼り付け商事"), ("r1", "写し商事"), ("r9", "空き行商事"))):
        book.put(sheet, row + number, book.area("tbl_accounts").column, id_ or None)
        book.put(sheet, row + number, column, name)
    below = book.area("tbl_accounts").last_row + 1  # somebody has taken the lock away
    for cell, value in ((column, "下の商事"), (column + 1, "B")):
        book.put(sheet, below, cell, value)
    said = office.read(book).returned.entries
    names = {key: value for key, value in said.items() if key.endswith(".name")}
    assert names == {
        f"tbl_accounts[{new_id('1', SATO.mail, number)}].name": name
        for number, name in (("n1", "貼り付け商事"), ("n2", "写し商事"), (9, "空き行商事"), ("n3", "下の商事"))
    }  # fmt: skip


def test_sorted_and_hidden_rows_are_known_by_their_ids(office):
    book = filled(office, SATO)
    area = book.area("tbl_mentions")
    first, second = book.row_of(area, BEFORE), book.row_of(area, TYPED)
    plain = office.read(filled(office, SATO)).returned.entries
    assert office.read(book.swap_rows(area.sheet, first, second).hide_all()).returned.entries == plain


def test_without_ids_nothing_of_the_file_is_taken(office):
    book = office.book(SATO)
    area = book.area("tbl_actions")
    for row in range(area.row + 1, area.last_row + 1):
        book.put(area.sheet, row, area.column, None)
    with pytest.raises(BadFile) as caught:
        office.read(book)
    assert caught.value.key == "collect_lost"
    with pytest.raises(BadFile):
        office.read(office.book(SATO).drop_name("tbl_ksf"))


def test_what_cannot_be_read_is_said_with_its_cell_and_left_out(office):
    book = office.book(SATO)
    book.type({"tbl_answers[r1].nps": 11, "tbl_actions[r1].due": "来週", "tbl_actions[r2].finding": "良い"})
    book.formula("tbl_accounts[r1].name", 'HYPERLINK("http://example.com")', "x", "str")
    book.formula("tbl_accounts[r1].views", "3+4", 7)
    read = office.read(book)
    new = new_id("1", SATO.mail, 2)
    assert read.returned.entries == {"tbl_accounts[r1].views": 7, f"tbl_actions[{new}].finding": "良い"}
    assert read.returned.unread == {"tbl_answers[r1].nps", "tbl_actions[r1].due", "tbl_accounts[r1].name"}
    errors = {(fault.sheet, fault.found) for fault in read.faults if fault.level == "error"}
    assert {("アンケート回答", "11"), ("見直し", "来週")} <= errors and len(errors) == 3
    assert all(fault.cell for fault in read.faults)


def test_amounts_come_back_in_the_unit_in_which_they_were_sent(office):
    sent = Office(office.plan.with_(currency_unit="thousand_yen")).send([SATO])
    said = sent.read(sent.book(SATO).type({"tbl_costs[r2].amount": 250})).returned.entries
    assert said == {f"tbl_costs[{new_id('1', SATO.mail, 2)}].amount": 250_000}


def test_the_next_version_sends_the_new_rows_as_rows(office, taken):
    second = Office(taken.plan, taken.records).send([TANAKA], "2", dt.datetime(2026, 7, 1))
    row = new_id("1", SATO.mail, 2)
    key = f"tbl_actions[{row}].result"
    book = second.book(TANAKA).type({key: "済み（確認）"})
    assert second.read(book).returned.entries == {key: "済み（確認）"}


@pytest.mark.long
def test_the_list_of_5000_accounts_comes_back(office):
    rows = {f"r{number}": {"name": f"企業{number}"} for number in range(1, 5001)}
    plan = office.plan.with_(tables={"tbl_accounts": rows})
    sent = Office(plan, rest="none").send([replace(SATO, channels=("page:accounts",))])
    book = sent.book(SATO).type({"tbl_accounts[r4999].leads": 2})
    assert sent.read(book).returned.entries == {"tbl_accounts[r4999].leads": 2}


@pytest.mark.long
@pytest.mark.slow
def test_a_deleted_row_about_which_is_asked_is_one_conflict_and_nothing_is_left_out(tmp_path):
    """One deletes a row of three entries, the other types into it: one question, and the blank cells are no entries
    that were not taken."""
    row = {f"tbl_actions[r1].{column}": words for column, words in
           (("finding", "CVRが低い"), ("cause", "フォームが長い"), ("result", "まだ"))}  # fmt: skip
    plan, _ = with_entries(quarter(template("default", "ja")), row)
    sent = Office(plan).send(PEOPLE)
    (tmp_path / "計画.xlsx").write_bytes(sent.master())
    book = sent.book(TANAKA)
    sheet, at, _ = book.place("tbl_actions[r1].finding")
    (tmp_path / "田中.xlsx").write_bytes(book.delete_row(sheet, at).bytes())
    (tmp_path / "佐藤.xlsx").write_bytes(sent.book(SATO).type({"tbl_actions[r1].result": "済んだ"}).bytes())
    files = [tmp_path / "田中.xlsx", tmp_path / "佐藤.xlsx"]
    done = collect(tmp_path / "計画.xlsx", files, words="ja", now=dt.datetime(2026, 6, 1, 9))
    assert [one.key for one in done.conflicts] == ["tbl_actions[r1].finding"]
    counts = {one.file: (one.taken, one.conflicts, one.left) for one in done.files}
    assert counts["田中.xlsx"] == (0, 1, 0), counts
