"""Workbooks of earlier versions: read with all that was typed in them, brought up, and none of a later one touched."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.cli.terminal import ENGLISH, JAPANESE, xl
from tests.regenerate.typing_in import parts_of, type_in_cells
from xl_kpi import __version__
from xl_kpi.commands import open_workbook
from xl_kpi.commands.regenerate import regenerate
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.fields import find_field
from xl_kpi.plan.keys import EntryKey
from xl_kpi.workbook.reading.tables import named_value
from xl_kpi.workbook.reading.version_reader import made_version, numbers_of

HERE = Path(__file__).parent
TYPED = tomllib.loads((HERE / "typed.toml").read_text("utf-8"))
# Every entry of each workbook, read by the version that wrote the last of them.
ENTRIES = json.loads((HERE / "entries.json").read_text("utf-8"))
BOOKS = sorted(TYPED)


def entries_in(path: Path) -> dict[str, object]:
    """The entries of a workbook as entries.json writes them; new kinds of entry are left out while nobody has typed
    one, so that what came after a workbook needs no word here."""
    found = {}
    for key, value in entries_of(open_workbook(path, "ja").read.plan).items():
        one = find_field(EntryKey.parse(key))
        if not (one and value == one.default):
            found[key] = {"date": f"{value:%Y-%m-%d}"} if isinstance(value, dt.date) else value
    return found


def told(book: str) -> dict[str, object]:
    """What version 0.1.0 read, in the same way."""
    rows = ((key, value, find_field(EntryKey.parse(key))) for key, value in ENTRIES[book].items())
    return {key: value for key, value, one in rows if not (one and value == one.default)}


@pytest.fixture(scope="module")
def brought_up(tmp_path_factory) -> dict[str, Path]:
    """Each of the workbooks after `xl-kpi regenerate`."""
    found = {}
    for book in BOOKS:
        path = tmp_path_factory.mktemp("old") / f"{book}.xlsx"
        shutil.copyfile(HERE / f"{book}.xlsx", path)
        done, _ = regenerate(path)
        assert not done.unchanged
        found[book] = path
    return found


def test_every_old_workbook_has_its_words():
    assert [path.stem for path in sorted(HERE.glob("*.xlsx"))] == BOOKS == sorted(ENTRIES)


@pytest.mark.parametrize("book", BOOKS)
def test_what_was_typed_is_read(book):
    opened = open_workbook(HERE / f"{book}.xlsx", "ja")
    found = entries_in(opened.path)
    assert {key: found.get(key) for key in TYPED[book]["typed"]} == TYPED[book]["typed"]
    assert found == told(book)
    assert made_version(opened.book, book) == (0, 1, 0)
    assert [fault for fault in opened.read.faults if fault.level == "error"] == []
    assert opened.read.plan.examples == {}  # nobody knows which of its figures came from a template: they are its own


@pytest.mark.parametrize("book", BOOKS)
def test_regenerate_brings_it_up_with_all_that_was_typed(brought_up, book):
    opened = open_workbook(brought_up[book], "ja")
    found, before = entries_in(opened.path), told(book)
    # beside a new answer regenerate notes the number that it was said about
    noted = {key for key in found if EntryKey.parse(key).kind == "tbl_agreement.value"} - before.keys()
    assert {key: value for key, value in found.items() if key not in noted} == before
    assert opened.read.plan.lang == TYPED[book]["lang"]
    kept = {key: one.value for key, one in opened.records.archive.items()}
    assert kept.items() >= TYPED[book].get("kept", {}).items()
    assert made_version(opened.book, book) == numbers_of(__version__)


@pytest.mark.parametrize("book", BOOKS)
def test_once_is_enough(brought_up, book):
    done, _ = regenerate(brought_up[book])
    assert done.unchanged


def test_what_was_remembered_is_remembered(brought_up):
    """The million-yen book was made, had a channel switched off and was sent to one person, then more was typed."""
    before, after = (
        open_workbook(path, "ja").records for path in (HERE / "million_yen.xlsx", brought_up["million_yen"])
    )
    assert after.history[: len(before.history)] == before.history
    assert {one.command for one in before.history} >= {"new", "typed", "channels", "distribute"}
    assert after.sent == before.sent and after.plan_id == before.plan_id
    new = {one.key: one.new for one in after.history[len(before.history) :] if one.command == "typed"}
    assert new["actual[stage:revenue][2026-05]"] == 48000000  # typed after the round, so not yet in the history


def test_own_sheets_stay_byte_for_byte(brought_up):
    book = "before_marks"
    before, after = ({name: package.read(name) for name in package.namelist()} for package in
                     map(zipfile.ZipFile, (HERE / f"{book}.xlsx", brought_up[book])))  # fmt: skip
    part = parts_of(before)[TYPED[book]["sheet"]]
    assert b"<v>123</v>" in before[part]
    formula = re.compile(rb"<f>.*?</f><v>.*?</v>")  # B3 points at a cell of ours, and follows it
    assert formula.sub(b"", after[part]) == formula.sub(b"", before[part])


def newer(path: Path, target: Path, version: str) -> Path:
    """A copy of a workbook that says that another version wrote it."""
    shutil.copyfile(path, target)
    _, place = named_value(open_workbook(target, "ja").book, "made_version", "")
    return type_in_cells(target, {place.sheet: {place.cell: version}})


@pytest.mark.parametrize(
    "command",
    [
        ("show",),
        ("check",),
        ("regenerate",),
        ("regenerate", "--dry-run"),
        ("channels", "--off", "web"),
        ("addin", "lite"),
        ("addin", "lite", "--remove"),
        ("addin", "lite", "--lang", "ja"),
    ],
    ids=" ".join,
)
def test_a_workbook_of_a_later_version_is_refused(brought_up, tmp_path, command):
    path = newer(brought_up["before_marks"], tmp_path / "plan.xlsx", "0.10.0")
    before = path.read_bytes()
    words = 2 if command[0] == "addin" else 1
    answer = xl(*command[:words], path, *command[words:], env=JAPANESE)
    assert (answer.code, answer.out) == (3, "")
    assert answer.err.count("\n") == 1
    for words in ("新しいバージョン（0.10.0）", __version__, "何も変更していません"):
        assert words in answer.err
    assert path.read_bytes() == before and sorted(tmp_path.iterdir()) == [path]


def test_it_is_no_template_either(brought_up, tmp_path):
    path = newer(brought_up["before_marks"], tmp_path / "plan.xlsx", "1.0")
    answer = xl("new", tmp_path / "next.xlsx", "--template", path, "--lang", "en", env=ENGLISH)
    assert answer.code == 3 and "written by a later version of xl-kpi (1.0;" in answer.err
    assert sorted(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("version", "numbers"), [
    (__version__, numbers_of(__version__)), ("0.1.0", (0, 1, 0)), ("", numbers_of(__version__)),
])  # fmt: skip
def test_a_workbook_of_this_version_or_an_earlier_one_is_read(brought_up, tmp_path, version, numbers):
    """The name is there, so no first version wrote it: an emptied cell says nothing else than our own."""
    path = newer(brought_up["before_marks"], tmp_path / "plan.xlsx", version)
    assert made_version(open_workbook(path, "ja").book, "") == numbers


@pytest.mark.parametrize(
    ("version", "numbers"),
    [("0.2.0", (0, 2, 0)), ("0.2", (0, 2, 0)), ("1", (1, 0, 0)), ("0.10.1", (0, 10, 1)), ("0.3.0rc1", (0, 3, 0)),
     ("1.2.3.4", (1, 2, 3, 4)), ("dev", ()), ("", ())],
)  # fmt: skip
def test_versions_are_compared_as_numbers(version, numbers):
    assert numbers_of(version) == numbers


@pytest.mark.host
def test_the_version_survives_other_programs(brought_up, libreoffice):
    """LibreOffice writes every part of a file anew."""
    saved = libreoffice.convert([brought_up["before_marks"]], "xlsx")[0]
    assert made_version(open_workbook(saved, "ja").book, "") == numbers_of(__version__)
