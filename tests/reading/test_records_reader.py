"""What a workbook remembers comes back from it exactly: every value with its type, every text as it was."""

from __future__ import annotations

import datetime as dt
import string
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.agreement.selected import often
from tests.how_often import often as many
from tests.reading.sound_plans import read_plan
from tests.reading.test_plan_reader import saved, short
from tests.sheets.records import ITO, SUZUKI, TANAKA, answered, records_of
from tests.told import raises_saying
from xl_kpi import engine
from xl_kpi.catalog.messages import line, worded
from xl_kpi.errors import BadFile, InputFaults
from xl_kpi.plan.agreement import STATES, items
from xl_kpi.plan.history.records_codec import LONGEST, DamagedLine, lines_of, records_from
from xl_kpi.plan.model import Answer
from xl_kpi.plan.pages.optional import with_pages
from xl_kpi.plan.records import MASTER, Change, Decision, Kept, Proposal, Records, Seen, Sent
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.reading.plan_reader import read_with_faults
from xl_kpi.workbook.reading.records_reader import read_made_start, read_records
from xl_kpi.workbook.reading.workbook_reader import read_whole
from xl_kpi.workbook.writing.render import render

slow = pytest.mark.slow  # whole workbooks are written and read back

# Texts that a program could take for something else, or that XML can't hold as they are.
AWKWARD = (
    "=1+1", "'x", "'", "+81-3", "-5", "@SUM", "＝cmd", "12", "007", "1e5", "TRUE", "2026-04-01", "#N/A", "…", "[1]",
    "{}", " 前後に空白 ", "改行\nと\tタブ", "_x0041_", "\x0b", "\ufffe", "<&>\"'", "𠮷野家", "x" * (LONGEST + 5),
)  # fmt: skip
texts = st.sampled_from(AWKWARD) | st.text(st.characters(codec="utf-8"), max_size=20)
names = st.text(string.ascii_letters + "あ亜=@ ", min_size=1, max_size=12)
dates = st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31))
times = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2099, 1, 1)).map(lambda time: time.replace(microsecond=0))
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**9), 10**9)
values = st.none() | st.booleans() | numbers | dates | texts
keys = st.sampled_from(
    ["kgi_value", "plan_start", "tbl_stages[mql].rate", "tbl_channels[ads].on", "actual[ads:clicks][2026-05]",
     "actual[gone:kpi][2020-01]", "tbl_agreement[stage:mql].state", "tbl_agreement[stage:mql].comment", "tbl_season[4]"]
)  # fmt: skip


def by_key(kind, *fields):
    """A mapping as Records holds it: each thing under its own key."""
    return st.dictionaries(keys, st.tuples(*fields), max_size=4).map(
        lambda found: {key: kind(key, *parts) for key, parts in found.items()}
    )


@st.composite
def decisions(draw, proposals):
    """As a merge leaves them: who was chosen has said something."""
    found = {}
    for key in draw(st.sets(keys, max_size=4)):
        people = sorted({one.person for one in proposals if one.key == key and one.value is not None})
        choice = draw(st.sampled_from(["", MASTER, *people])) if people and not key.endswith(".comment") else ""
        found[key] = Decision(key, draw(values), draw(values), choice, draw(st.booleans()))
    return found


marks = st.lists(names, max_size=3).map(tuple)


@st.composite
def records(draw):
    sent = [
        Sent(version, draw(times), draw(st.dictionaries(names, st.tuples(names, names), max_size=3)),
             draw(st.dictionaries(keys, values, max_size=3)))
        for version in draw(st.sampled_from([(), ("1",), ("1", "2", "10")]))
    ]  # fmt: skip
    said = draw(st.dictionaries(st.tuples(keys, st.sampled_from(["a@x", "=b@x", "TRUE", "B@x"])), values, max_size=6))
    proposals = tuple(Proposal(key, person, "1", value) for (key, person), value in said.items())
    return Records(
        plan_id=draw(st.sampled_from(["", "1e5", "00001234", "4f0c2b7e9d1a4c5f8e3b6a7d0c9e1f2a"])),
        history=tuple(draw(st.lists(st.builds(Change, times, names, names, keys | st.just(""), texts, values, values),
                                    max_size=4))),
        archive=draw(by_key(Kept, texts, values, dates)),
        sent=tuple(sent),
        proposals=proposals,
        decisions=draw(decisions(proposals)),
        seen=tuple(draw(st.lists(st.builds(Seen, names, names, names, marks), max_size=3))),
        names=draw(st.dictionaries(names, names, max_size=3)),
        last=draw(st.dictionaries(keys, values, max_size=6)),
    )  # fmt: skip


def types(value):
    """The value with its type: 1, 1.0 and True are equal in Python.  Whole numbers may lose their point."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return "number", value
    return type(value).__name__, value


def same(one: Records, other: Records) -> bool:
    """Equal, and every value of the same type."""
    pairs = [(one.last[key], other.last.get(key)) for key in one.last]
    pairs += [(a.old, b.old) for a, b in zip(one.history, other.history, strict=True)]
    pairs += [(a.value, b.value) for a, b in zip(one.proposals, other.proposals, strict=True)]
    return one == other and all(types(a) == types(b) for a, b in pairs)


@given(records())
def test_records_come_back_from_their_lines(found):
    assert same(found, records_from(lines_of(found)).with_(plan_id=found.plan_id))


@given(records())
def test_lines_are_plain_text_in_every_program(found):
    for kind, data in lines_of(found):
        assert kind.isalpha() and data[0] == "[" and data[-1] == "]"
        assert not set(data) & {"\x0b", "\ufffe", "\n"} and "_x0041_" not in data


def test_the_same_records_give_the_same_lines_however_they_were_gathered():
    one = Records(last={"a": 1, "b": 2.0}, archive={}, decisions={"x": Decision("x", 1, 2), "y": Decision("y", 1, 2)})
    other = Records(last={"b": 2, "a": 1.0}, decisions={"y": Decision("y", 1, 2), "x": Decision("x", 1, 2)})
    assert list(lines_of(one)) == list(lines_of(other))


@pytest.mark.parametrize("line", [("last", "[1"), ("last", '["a"]'), ("lost", "[]"), ("change", '["x"]'), ("", ""),
                                  ("entry", '["9","a",1]')])  # fmt: skip
def test_a_line_that_is_none_of_ours_is_told_by_its_number(line):
    with pytest.raises(DamagedLine) as told:
        records_from([("last", '["a",1]'), line])
    assert told.value.number == 1


# --- whole workbooks -------------------------------------------------------------------------------------


def book_of(plan, found: Records, **more):
    book = engine.new_book()
    render(book_spec(plan, found, **more), book)
    return book


@slow
@settings(max_examples=many(4, 15))
@given(records())
def test_records_come_back_from_a_workbook(found):
    assert same(found, read_records(saved(book_of(short(), found)), "plan.xlsx"))


@slow
@settings(max_examples=many(3, 8))
@given(st.data())
def test_answers_come_back_from_a_workbook(data):
    plan = short()
    words = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=12)
    answers = st.builds(Answer, st.sampled_from(["", *STATES]), words, dates | st.just(""), words,
                        st.floats(0, 1e9) | st.just(""))  # fmt: skip
    given_ = data.draw(st.dictionaries(st.sampled_from([item.key for item in items(plan)]), answers))
    plan = plan.with_(answers={key: answer for key, answer in given_.items() if answer != Answer()})
    assert read_plan(saved(book_of(plan, Records())), "plan.xlsx").plan == plan


@slow
@pytest.mark.parametrize("lang", often(["ja", "en"], ["ja"]))
def test_half_a_year_of_records_comes_back_with_the_plan(lang):
    plan = answered(lang)
    found = records_of(plan)
    book = saved(book_of(plan, found))
    assert read_plan(book, "plan.xlsx").plan == plan
    assert same(found, read_records(book, "plan.xlsx"))
    assert read_made_start(book, "plan.xlsx") == plan.start


@slow
def test_answers_are_read_in_either_language():
    book = book_of(short(), Records())
    place = _answer_cell(book, "stage:leads")
    for word, state in (("Agreed", "agreed"), ("異議", "objected"), (" 合意 ", "agreed")):
        place.value = word
        assert read_plan(saved(book), "plan.xlsx").plan.answers == {"stage:leads": Answer(state)}


@slow
def test_an_answer_that_is_neither_is_asked():
    book = book_of(short(), Records())
    _answer_cell(book, "stage:leads").value = "たぶん"
    with pytest.raises(InputFaults) as told:
        read_plan(saved(book), "plan.xlsx")
    assert [line(fault, "ja") for fault in told.value.faults] == [
        "plan.xlsx 合意!G15: 「たぶん」 → 次から選んでください: 合意 / 異議"
    ]


@slow
def test_warnings_about_answers_stand_at_their_cells():
    plan = short().with_(answers={"stage:leads": Answer("objected")})
    read = read_with_faults(saved(book_of(plan, Records())), "plan.xlsx")
    from xl_kpi.plan.agreement import unsettled

    places = [(fault.sheet, fault.cell) for fault in read.located(unsettled(read.plan), "plan.xlsx")]
    assert places[0] == ("合意", "G15") and len(set(places)) == 4  # and one for each department


def _answer_cell(book, key):
    """The cell of the answer in the row of ``key``."""
    area = book.names["tbl_agreement"].refers_to_range
    values = area.options(ndim=2).value
    row = next(k for k, line in enumerate(values) if line[0] == key)
    return area[row, values[0].index("回答")]


@slow
def test_a_workbook_without_records_has_none():
    spec = book_spec(short())
    for name in ("tbl_record", "plan_id", "made_start", "tbl_agreement"):
        del spec.names[name]
    book = engine.new_book()
    # as an older workbook had it
    spec.sheet("settings").cells = {
        place: replace(cell, formula=None) if "made_start" in str(cell.formula) else cell
        for place, cell in spec.sheet("settings").cells.items()
    }
    render(spec, book)
    book = saved(book)
    assert read_records(book, "old.xlsx") == Records()
    assert read_made_start(book, "old.xlsx") is None
    assert read_plan(book, "old.xlsx").plan == short()


@slow
def test_a_damaged_line_is_named_with_its_cell():
    book = book_of(short(), Records(last={"kgi_value": 60.0}))
    book.sheets["控え"].range("B8").value = '["kgi_value",'
    with raises_saying(BadFile, r"plan\.xlsx 控え!A8: 控えの表が壊れている"):
        read_records(saved(book), "plan.xlsx")


@slow
def test_sheets_keep_the_names_that_the_user_gave_them():
    names = {"agreement": "みんなの合意", "record": "触らない", "tab:ads": "用語", "history": "設定 (2)"}
    plan = with_pages(short(), {"history": True, "glossary": True})
    found = Records("id", history=(Change(dt.datetime(2026, 4, 1, 9), "佐藤", "new", "", "新規"),))
    spec = book_spec(plan, found, names)
    called = {sheet.key: sheet.name for sheet in spec.sheets}
    assert {key: called[key] for key in names} == names
    assert called["glossary"] == "用語 (2)"  # the user's own name comes first
    assert len({name.casefold() for name in called.values()}) == len(called)
    book = saved(book_of(plan, found, names=names))
    assert read_plan(book, "plan.xlsx").plan == plan and read_records(book, "plan.xlsx") == found


# --- choices on 統合 -------------------------------------------------------------------------------------


def merged():
    """A workbook with two open conflicts and one that was decided, and its records."""
    found = records_of(short())
    return book_of(short(), found), found


def choice_cells(book):
    """Key → the cell for the choice; and the options of each row."""
    area = book.names["tbl_merge"].refers_to_range
    values = area.options(ndim=2).value
    at = values[0].index("使う値を選ぶ")
    cells = {line[0]: area[k, at] for k, line in enumerate(values) if k}
    options = {line[0]: [word for word in line[at + 1 :] if word] for line in values[1:]}
    return cells, options


@slow
def test_choices_are_read_as_persons():
    book, found = merged()
    cells, options = choice_cells(book)
    clicks, cost = "actual[ads:clicks][2026-05]", "actual[ads:cost][2026-05]"
    assert options[clicks] == ["回収前のまま: 400", f"{SUZUKI}: 420", f"{TANAKA}: 435"]
    cells[clicks].value, cells[cost].value = options[clicks][2], options[cost][0]
    read = read_records(saved(book), "plan.xlsx")
    assert {key: one.choice for key, one in read.decisions.items() if one.choice} == {
        clicks: TANAKA, cost: MASTER, "actual[web:sessions][2026-05]": ITO,
    }  # fmt: skip
    assert read.with_(decisions=found.decisions) == found


@slow
def test_a_choice_may_be_changed_and_an_open_one_taken_back():
    book, found = merged()
    sessions, clicks = "actual[web:sessions][2026-05]", "actual[ads:clicks][2026-05]"
    cells, options = choice_cells(book)
    cells[sessions].value, cells[clicks].value = options[sessions][0], None
    assert read_records(saved(book), "plan.xlsx").decisions[sessions].choice == MASTER
    cells[sessions].value = None  # what has been applied stays until another value is chosen
    read = read_records(saved(book), "plan.xlsx")
    assert (read.decisions[sessions].choice, read.decisions[clicks].choice) == (ITO, "")


@slow
def test_a_choice_that_is_none_of_the_options_is_told():
    book, found = merged()
    cells, _ = choice_cells(book)
    cells["actual[ads:clicks][2026-05]"].value = "425"
    faults = []
    assert read_records(saved(book), "plan.xlsx", faults) == found
    assert [(fault.sheet, fault.cell, fault.found) for fault in faults] == [("統合", "F7", "425")]
    assert f"回収前のまま: 400 / {SUZUKI}: 420 / {TANAKA}: 435" in worded(faults[0].allowed, "ja")
    assert faults[0] in read_whole(saved(book), "plan.xlsx").read.faults  # so that no command goes on with it


@pytest.mark.long
@slow
def test_twenty_thousand_lines_of_history_come_back():
    time = dt.datetime(2026, 4, 1, 9)
    history = tuple(
        Change(time + dt.timedelta(minutes=k), "佐藤", "typed", "tbl_stages[mql].rate", "MQL › 転換率", k / 20_000, 0.2)
        for k in range(20_000)
    )
    found = Records("id", history=history, last={f"actual[ads:k{k}][2026-04]": k for k in range(20_000)})
    book = book_of(short(), found)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "plan.xlsx")
        path.write_bytes(book.api.to_bytes())
        assert read_records(engine.open_book(path), "plan.xlsx") == found
