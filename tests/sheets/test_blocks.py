"""Pages from blocks: a new page takes its place in the table and the navigation, hands out addresses, stays at home."""

from __future__ import annotations

import sys
from io import BytesIO
from zipfile import ZipFile

import pytest

from tests.sheets import trial
from tests.sheets.plans import template
from tests.sheets.trial import TrialAt
from xl_kpi.build import build_spec
from xl_kpi.catalog import texts
from xl_kpi.errors import XlKpiError
from xl_kpi.exchange.outgoing.workbook import VISIBLE, Outgoing, Sending
from xl_kpi.exchange.people import Person
from xl_kpi.plan.pages.optional import is_on
from xl_kpi.plan.targets import Targets
from xl_kpi.sheets import Context, book_spec, from_context
from xl_kpi.sheets.blocks.head import Title
from xl_kpi.sheets.blocks.layout import Layout, Words
from xl_kpi.sheets.blocks.table import Column, MonthTable, Row, Table
from xl_kpi.workbook import sheet_kinds
from xl_kpi.workbook.addresses import CellAt
from xl_kpi.workbook.reading.our_sheets import our_sheets
from xl_kpi.workbook.reading.spec_as_book import DescribedBook
from xl_kpi.workbook.sheet_kinds import KINDS, SheetKind
from xl_kpi.workbook.writing.stored_values import evaluate

PLAN = template("default", "ja")
TEXTS = {
    "sheet_trial": "試算 & 限度", "trial_title": "試算", "trial_subtitle": "月ごとの費用",
    "step_trial": "試算の限度を入力します。", "step_trial_who": "試算の担当",
}  # fmt: skip

NEXT = max(kind.link for kind in KINDS if kind.link) + 1  # the number of the link that a page more gets


@pytest.fixture
def with_trial(monkeypatch):
    """The trial page in the table: one row, one module, its texts."""
    monkeypatch.setattr(sheet_kinds, "KINDS", (*KINDS, SheetKind("trial", "result", link=NEXT, typed=True)))
    monkeypatch.setitem(sys.modules, "xl_kpi.sheets.trial", trial)
    for key, words in TEXTS.items():
        monkeypatch.setitem(texts._texts(), key, {"ja": words, "en": words})


def placed(*blocks, key: str = "glossary") -> Layout:
    return Layout(Context(PLAN), key, Title("", ""), *blocks)


def table(id: str = "numbers", **settings) -> Table:
    return Table(id, [Column("name", "Name", 20), Column("count", "Count", 10, "value.whole")], ["a", "b"], **settings)


# --- the trial page


def test_a_new_page_stands_there_with_tables_and_chart(with_trial):
    page = book_spec(PLAN).sheet("trial")
    ids = [channel.id for channel in PLAN.channels_on]
    found = [cell.value for (_, column), cell in sorted(page.cells.items()) if column == 1]
    # the mark, the header and the rows of each table, two spare rows, the sum
    assert found == ["xl_kpi:trial", "head:limits", *ids, None, None, "head:costs", *ids, "sum"]
    # heading 5, header 6, five channels 7–11, two spare rows 12–13; header 15, channels 16–20, sum 21; chart 23–35
    assert page.validations[0].ref == "C7:C13"
    assert page.charts[0].ref == "B23:O35"  # name, total and twelve months: B to O
    assert page.print_area == "$A$1:$O$35"
    assert page.freeze == "C7"


def test_what_the_engine_computes_is_what_the_plan_says(with_trial):
    # Equation: what is asked of the channel in the month, a whole number × its cost for each
    plan = PLAN.with_(channels=tuple(channel.__class__(**{**vars(channel), "unit_cost": 12_000.0 + 100 * number})
                                     for number, channel in enumerate(PLAN.channels)))  # fmt: skip
    ctx = Context(plan)
    values = evaluate(build_spec(from_context(ctx)), "ja")
    costs, targets = ctx.at(TrialAt).costs, Targets(plan)
    for channel in plan.channels_on:
        expected = [volume * channel.unit_cost for volume in targets.whole_of_channel(channel).months]
        cells = [costs.month(channel.id, k) for k in range(plan.months)]
        found = [values[cell.sheet, cell.row, cell.column] for cell in cells]
        assert found == pytest.approx(expected, rel=1e-9)  # 15 digits in a cell, sums of twelve
        total = costs.cell(channel.id, "total")
        assert values[total.sheet, total.row, total.column] == pytest.approx(sum(expected), rel=1e-9)


def test_another_page_uses_its_addresses(with_trial):
    ctx = Context(PLAN)
    spec = from_context(ctx)
    cell = ctx.at(TrialAt).costs.cell("sum", "total")
    assert str(cell) == f"'試算 & 限度'!$C${cell.row}"
    page = spec.sheet("start")
    page.put(60, 3, formula=f"={cell}")
    values = evaluate(build_spec(spec), "ja")
    assert values["使い方", 60, 3] == values["試算 & 限度", cell.row, cell.column]


def test_it_is_a_step_on_the_first_page(with_trial):
    page = book_spec(PLAN).sheet("start")
    row = next(row for (row, _), cell in page.cells.items() if cell.value == TEXTS["step_trial"])
    assert page.links[row, 3] == "#'試算 & 限度'!A1"
    steps = [
        kind.key for kind in sheet_kinds.navigation() if kind.role in ("input", "result") and is_on(PLAN, kind.key)
    ]
    assert steps[-1] == "trial" and page.cells[row - 1, 3].value == book_spec(PLAN).sheet(steps[-2]).name
    assert page.cells[row + 1, 3].value == "チャネル別シート"


def test_a_workbook_is_known_with_it(with_trial):
    spec = book_spec(PLAN)
    assert our_sheets(DescribedBook(spec)) == {page.name: page.key for page in spec.sheets}


def test_a_page_more_pushes_no_link_off(with_trial, monkeypatch):
    with_it = book_spec(PLAN)
    monkeypatch.setattr(sheet_kinds, "KINDS", KINDS)
    book = book_spec(PLAN)
    links = {page.key: _first_row(page.links) for page in book.sheets}
    most = max(map(len, links.values()))  # on pages with a link to every other one; others show the first few
    for key, before in links.items():
        after = _first_row(with_it.sheet(key).links)
        assert before.items() <= after.items(), key
        more = [target for place, target in after.items() if place not in before]
        assert more == (["#'試算 & 限度'!A1"] if len(before) == most else []), key


def _first_row(links: dict[tuple[int, int], str]) -> dict[tuple[int, int], str]:
    return {place: target for place, target in links.items() if place[0] == 1}


def test_links_of_a_new_page_have_room(with_trial):
    page = book_spec(PLAN).sheet("trial")
    shown = sorted(column for (row, column) in page.links if row == 1)
    assert len(shown) == sum(is_on(PLAN, kind.key) for kind in KINDS if kind.link)  # one to each page that is on
    for column, following in zip(shown, shown[1:]):
        room = sum(page.widths.get(number, 8.43) for number in range(column, following))
        assert room >= sum(2 if ord(sign) > 0x2E7F else 1 for sign in page.cells[1, column].value)


# --- by mail


def sent(plan=PLAN) -> dict[str, bytes]:
    person = Person("a@example.com", "A", "", tuple(channel.id for channel in plan.channels_on))
    data = Outgoing(plan, Sending("4f0c2b7e9d1a4c5f8e3b6a7d0c9e1f2a", "1", None, VISIBLE)).workbook(person)
    with ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.mark.slow
def test_a_kind_that_says_nothing_stays_at_home(with_trial):
    parts = sent()
    found = [name for name, content in parts.items() if "試算".encode() in content or b"tbl_trial" in content]
    assert found == []


@pytest.mark.slow
def test_a_kind_that_says_so_leaves(with_trial, monkeypatch):
    kinds = (*KINDS, SheetKind("trial", "result", link=NEXT, typed=True, mailed=True))
    monkeypatch.setattr(sheet_kinds, "KINDS", kinds)
    assert "試算 &amp; 限度".encode() in sent()["xl/workbook.xml"]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.shows or kind.key == "record"])
def test_what_the_planner_remembers_never_leaves(kind):
    assert not kind.mailed


def test_every_link_has_its_own_number():
    links = [kind.link for kind in sheet_kinds.navigation()]
    assert links == sorted(set(links))


# --- wrong use


def test_blocks_stand_one_below_the_other():
    first, second = table(), table("more", above=2, section="More")
    layout = placed(first, Words("note", "A note"), second)
    # title in rows 1–3, a blank row, header and two rows; a blank row, the note; two blank rows, heading, header …
    assert (first.header, first.row("b"), second.header, second.row("b"), layout.last_row) == (5, 7, 13, 15, 15)
    assert second.cell("a", "count").free == "C14"
    assert str(second.down("count")) == "'用語'!$C$14:$C$15"


def test_a_text_has_an_id_where_its_words_are_not_known():
    said = Context(PLAN).t("channels_note")  # nothing of the plan stands in it: it is found in the catalog
    page = placed(Words("fixed", said), Words("varying", f"{said}リード", above=0), table()).sheet()
    assert [page.cells[row, 1].value if (row, 1) in page.cells else None for row in (5, 6)] == [None, "note:varying"]


def test_a_page_of_texts_alone_is_as_wide_as_they_say():
    layout = placed(Words("one", "One"), Words("two", "Two", columns=5))
    assert layout.sheet().print_area == "$A$1:$F$7"  # column A holds the ids; rows 4 and 6 are blank


def test_blocks_may_be_printed_on_pages_of_their_own():
    layout = Layout(Context(PLAN), "glossary", Title("", ""), table(), table("more"), pages_apart=True)
    # the first ends in row 7; the break stands below the blank row 8, before the second
    assert layout.sheet().row_breaks == [8]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: placed(table(), table()), "glossary: two blocks are called 'numbers'"),
        (lambda: table().cell("a", "count"), "block 'numbers' stands on no page yet"),
        (lambda: table().put("a", "cost", 1), "table 'numbers' has no column 'cost'; it has name, count"),
        (lambda: table().put("c", "count", 1), "table 'numbers' has no row 'c'"),
        (lambda: placed(table()).block("chart"), "glossary: no block is called 'chart'; there are numbers"),
        (lambda: Table("t", [Column("a", ""), Column("a", "")], []), "table 't': two columns have the same id: a"),
        (lambda: Table("t", [], ["x", Row("x", None)]), "table 't': two rows have the same key: x"),
        (lambda: Context(PLAN).at(TrialAt), "no page hands out TrialAt"),
        (lambda: MonthTable(Context(PLAN), "m", [], ["r"]).month("r", 12), "table 'm' has no month 13"),
    ],
)
def test_wrong_use_is_said(make, words):
    with pytest.raises(XlKpiError, match=words.replace("(", r"\(")):
        make()


def test_a_page_that_needs_itself_to_be_placed_is_said():
    ctx = Context(PLAN)
    ctx.placing[TrialAt] = lambda ctx: ctx.at(TrialAt)
    with pytest.raises(XlKpiError, match="no page hands out TrialAt, or it needs itself to be placed"):
        ctx.at(TrialAt)


def test_an_address_reads_as_each_sheet_needs_it():
    first, last = CellAt("It's", 5, 3), CellAt("It's", 7, 28)
    assert (str(first), first.here, first.free) == ("'It''s'!$C$5", "$C$5", "C5")
    assert (first.far_free, first.in_column) == ("'It''s'!C5", "$C5")
    area = first.to(last)
    assert (str(area), area.here, area.free) == ("'It''s'!$C$5:$AB$7", "$C$5:$AB$7", "C5:AB7")
    assert area.in_column == "$C5:$AB7"


def test_a_cell_is_set_once():
    own = table()
    own.put("a", "count", 1)
    with pytest.raises(XlKpiError, match="row 'a', column 'count' is set twice"):
        own.put("a", "count", 2)
