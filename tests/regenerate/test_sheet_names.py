"""Our sheets and the user's are told apart, whatever they are called and wherever they stand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.closed_plans import closed, small
from tests.regenerate.described import DescribedBook, book_of, spec_of, template
from xl_kpi.plan.pages.optional import with_pages
from xl_kpi.regenerate.sheet_names import kept_names
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.cells.areas import NamedArea
from xl_kpi.workbook.reading.our_sheets import foreign_sheets, our_sheets, passing_names
from xl_kpi.workbook.sheet_kinds import passing_names as names_that_pass

PLAN = with_pages(template("c1"), {"history": True, "glossary": True, "functions": True})
KEYS = [sheet.key for sheet in book_spec(PLAN).sheets]


def test_every_sheet_of_ours_is_known_by_its_key():
    assert list(our_sheets(book_of(PLAN)).values()) == KEYS
    assert foreign_sheets(book_of(PLAN)) == []


def test_a_sheet_keeps_its_key_under_another_name():
    names = {key: f"自分の名前 {number}" for number, key in enumerate(KEYS)}
    book = DescribedBook(book_spec(PLAN, None, names))
    assert our_sheets(book) == {names[key]: key for key in KEYS}


def test_a_sheet_of_the_user_is_none_of_ours_though_it_is_called_so():
    without = book_spec(PLAN)
    without.sheets = [sheet for sheet in without.sheets if sheet.key != "glossary"]
    book = DescribedBook(without, {"用語": {(2, 2): "わが社の用語"}, "tree": {(1, 1): "xl_kpi:"}})
    assert foreign_sheets(book) == ["用語", "tree"]


def copied(key: str, name: str) -> DescribedBook:
    """The workbook with a copy of one of our sheets, as Excel's "move or copy" makes it: marks and all."""
    book = book_of(PLAN)
    sheet = next(name for name, found in our_sheets(book).items() if found == key)
    copy = DescribedBook(book_spec(PLAN)).sheets[sheet]
    copy.name = name
    book.sheets = {name: copy, **book.sheets}
    return book


def test_a_copy_that_somebody_made_is_theirs():
    book = copied("backwards", "逆算 (2)")  # stands before the original
    assert foreign_sheets(book) == ["逆算 (2)"]


def test_workbooks_from_before_there_were_marks():
    """Names of cells, the plan's sentence, or title and name tell them."""
    book = book_of(PLAN)
    for sheet in book.sheets.values():
        if str(sheet.values[0][0]).startswith("xl_kpi:"):
            sheet.values[0][0], sheet.formulas[0][0] = None, ""
    assert list(our_sheets(book).values()) == [key for key in KEYS if key not in ("dashboard", "review")]  # newer


def test_names_that_may_go_are_those_of_the_tabs_and_of_what_comes_and_goes():
    book = book_of(PLAN)
    book.names.append(NamedArea(book, "act_mine", "='設定'!$C$8"))  # a name of the user's
    book.names.append(NamedArea(book, "tbl_mine", "='設定'!$C$8"))
    always = {"out_channels", "order_costs", "next_pending"}  # of a plan with channels and a next period
    always |= {"review_mark", "review_said"}  # whether inputs have changed since the review
    always |= {"tbl_functions", "functions_names"}  # of the page of functions, which is on here
    assert set(passing_names(book)) == {*always, *(f"act_{one.id}" for one in PLAN.channels_on)}


def test_names_that_a_workbook_has_or_has_not_are_known_as_ours():
    """Whatever the plan holds: one that is not known would be taken for the user's once it goes."""
    off = PLAN.with_(settings={"next_period": "off"})
    bare = PLAN.with_(channels=(), kpis=())
    found = [set(spec_of(plan).names) for plan in (PLAN, PLAN.with_(lang="en"), off, bare, closed(small(), 2))]
    changing = set.union(*found) - set.intersection(*found)
    assert {"next_pending", "order_costs"} <= changing
    assert {name for name in changing if not name.startswith("act_")} <= names_that_pass()


# --- what they are called --------------------------------------------------------------------------------

DEFAULT = template()


def as_called(plan, renamed=None, foreign=(), last=None, gone=None):
    """The names given to ``kept_names`` after a user has renamed some sheets."""
    keys = our_sheets(DescribedBook(book_spec(DEFAULT, None, renamed or {})))
    return kept_names(plan, keys, foreign, last or {}, gone)


def test_nothing_is_held_fast_where_nobody_renamed():
    assert as_called(DEFAULT) == {}


@pytest.mark.long
def test_a_name_that_the_user_gave_stays_in_another_language_too():
    given = {"settings": "前提", "tab:ads": "Web広告"}
    assert as_called(DEFAULT, given) == given
    assert as_called(DEFAULT.with_(lang="en"), given) == given


def test_a_tab_follows_its_channel_s_new_name_unless_the_user_named_it():
    plan = DEFAULT.with_(channels=tuple(replace(one, name=f"新{one.name}") for one in DEFAULT.channels))
    last = {f"tbl_channels[{one.id}].name": one.name for one in DEFAULT.channels}
    assert as_called(plan, last=last) == {}
    assert as_called(plan, {"tab:web": "サイト"}, last=last) == {"tab:web": "サイト"}


def test_one_of_ours_makes_way_for_a_sheet_of_the_user_s():
    assert as_called(DEFAULT, {"tab:ads": "広告 (2)"}, foreign=["広告"]) == {"tab:ads": "広告 (2)"}
    assert as_called(DEFAULT, foreign=["保管", "関数 "]) == {"archive": "保管 (2)"}


WITHOUT_ADS = DEFAULT.with_(channels=tuple(replace(one, on=one.on and one.id != "ads") for one in DEFAULT.channels))


def back(renamed=None, foreign=()):
    """The names once 広告, which the user had called Web広告, comes back to a workbook without it."""
    keys = our_sheets(DescribedBook(book_spec(WITHOUT_ADS, None, renamed or {})))
    return kept_names(DEFAULT, keys, foreign, {}, {"tab:ads": "Web広告"})


def test_a_sheet_that_comes_back_is_called_as_the_user_called_it():
    assert back() == {"tab:ads": "Web広告"}


def test_it_makes_way_for_what_is_called_so_by_now():
    assert back(foreign=["web広告"]) == {"tab:ads": "Web広告 (2)"}
    given = {"tab:web": "Web広告"}
    assert back(given) == {**given, "tab:ads": "Web広告 (2)"}


def test_the_name_waits_as_it_is_until_the_sheet_comes_back():
    assert as_called(WITHOUT_ADS, gone={"tab:seo": "検索"}, foreign=["検索"]) == {"tab:seo": "検索"}
