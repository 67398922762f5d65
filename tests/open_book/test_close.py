"""The script close in an open book: the cells are those that ``xl-kpi close`` makes of the file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.closed_plans import small
from tests.new_files import new_file
from tests.open_book.open_books import contents, contents_of, open_book
from tests.open_book.typed_books import NOW, numbers
from tests.regenerate.typing_in import type_in
from tests.told import raises_saying
from xl_kpi.commands.close import close as close_file
from xl_kpi.errors import InputFaults, Refused
from xl_kpi.open_book.close import close
from xl_kpi.open_book.regenerate import Regenerated
from xl_kpi.open_book.snapshot import fetched

pytestmark = pytest.mark.slow  # whole workbooks are written and read back


@pytest.fixture(scope="module")
def made() -> bytes:
    return new_file(small(months=3, reached=2))


@pytest.fixture
def path(made, tmp_path) -> Path:
    file = tmp_path / "計画.xlsx"
    file.write_bytes(made)
    return file


@pytest.fixture(autouse=True)
def nobody(monkeypatch):
    """An open book does not know who works with it."""
    monkeypatch.setattr("xl_kpi.commands.rewrite.user_name", lambda: "")


def closed(book) -> Regenerated:
    return close(book, fetched(book), now=NOW)


def same_as_file(book, path: Path) -> None:
    made, found = numbers(contents_of(path.read_bytes())), numbers(contents(book))
    assert list(found) == list(made)
    for sheet in made:
        assert found[sheet] == made[sheet], sheet


def test_month_by_month_to_the_last_one(path):
    book = open_book(path.read_bytes())
    said = closed(book).message
    assert said.startswith("2026/04から2026/04までを締めました") and "計画.xlsx" not in said.splitlines()[0]
    close_file(path, "2026-04", words="ja", now=NOW)
    same_as_file(book, path)
    close_file(path, "2026-06", words="ja", now=NOW)
    with raises_saying(Refused, "すべて締めてある"):
        closed(open_book(path.read_bytes()))


def test_the_month_that_was_typed_is_the_one(path):
    type_in(path, {"closed_until": dt.date(2026, 5, 1), "kgi_value": 75})
    book = open_book(path.read_bytes())
    assert closed(book).message.startswith("2026/04から2026/05までを締めました")
    close_file(path, "2026-05", words="ja", now=NOW)
    same_as_file(book, path)


def test_of_a_plan_with_a_wrong_entry_nothing_is_closed(path):
    type_in(path, {"tbl_stages[mql].rate": 20})
    book = open_book(path.read_bytes())
    before = contents(book)
    with pytest.raises(InputFaults) as refused:
        closed(book)
    assert [fault.found for fault in refused.value.faults] == ["20"]
    assert contents(book) == before
