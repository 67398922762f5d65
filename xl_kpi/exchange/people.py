"""PEOPLE.csv: who gets a workbook, with department, mail address and channels; every fault in one pass."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path

from xl_kpi.catalog import LANGUAGES, text
from xl_kpi.errors import BadFile, Fault, InputFaults, Joined, Phrase, Words
from xl_kpi.exchange.plain_text import read_text
from xl_kpi.plan.input.raw_values import nearest, shown
from xl_kpi.plan.merging.permissions import (
    ids_of,
    opened_actuals,
    opened_answers,
    opened_tables,
    owners,
    page_id,
    pages_of_rows,
)
from xl_kpi.plan.model import Plan

COLUMNS = ("name", "department", "mail", "channels")
_SEPARATORS = re.compile("[;；、,，\n]")
_JOINS = re.compile("[/／&＆+＋・|｜と]")  # what people put between names; a name may hold them too, so it is asked
_NUMBER = re.compile(r"[(#_.-]?\d+\)?$")  # behind the words of a header of which there are several
_DOMAIN = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]")
_DECLARED = re.compile(r"(?i)sep=([,;\t|]?)")
_LONGEST = {"name": 100, "department": 100, "mail": 254}  # characters; 254 is what mail servers take


@dataclass(frozen=True)
class Person:
    """One recipient: ``channels`` are ids, pages of rows among them (``page:accounts``), ``mail`` the bare address.

    ``outside``: works at another company.
    """

    name: str
    department: str
    mail: str
    channels: tuple[str, ...] = ()
    outside: bool = False


def read_people(path: str | Path, plan: Plan) -> list[Person]:
    """The recipients of a plan.

    Arguments: ``path`` a CSV file in UTF-8, UTF-16 or cp932, separated by commas, semicolons or tabs, with
    the headers 名前, 部署, メール, 担当チャネル or name, department, mail, channels in any order (more columns do no
    harm, a value in a column without a header is a fault, and so is a second column of names or addresses); several
    channels are separated by ; or 、, or stand in columns of their own, and are given by id or name, and so are pages
    on which people type row by row (企業リスト): nobody else gets these.
    Errors: BadFile when the file can't be read as such a list; InputFaults with line and column of everything
    wrong: unknown channel, bad address, an address twice, nothing that the person could fill in, nobody at all.
    """
    file = Path(path)
    content = read_text(file)
    reader = _Reader(file.name, plan)
    rows = csv.reader(io.StringIO(content, newline=""))
    try:
        first = _next(rows)
        declared = _DECLARED.fullmatch("".join(first).strip(" ")) if len(first) <= 2 else None
        if declared:  # written by Excel, and read by it, before the headers
            rows = csv.reader(io.StringIO(content, newline=""), delimiter=declared[1] or ",")
            _next(rows)
            first = _next(rows)
        separator = next((sign for sign in "\t;" if len(first) < 3 and sign in "".join(first)), None)
        if separator and not declared:
            rows = csv.reader(io.StringIO(content, newline=""), delimiter=separator)
            first = _next(rows)
        people = reader.people(first, rows.line_num or 1, ((rows.line_num, row) for row in rows))
    except csv.Error as problem:
        raise BadFile("recipient_csv", file=file.name, line=rows.line_num, reason=problem) from None
    if reader.faults:
        raise InputFaults(reader.faults)
    return people


def _next(rows: Iterator[list[str]]) -> list[str]:
    """The next line in which anything stands."""
    return next((row for row in rows if any(cell.strip() for cell in row)), [])


class _Reader:
    """Reads row by row and gathers the faults."""

    def __init__(self, file: str, plan: Plan):
        self.file, self.plan = file, plan
        self.faults: list[Fault] = []
        self.lines: dict[str, int] = {}  # address → line
        channels = plan.channels_on
        self.ids = {_folded(channel.name): channel.id for channel in channels}
        self.ids |= {_folded(channel.id): channel.id for channel in channels}
        self.pages = pages_of_rows(plan)
        pages = {_folded(word): page_id(key) for key in pages_of_rows() for word in _called(key)}
        self.off = {word: id_ for word, id_ in pages.items() if id_ not in map(page_id, self.pages)}
        self.ids = {**{word: id_ for word, id_ in pages.items() if word not in self.off}, **self.ids}

    def people(self, first: list[str], line: int, rows: Iterator[tuple[int, list[str]]]) -> list[Person]:
        places = self._columns(first, line)
        if self.faults:
            return []
        found = []
        for line, row in rows:
            cells = {
                key: ";".join(cell for place in columns for cell in row[place : place + 1]).strip(" ;")
                for key, columns in places.items()
            }
            surplus = [
                cell.strip()
                for place, cell in enumerate(row)
                if cell.strip() and not "".join(first[place : place + 1]).strip()
            ]
            if surplus:  # several channels in cells of their own, or a comma inside a name
                self._fault(line, "channels", ", ".join(surplus), Words("recipient_surplus"))
            if any(cells.values()):
                found.append(self._person(cells, line))
        if not found:
            self._fault(2, "name", "", Words("recipient_nobody"))
        return found

    def _columns(self, header: list[str], line: int) -> dict[str, list[int]]:
        """Where each column stands; channels may be spread over several, 担当チャネル1, 担当チャネル2 …"""
        words = [_NUMBER.sub("", _folded(cell)) for cell in header]
        places = {}
        for key in COLUMNS:
            known = {_folded(word) for lang in LANGUAGES for word in text(f"recipient_{key}", lang).split("|")}
            columns = [number for number, word in enumerate(words) if word in known]
            if columns:
                places[key] = columns
            elif key != "department":  # who has channels needs none
                headers = Joined(tuple(map(_header, COLUMNS)), ", ")
                allowed = Words("recipient_no_column", column=_header(key), headers=headers)
                self.faults.append(Fault(shown(", ".join(header)), allowed, self._place(line), "", self.file))
            if len(columns) > 1 and key != "channels":
                allowed = Words("recipient_two_columns", column=_header(key))
                found = shown(", ".join(header[each] for each in columns))
                self.faults.append(Fault(found, allowed, self._place(line), "", self.file))
        return places

    def _person(self, cells: dict[str, str], line: int) -> Person:
        before = len(self.faults)
        name, department = self._words(cells, "name", line), self._words(cells, "department", line)
        if not name:
            self._fault(line, "name", "", Words("recipient_no_name"))
        mail = self._mail(cells.get("mail", ""), line)
        channels = tuple(dict.fromkeys(self._channels(cells.get("channels", ""), line)))
        person = Person(name, department, mail, channels)
        if len(self.faults) == before:
            ids = ids_of(self.plan, channels, department)
            if not (opened_actuals(self.plan, ids) or opened_answers(self.plan, ids) or opened_tables(ids)):
                departments = ", ".join(owners(self.plan))
                allowed = Words("recipient_idle", departments=departments, channels=self._known())
                self._fault(line, "channels", department, allowed)
        return person

    def _words(self, cells: dict[str, str], key: str, line: int) -> str:
        """One line of printable text, not longer than a name is."""
        words = " ".join(cells.get(key, "").split())
        if len(words) > _LONGEST[key] or not words.isprintable():
            self._fault(line, key, words, Words("recipient_words", most=_LONGEST[key]))
        return words

    def _mail(self, typed: str, line: int) -> str:
        if not is_address(typed):
            allowed = Words("recipient_mail_allowed")
            plain = parseaddr(unicodedata.normalize("NFKC", typed).replace(" ", ""))[1]
            if plain != typed and typed.count("@") <= 1 and is_address(plain):
                allowed = Words("plan_ask", likely=plain, allowed=allowed)
            self._fault(line, "mail", typed, allowed)
            return typed
        earlier = self.lines.setdefault(typed.casefold(), line)
        if earlier != line:
            self._fault(line, "mail", typed, Words("recipient_twice", line=earlier))
        return typed

    def _channels(self, typed: str, line: int) -> Iterator[str]:
        for word in (part.strip() for part in _SEPARATORS.split(typed)):
            if not word:
                continue
            if _folded(word) in self.ids:
                yield self.ids[_folded(word)]
                continue
            if _folded(word) in self.off:
                self._fault(line, "channels", word, Words("recipient_page_off"))
                continue
            allowed = Words("recipient_channel", known=self._known())
            names = [channel.name for channel in self.plan.channels_on]
            pages = [one for key in self.pages for one in (text(f"sheet_{key}", self.plan.lang), key)]
            several = [part.strip() for part in _JOINS.split(word)]
            if len(several) > 1 and all(_folded(part) in self.ids for part in several):
                likely = "、".join(several)
            else:
                likely = nearest(word, [*names, *(channel.id for channel in self.plan.channels_on), *pages])
            if likely:
                allowed = Words("plan_ask", likely=likely, allowed=allowed)
            self._fault(line, "channels", word, allowed)

    def _known(self) -> str:
        known = [(channel.name, channel.id) for channel in self.plan.channels_on]
        known += [(text(f"sheet_{key}", self.plan.lang), key) for key in self.pages]
        return ", ".join(f"{name} ({id_})" for name, id_ in known)

    def _fault(self, line: int, key: str, found: str, allowed: Words) -> None:
        self.faults.append(Fault(shown(found), allowed, self._place(line, key), "", self.file))

    def _place(self, line: int, key: str = "") -> Phrase:
        place = Words("recipient_line", line=line)
        return Joined((place, _header(key)), " ") if key else place


def is_address(typed: str) -> bool:
    """Whether this is one bare mail address in ASCII, without quotes, as every mail server takes it."""
    if not typed.isascii() or '"' in typed or len(typed) > _LONGEST["mail"]:
        return False
    if not _DOMAIN.fullmatch(typed.rpartition("@")[2]):
        return False
    try:
        return Address(addr_spec=typed).addr_spec == typed
    except (HeaderParseError, ValueError, IndexError):  # the parser's own words for what it can't read
        return False


def _header(key: str) -> Phrase:
    """What a column is called first; other words for it are known too."""
    return {lang: text(f"recipient_{key}", lang).partition("|")[0] for lang in LANGUAGES}


def _called(key: str) -> list[str]:
    """What a page is called in a list: its name in each language, and its id."""
    return [*(text(f"sheet_{key}", lang) for lang in LANGUAGES), key, page_id(key)]


def _folded(words: str) -> str:
    return "".join(unicodedata.normalize("NFKC", words).split()).casefold()
