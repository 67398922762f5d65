"""A table that grows by typing: what is said of it, and the kinds of columns that several of them have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from xl_kpi.plan.input.field import MONEY, Field
from xl_kpi.plan.input.reading import read_date, read_money, read_month, read_number, read_word

DATE = (read_date, {"format": "date"})
AT_LEAST_0 = {"low": 0}
AMOUNT = (read_money, {"unit": MONEY, "bounds": AT_LEAST_0})
COUNT = (read_number, {"format": "whole", "bounds": AT_LEAST_0})
SOME = (read_number, {"format": "decimal", "bounds": AT_LEAST_0})
MONTH = (read_month, {"format": "month"})
HEADS = (read_number, {"format": "whole", "bounds": {"low": 0, "whole": True}})
KNOWN = (read_word, {"choices": "known"})


@dataclass(frozen=True)
class TypedTable:
    """One such table.

    ``page`` the key of the sheet on which it stands; ``columns`` in the order in which they are typed at first;
    ``lead`` the column that says what a row is called; ``spare`` how many blank rows there are to type into; ``most``
    how many rows it takes; ``alone``: each row is called otherwise than all others; ``at_home``: it
    tells about persons, so that it is open to nobody by mail.
    """

    key: str
    page: str
    columns: tuple[Field, ...]
    lead: str
    spare: int = 10
    most: int = 500
    alone: bool = False
    at_home: bool = False

    @property
    def name(self) -> str:
        """The key without its beginning: what its texts begin with."""
        return self.key.removeprefix("tbl_")

    def find(self, column: str) -> Field | None:
        return next((one for one in self.columns if one.column == column), None)

    def header(self, column: str) -> str:
        """The key of the text in a column's header."""
        return f"{self.name}_{column}"


def columns(table: str, **columns: Any) -> tuple[Field, ...]:
    """Optional columns: name → reader and, as further arguments of ``Field``, what else it says."""
    found = []
    for column, about in columns.items():
        reader, settings = about if isinstance(about, tuple) else (about, {})
        key = f"{table}.{column}"
        label = f"{table.removeprefix('tbl_')}_{column}"
        found.append(Field(key, reader, optional=True, label=label, is_set=False, **settings))
    return tuple(found)
