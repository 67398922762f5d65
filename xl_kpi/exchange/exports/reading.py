"""One table of a download while it is read: what is left out of it, what is asked about it, what is said."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xl_kpi.errors import Words
from xl_kpi.exchange.exports.blocks import Block
from xl_kpi.plan.imported.questions import Asked

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class LeftOut:
    """Rows that do not count: why, how many, and the first of them as Excel shows it."""

    reason: str
    count: int
    first: int


@dataclass
class Reading:
    """What is found out while one table is read."""

    block: Block
    file: str
    asked: Asked
    order: str = ""  # of day and month, as it was answered
    likely_weeks: str = ""  # the column of days that may be the first ones of weeks
    notes: list[Words] = field(default_factory=list)
    left: dict[str, list[int]] = field(default_factory=dict)

    def leave(self, reason: str, rows: pd.DataFrame, which: pd.Series[bool]) -> pd.DataFrame:
        """The rows without those; they are counted under the reason."""
        self.left.setdefault(reason, []).extend(int(row) for row in rows.index[which])
        return rows[~which]

    def ask(self, id_: str, words: Words, *choices: str) -> str:
        """The answer about this file.  One without the file's name is for all files."""
        if id_ in self.asked.answers:
            return self.asked.ask(id_, words, *choices)
        return self.asked.ask(self.named(id_), Words("export_ask_about", file=self.file, text=words), *choices)

    def named(self, id_: str) -> str:
        """A question's id with the name of the file, under which it is asked."""
        return id_ if id_ in self.asked.answers else f"{id_}@{self.file}"


def one_line(cell: Any) -> str:
    """A cell's words as one line: what would move a cursor or end a line is a space."""
    words = "".join(" " if unicodedata.category(sign) in ("Cc", "Cs") else sign for sign in str(cell))
    return re.sub(r" {2,}", " ", words).strip()
