"""A folder with the plan of a quarter once it is sent, into which files come back and are collected."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from tests.exchange.sent_books import Filled, Office
from xl_kpi.commands.examine import Opened, open_workbook
from xl_kpi.commands.mail.collect import Collected, collect
from xl_kpi.exchange.people import Person
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.records import Records

NOW = dt.datetime(2026, 5, 20, 10, 30)
CLICKS, COST, SESSIONS = "actual[ads:clicks][2026-05]", "actual[ads:cost][2026-05]", "actual[web:sessions][2026-04]"
ANSWER = "tbl_agreement[channel:ads]"


class Desk:
    """A folder with the plan, in which files come back."""

    def __init__(self, folder: Path, office: Office, made: bytes):
        self.office, self.folder = office, folder
        self.plan = folder / "計画.xlsx"
        self.plan.write_bytes(made)
        self._read: tuple[bytes, Opened] | None = None

    def file(self, person: Person, entries: dict, name: str = "", book: Filled | None = None) -> Path:
        path = self.folder / (name or f"返送_{person.name}.xlsx")
        path.write_bytes((book or self.office.book(person)).type(entries).bytes())
        return path

    def collect(self, *files: Path, **more: object) -> Collected:
        return collect(self.plan, files, words="ja", now=NOW, **more)

    def opened(self) -> Opened:
        """The plan as it is now; read once while it stays so."""
        data = self.plan.read_bytes()
        if self._read is None or self._read[0] != data:
            self._read = data, open_workbook(self.plan, "ja")
        return self._read[1]

    @property
    def entries(self) -> dict:
        return entries_of(self.opened().read.plan)

    @property
    def records(self) -> Records:
        return self.opened().records

    def choose(self, key: str, words: str) -> None:
        self.plan.write_bytes(Filled(self.plan.read_bytes()).choose(key, words).bytes())
