"""Formulas of the user's follow the cells they point at: expected addresses are looked up by what people read there."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

import pytest

from tests.agreement.selected import often, often_rows
from tests.regenerate.described import book_of, moves, spec_of, template
from xl_kpi.calc.lag import Lag
from xl_kpi.plan.language import in_language
from xl_kpi.plan.model import Plan
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.addresses import relative
from xl_kpi.workbook.cells.areas import reference
from xl_kpi.workbook.reading.our_sheets import our_sheets
from xl_kpi.workbook.relocation.book_moves import BookMoves
from xl_kpi.workbook.spec import SheetSpec

pytestmark = pytest.mark.slow  # every test describes whole workbooks

PLAN = template()
APRIL, MAY, JUNE = (dt.date(2026, month, 1) for month in (4, 5, 6))


def without(plan: Plan, *ids: str) -> Plan:
    return plan.with_(channels=tuple(replace(one, on=one.on and one.id not in ids) for one in plan.channels))


def stages(plan: Plan, *ids: str) -> Plan:
    """The plan with these stages, in this order; rates as they are, the last stage without one."""
    by_id = {stage.id: stage for stage in plan.stages}
    return plan.with_(stages=tuple(by_id[id_] for id_ in ids))


def header_row(page: SheetSpec, row: int) -> int:
    """The nearest row of months above."""
    return max(at for at, column in page.cells if at <= row and column == 7 and
               isinstance(page.cells[at, column].value, dt.date))  # fmt: skip


def cell(plan: Plan, sheet: str, words: str, month: dt.date, kind: str = "", nth: int = 0, names=None) -> str:
    """The address of a month in the row that begins with some words (the nth of them), of one kind in column C."""
    page = spec_of(plan, None, names).sheet(sheet)
    rows = [row for (row, column), one in sorted(page.cells.items()) if column == 2 and one.value == words]
    row = rows[nth] + (("目標", "実績", "達成率").index(kind) if kind else 0)
    head = header_row(page, row)
    column = next(column for (at, column), one in page.cells.items() if at == head and one.value == month)
    return f"{page.name}!{relative(row, column)}"


def follows(old: Plan, new: Plan, **place) -> None:
    """A reference to a place in the old workbook is one to the same place in the new one."""
    before, after = cell(old, **place), cell(new, **place)
    assert moves(old, new).formula(f"{before}*2", "自分").replace("'", "") == f"{after}*2"


CLICKS = {"sheet": "tab:ads", "words": "クリック", "month": MAY, "kind": "実績"}
MQL_NEED = {"sheet": "backwards", "words": "MQL", "month": MAY}
MQL_ACTUAL = {"sheet": "backwards", "words": "MQL", "month": MAY, "nth": 2}


PLACES = {"clicks": CLICKS, "need": MQL_NEED, "actual": MQL_ACTUAL}
CHANGES = {
    "same": lambda plan: plan,
    "longer": lambda plan: plan.with_(months=18),
    "shorter": lambda plan: plan.with_(months=2),
    "earlier": lambda plan: plan.with_(start=dt.date(2026, 2, 1)),
    "channels off": lambda plan: without(plan, "web", "webinar"),
    "reversed": lambda plan: plan.with_(channels=plan.channels[::-1], kpis=plan.kpis[::-1]),
    "stage gone": lambda plan: stages(plan, "leads", "mql", "opportunities", "proposals", "orders"),
    "stages swapped": lambda plan: stages(plan, "leads", "sql", "mql", "opportunities", "proposals", "orders"),
    "revenue": lambda plan: plan.with_(goal=replace(plan.goal, kind="revenue", value=1e9), order_value=1e7),
}
ALL = [(change, place) for change in CHANGES for place in PLACES]


@pytest.mark.parametrize(("change", "place"), often_rows(ALL, [0, 3, 8, 10, 12, 17, 20, 22, 25]))
def test_a_month_of_a_row_is_followed(change, place):
    follows(PLAN, CHANGES[change](PLAN), **PLACES[place])


def test_a_new_channel_pushes_the_rows_of_the_others():
    old = without(PLAN, "web")
    follows(old, PLAN, sheet="backwards", words="広告", month=JUNE)
    follows(old, PLAN, **MQL_ACTUAL)


def test_a_new_kpi_pushes_the_rows_of_the_others():
    clicks = next(kpi for kpi in PLAN.kpis_of("ads") if kpi.id == "clicks")
    views = replace(clicks, id="views", name_ja="表示回数", target="input", value=1000.0)
    follows(PLAN, PLAN.with_(kpis=(views, *PLAN.kpis)), **CLICKS)


def test_another_language_gives_other_names_and_the_same_cells():
    english = in_language(PLAN, "en")
    assert moves(PLAN, english).formula("広告!I9+'KPIツリー'!C7", "自分") == "'Ads'!I9+'KPI tree'!C7"


def test_the_title_of_a_page_stays_where_it_is_whatever_it_says():
    """A channel with another name, another language, another title of the plan: a chart may be titled by that cell."""
    renamed = PLAN.with_(
        channels=tuple(replace(one, name="Web広告") if one.id == "ads" else one for one in PLAN.channels)
    )
    assert (
        moves(PLAN, renamed).formula("'広告'!$B$2&SUM(広告!B2:G14)", "自分") == "'Web広告'!$B$2&SUM('Web広告'!B2:G14)"
    )
    english = moves(PLAN, in_language(PLAN, "en"))
    assert english.formula("レビュー!B2&展示会!B2", "自分").replace("'", "") == "Review!B2&Trade show!B2"
    assert moves(PLAN, PLAN.with_(title="来期")).formula("'ダッシュボード'!B2", "自分") == "'ダッシュボード'!B2"


def test_a_sheet_that_the_user_has_renamed_keeps_its_name():
    moved = moves(PLAN, PLAN, {"tab:ads": "Web広告 2026"})
    assert moved.formula("広告!I9", "自分") == "'Web広告 2026'!I9"


def test_nothing_moves_where_nothing_changed():
    """Every cell in which anything stands is where it was."""
    spec, same = book_spec(PLAN), moves(PLAN, PLAN)
    for page in spec.sheets:
        for (row, column), one in page.cells.items():
            if column > 1 and (one.value not in (None, "") or one.formula):
                assert same.cell(page.name, row, column) == (page.name, row, column), f"{page.name} {row} {column}"


@pytest.mark.parametrize("seed", often(range(8), range(3)))
def test_no_two_cells_come_to_stand_in_one(seed):
    chance = random.Random(seed)
    channels = list(PLAN.channels)
    chance.shuffle(channels)
    new = PLAN.with_(
        channels=tuple(replace(one, on=chance.random() < 0.7) for one in channels),
        months=chance.randint(1, 24),
        start=dt.date(2026, chance.randint(1, 12), 1),
    )
    moved, spec = moves(PLAN, new), book_spec(PLAN)
    for page in spec.sheets:
        places = [moved.cell(page.name, *place) for place, one in page.cells.items() if one.value not in (None, "")]
        there = [place for place in places if place is not None]
        assert len(there) == len(set(there)), page.name


def test_a_link_in_the_first_row_is_followed_to_where_it_is_then():
    """12 months of 広告 end in R, two in L: the last link is elsewhere, none takes the place of another."""
    shorter = PLAN.with_(months=2)
    before, after = (
        {one.value: column for (row, column), one in spec_of(plan, None).sheet("tab:ads").cells.items() if row == 1}
        for plan in (PLAN, shorter)
    )
    moved = moves(PLAN, shorter)
    assert before["点検"] == 19 and after["点検"] == 18  # S and R, beside what is printed
    for words, column in before.items():
        assert moved.cell("広告", 1, column) == ("広告", 1, after[words]), words


def test_a_column_that_went_does_not_stand_for_the_one_that_moved_to_its_place():
    """Without 案件・提案 the rates per channel have a column less: 根拠 stands where 案件・提案→受注 stood."""
    fewer = stages(PLAN, "leads", "mql", "sql", "opportunities", "orders")
    page, moved = spec_of(PLAN, None).sheet("channels"), moves(PLAN, fewer)
    head = next(row for (row, column), one in page.cells.items() if column == 1 and one.value == "head:rates")
    columns = {one.value: column for (row, column), one in page.cells.items() if row == head}
    gone, basis = columns["案件・提案→受注"], columns["根拠"]
    assert moved.cell("チャネル", head + 2, gone) is None
    assert moved.cell("チャネル", head, basis) == ("チャネル", head, gone)


def test_a_section_of_which_the_note_has_its_own_cell_is_known_in_another_language():
    """逆算 says チャネル別 and 新しく必要な件数 in two cells, By channel and newly needed."""
    english, page = in_language(PLAN, "en"), spec_of(PLAN, None).sheet("backwards")
    rows = [row for (row, column), one in page.cells.items() if column == 2 and one.value == "チャネル別"]
    name = spec_of(english, None).sheet("backwards").name
    assert len(rows) == 1 and moves(PLAN, english).cell("逆算", rows[0], 2) == (name, rows[0], 2)


def test_what_is_gone_is_a_reference_error_and_told():
    moved = moves(PLAN, without(PLAN, "ads").with_(months=6))
    december = cell(PLAN, "tab:web", "CV", dt.date(2026, 12, 1), "実績")
    for formula in (cell(PLAN, **CLICKS), december, "COUNT(act_ads)", "SUM(サービスサイト:広告!G9)"):
        trail = moved.trail(formula, "自分")
        assert "#REF!" in trail.new and trail.lost
    assert moved.formula("COUNT(act_web)", "自分") == "COUNT(act_web)"


def test_a_plan_that_goes_on_to_the_next_year_keeps_the_second_month_the_second_month():
    following = PLAN.with_(start=dt.date(2027, 4, 1), goal=replace(PLAN.goal, deadline=None))
    assert moves(PLAN, following).formula("広告!H9", "自分") == "広告!H9"


# --- ranges ----------------------------------------------------------------------------------------------


def needs(plan: Plan, first: str, last: str, end: dt.date = JUNE) -> str:
    """The needs from April on of two stages and of all between them."""
    one, other = (cell(plan, "backwards", words, month) for words, month in ((first, APRIL), (last, end)))
    return f"{one}:{other.partition('!')[2]}"


def test_a_range_grows_with_a_stage_that_comes_between():
    short = stages(PLAN, "leads", "mql", "opportunities", "proposals", "orders")
    assert moves(short, PLAN).formula(needs(short, "MQL", "商談"), "自分") == needs(PLAN, "MQL", "商談")


def test_a_range_shrinks_where_its_edge_is_gone():
    short = stages(PLAN, "leads", "mql", "opportunities", "proposals", "orders")
    assert moves(PLAN, short).formula(needs(PLAN, "MQL", "SQL"), "") == needs(short, "MQL", "MQL")
    shorter = PLAN.with_(months=2)
    assert moves(PLAN, shorter).formula(needs(PLAN, "MQL", "SQL"), "") == needs(shorter, "MQL", "SQL", MAY)


def test_a_range_into_which_another_row_has_come_says_so():
    swapped = stages(PLAN, "leads", "mql", "opportunities", "sql", "proposals", "orders")
    trail = moves(PLAN, swapped).trail(needs(PLAN, "MQL", "SQL"), "自分")
    assert trail.new == needs(swapped, "MQL", "SQL") and trail.widened and not trail.lost
    whole = moves(PLAN, swapped).trail(needs(PLAN, "MQL", "商談"), "自分")
    assert whole.new == needs(PLAN, "MQL", "商談") and not whole.widened


def test_signs_of_fixed_rows_and_columns_stay():
    earlier = PLAN.with_(start=dt.date(2026, 3, 1))
    assert moves(PLAN, earlier).formula("SUM(逆算!$F$7:G$8,逆算!F:$F)", "自分") == "SUM(逆算!$G$7:H$8,逆算!G:$G)"


def test_whole_rows_and_columns():
    fewer = without(PLAN, "web")
    row = cell(PLAN, "backwards", "広告", APRIL).partition("F")[2]
    assert moves(PLAN, fewer).formula(f"SUM(逆算!{row}:{row})", "自分") == f"SUM(逆算!{int(row) - 1}:{int(row) - 1})"


# --- the user's own cells on our sheets ------------------------------------------------------------------


def test_a_formula_on_one_of_our_sheets_points_at_its_own_cells():
    moved = moves(PLAN, PLAN.with_(start=dt.date(2026, 3, 1)))
    assert moved.formula("F7*2+自分!F7", "逆算") == "G7*2+自分!F7"
    assert moved.formula("F7*2", "自分") == "F7*2"


def test_cells_beside_and_below_the_table_keep_their_distance():
    longer, page = PLAN.with_(months=14), book_spec(PLAN).sheet("backwards")
    last_row, last_column = (max(place[k] for place in page.cells) for k in (0, 1))
    name, row, column = moves(PLAN, longer).cell(page.name, last_row + 3, last_column + 2)
    assert (name, row, column) == (page.name, last_row + 3, last_column + 4)  # two months more


def test_every_box_of_the_tree_is_found_again():
    old, new = book_spec(PLAN), book_spec(PLAN.with_(channels=PLAN.channels[::-1]))
    moved = moves(PLAN, PLAN.with_(channels=PLAN.channels[::-1]))
    page, there = old.sheet("tree"), new.sheet("tree")
    names = [place for place, one in page.cells.items() if one.style == "box_name"]
    assert len(names) == sum(one.style == "box_name" for one in there.cells.values())
    for row, column in names:
        _, *place = moved.cell(page.name, row, column)
        assert there.cells[tuple(place)].value == page.cells[row, column].value


def test_names_with_signs_are_quoted():
    renamed = tuple(replace(one, name="広告 & Web's") if one.id == "ads" else one for one in PLAN.channels)
    assert moves(PLAN, PLAN.with_(channels=renamed)).formula("広告!I9", "自分") == "'広告 & Web''s'!I9"


# --- ranges over whole blocks ----------------------------------------------------------------------------

# 広告 has its months from column G, 逆算 from column F: L is 広告's sixth month, R its twelfth, X its eighteenth.
WHOLE = [
    ("SUM(広告!G9:R9)", "SUM(広告!G9:L9)", "SUM(広告!G9:X9)"),
    ("SUM(広告!G6:R8)", "SUM(広告!G6:L8)", "SUM(広告!G6:X8)"),  # several rows, with the header
    ("SUM(広告!$G$9:$R$9)", "SUM(広告!$G$9:$L$9)", "SUM(広告!$G$9:$X$9)"),  # as charts and names write it
    ("SUM(広告!G:R)", "SUM(広告!G:L)", "SUM(広告!G:X)"),
    ("広告!$B$6:$R$22", "広告!$B$6:$L$22", "広告!$B$6:$X$22"),  # the table with its words
    ("SUM(逆算!F7:Q12)", "SUM(逆算!F7:K12)", "SUM(逆算!F7:W12)"),
    ("SUM(逆算!F7:Q21)", "SUM(逆算!F7:K21)", "SUM(逆算!F7:W21)"),  # through two tables
]


@pytest.mark.parametrize(("year", "half", "longer"), often_rows(WHOLE, [0, 2, len(WHOLE) - 1]))
def test_a_range_over_all_months_is_one_over_all_months(year, half, longer):
    short, long = PLAN.with_(months=6), PLAN.with_(months=18)
    assert moves(PLAN, short).formula(year, "") == half
    assert moves(PLAN, long).formula(year, "") == longer
    assert moves(short, PLAN).formula(half, "自分") == year
    assert moves(long, PLAN).formula(longer, "自分") == year


def test_all_months_on_a_sheet_of_ours_and_down_to_one_month():
    one = PLAN.with_(months=1)
    assert moves(PLAN, PLAN.with_(months=18)).formula("SUM(G9:R9)", "広告") == "SUM(G9:X9)"
    assert moves(PLAN, one).formula("SUM(G9:R9)", "広告") == "SUM(G9:G9)"
    assert moves(one, PLAN).formula("SUM(G9:G9)", "広告") == "SUM(G9:R9)"
    assert moves(one, PLAN).formula("G9", "広告") == "G9"


def test_all_months_stay_all_months_when_the_plan_begins_earlier():
    """Two months earlier and as many: what covered April to March covers February to January."""
    earlier = PLAN.with_(start=dt.date(2026, 2, 1))
    assert moves(PLAN, earlier).formula("SUM(広告!G9:R9)", "") == "SUM(広告!G9:R9)"
    # from April on, without what is gone: February and March of the next year
    assert moves(PLAN, earlier).formula("SUM(広告!H9:R9)", "") == "SUM(広告!J9:R9)"


def test_a_range_over_some_months_keeps_its_months():
    longer = PLAN.with_(months=18)
    for some in ("SUM(広告!G9:Q9)", "SUM(広告!H9:R9)", "SUM(広告!M9:R9)", "広告!R9"):
        assert moves(PLAN, longer).formula(some, "") == some


def added(plan: Plan, *ids: str) -> Plan:
    """The plan with more channels at the end, like the webinar."""
    model = next(one for one in plan.channels if one.id == "webinar")
    return plan.with_(channels=(*plan.channels, *(replace(model, id=id_, name=id_.upper()) for id_ in ids)))


def test_a_range_over_all_channels_covers_one_that_comes_at_the_end():
    """チャネル has the template's five channels in rows 7 to 11; 逆算 in rows 21 to 25, above their total."""
    more = added(PLAN, "seo", "pr")
    assert moves(PLAN, more).formula("SUM(チャネル!F7:F11)", "") == "SUM(チャネル!F7:F13)"
    assert moves(more, PLAN).formula("SUM(チャネル!F7:F13)", "") == "SUM(チャネル!F7:F11)"
    assert moves(PLAN, more).formula("SUM(逆算!F21:F25)", "") == "SUM(逆算!F21:F27)"
    assert moves(PLAN, more).formula("SUM(逆算!$F$21:$Q$25)", "") == "SUM(逆算!$F$21:$Q$27)"
    assert moves(PLAN, more).formula("SUM(チャネル!F7:F10,チャネル!F11)", "") == "SUM(チャネル!F7:F10,チャネル!F11)"


def test_a_range_over_all_stages_and_kpis_covers_what_comes_at_the_end():
    """ファネル has six stages in rows 7 to 12; 広告 five KPIs of three rows from row 13 on, below what the plan
    asks (7, 8) and what its leads bring (9 to 12)."""
    orders = PLAN.stages[-1]
    after = PLAN.with_(
        stages=(
            *PLAN.stages[:-1],
            replace(orders, rate=0.5, lag=Lag(3, 9)),
            replace(orders, id="renewals", name="更新"),
        )
    )
    assert moves(PLAN, after).formula("SUM(ファネル!E7:E12)", "") == "SUM(ファネル!E7:E13)"
    cpa = next(kpi for kpi in PLAN.kpis_of("ads") if kpi.id == "cpa")
    views = replace(cpa, id="views", name_ja="表示回数", target="input", actual="input")
    kpis = PLAN.with_(kpis=(*PLAN.kpis, views))
    assert moves(PLAN, kpis).formula("COUNT(広告!G13:R27)", "") == "COUNT(広告!G13:R30)"
    assert moves(PLAN, kpis).formula("COUNT(広告!G7:R27)", "") == "COUNT(広告!G7:R30)"
    assert moves(kpis, PLAN).formula("COUNT(広告!G13:R30)", "") == "COUNT(広告!G13:R27)"


def test_a_row_is_no_block_of_a_table_that_has_no_other():
    only = without(PLAN, "web", "webinar", "trade_show", "inside_sales")
    assert moves(only, PLAN).formula("SUM(逆算!F21:Q21)", "") == "SUM(逆算!F22:Q22)"  # 広告 comes after サービスサイト


def test_a_row_that_was_just_typed_stays_in_a_range():
    """A channel typed into the first blank row has no id yet; the range already reaches to it, or gets to."""
    book, spec = book_of(PLAN), book_spec(added(PLAN, "seo"))
    page = book.sheets["チャネル"]
    page.formulas[11][1], page.formulas[11][2] = page.values[11][1], page.values[11][2] = "seo", "SEO"
    moved = BookMoves(book, our_sheets(book), spec, PLAN.start, PLAN.start)
    assert moved.formula("SUM(チャネル!F7:F12)", "") == "SUM(チャネル!F7:F12)"
    assert moved.formula("SUM(チャネル!F7:F11)", "") == "SUM(チャネル!F7:F12)"
    assert moved.formula("チャネル!F12", "") == "チャネル!F12"


# --- beside and below ------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", often([1, 3, 5, 9, 13, 34, 44, 47, 51, 54], [1, 9, 34, 54]))
def test_what_stands_beside_the_months_moves_by_the_same_columns_in_every_row(row):
    """The tab 広告 has 51 rows to column R, with six months more to column X: T becomes Z, also beside headings, the
    chart, the words and below."""
    longer = PLAN.with_(months=18)
    assert moves(PLAN, longer).cell("広告", row, 20) == ("広告", row, 26)
    assert moves(longer, PLAN).cell("広告", row, 26) == ("広告", row, 20)


def test_a_tab_that_does_not_become_wider_leaves_what_stands_beside_it():
    """With less than six months it is printed to column L, as wide as its words need."""
    assert moves(PLAN.with_(months=3), PLAN.with_(months=5)).cell("広告", 9, 14) == ("広告", 9, 14)
    # with twelve months it ends in column R: six columns more
    assert moves(PLAN.with_(months=3), PLAN).cell("広告", 9, 14) == ("広告", 9, 20)


def test_what_stands_below_stays_as_far_below_in_its_column():
    """One channel more has a row on 逆算 (above three more tables): 83 rows become 84."""
    moved = moves(PLAN, added(PLAN, "seo").with_(start=dt.date(2026, 2, 1)))
    assert moved.cell("逆算", 86, 8) == ("逆算", 87, 8)
    assert moved.formula("SUM(逆算!H86:I87)", "") == "SUM(逆算!H87:I88)"


def test_words_beside_a_row_that_is_gone_go_with_it_and_others_stay():
    """The rows 16 to 18 of サービスサイト are those of its second KPI; row 28 is one of those below the chart."""
    fewer = PLAN.with_(kpis=tuple(kpi for kpi in PLAN.kpis if kpi.id not in ("form_visits", "form_completion")))
    moved = moves(PLAN, fewer)
    assert moved.cell("サービスサイト", 16, 20) is None
    assert moved.cell("サービスサイト", 22, 20) == ("サービスサイト", 16, 20)
    assert moved.cell("サービスサイト", 28, 20) == ("サービスサイト", 22, 20)


def more_channels(plan: Plan, count: int) -> Plan:
    """The plan with so many channels more than the blank rows of チャネル take."""
    last = plan.channels[-1]
    new = (replace(last, id=f"c{number}", name=f"チャネル{number}", on=False) for number in range(count))
    return plan.with_(channels=(*plan.channels, *new))


def more_kpis(plan: Plan, count: int) -> list:
    """So many KPIs of 広告 more."""
    clicks = next(kpi for kpi in plan.kpis_of("ads") if kpi.id == "clicks")
    return [replace(clicks, id=f"k{number}", name_ja=f"KPI {number}") for number in range(count)]


def rows_of_table(plan: Plan, name: str) -> tuple[str, int, int]:
    """Sheet, first and last row below the header of a table in which somebody types, blank rows among them."""
    place = reference(book_spec(plan).names[name])
    return place.sheet, place.row + 1, place.last_row


@pytest.mark.parametrize(
    ("name", "column", "change"),
    [
        ("tbl_channels", "F", lambda plan: plan.with_(channels=plan.channels[::-1])),
        ("tbl_channels", "B", lambda plan: more_channels(plan, 20)),
        ("tbl_stages", "D", lambda plan: stages(plan, "leads", "sql", "mql", "opportunities", "orders")),
        pytest.param(
            "tbl_pipeline",
            "D",
            lambda plan: stages(plan, "leads", "mql", "opportunities", "proposals", "orders"),
            marks=pytest.mark.long,
        ),
        pytest.param("tbl_kpis", "M", lambda plan: plan.with_(kpis=plan.kpis[::-1]), marks=pytest.mark.long),
        ("tbl_kpis", "M", lambda plan: plan.with_(kpis=(*plan.kpis, *more_kpis(plan, 40)))),
    ],
    ids=["channels in turn", "more channels", "stages in turn", "open pipeline", "KPIs in turn", "more KPIs"],
)
def test_a_range_over_a_whole_table_with_its_blank_rows_stays_one(name, column, change):
    """Expected are the rows that our own formulas sum up: those of the table's name."""
    new = change(PLAN)
    here, there = (
        f"{sheet}!{column}{first}:{column}{last}"
        for sheet, first, last in (rows_of_table(p, name) for p in (PLAN, new))
    )
    assert moves(PLAN, new).formula(f"SUM({here})", "自分").replace("'", "") == f"SUM({there})"
    assert moves(new, PLAN).formula(f"SUM({there})", "自分").replace("'", "") == f"SUM({here})"
