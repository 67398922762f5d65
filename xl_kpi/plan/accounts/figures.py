"""What 企業リスト adds up to (T10, T11): companies by tier and stage, key people reached, what is known of BANTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from xl_kpi.catalog import choice_ids
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.tables import find_table

TABLE = "tbl_accounts"
BANTC = ("budget", "authority", "needs", "timing", "competitor")
ANSWERED = ("opened", "clicked")  # yes and no, of those to whom a mail went
YES, NO = "yes", "no"
UNTOUCHED, LOST = "untouched", "lost"
OTHER = "other"  # of tiers and stages: every other word, and blanks
ALL = ""  # every tier


def tiers() -> tuple[str, ...]:
    """The tiers that have a line of their own."""
    return choice_ids("account_tier")


def stages_of(plan: Plan) -> tuple[str, ...]:
    """Where an account can be: not contacted, the plan's stages, lost.

    Special cases: a stage of the plan that has the id of one of the others is that stage.
    """
    own = tuple(stage.id for stage in plan.stages)
    return tuple(dict.fromkeys((UNTOUCHED, *own, LOST)))


@dataclass(frozen=True)
class AccountFigures:
    """What the accounts of a plan add up to.

    A company counts when it has a name; what is typed in a row counts in the sums in any case, as it does in the
    cells.  ``tier``: a tier's id, ``OTHER``, or ``ALL``.  Source: T10, T11.
    Example: three companies, 2 of 4 key people reached: ``reached()`` is 0.5.
    """

    rows: tuple[Mapping[str, Any], ...]
    stages: tuple[str, ...]

    @cached_property
    def _named(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(row for row in self.rows if row.get("name"))

    def count(self, tier: str = ALL, **words: str) -> int:
        """How many companies are of a tier and have these words in other columns; a stage may be ``OTHER``."""
        found = 0
        for row in self._named:
            if tier != ALL and _group(row.get("tier"), tiers()) != tier:
                continue
            found += all(
                (_group(row.get(name), self.stages) if name == "stage" else row.get(name)) == word
                for name, word in words.items()
            )
        return found

    def total(self, column: str, tier: str = ALL) -> float:
        """A column of numbers added up, of a tier or in all."""
        of = [row for row in self.rows if tier == ALL or _group(row.get("tier"), tiers()) == tier]
        return sum(row.get(column) or 0 for row in of)

    def saw_important(self, tier: str = ALL) -> int:
        """How many companies saw a page that matters (prices, case studies) at least once."""
        of = [row for row in self._named if tier == ALL or _group(row.get("tier"), tiers()) == tier]
        return sum((row.get("important") or 0) > 0 for row in of)

    def reached(self, tier: str = ALL) -> float | str:
        """Key people reached ÷ key people; "" where there are none."""
        return _share(self.total("key_reached", tier), self.total("key_people", tier))

    def important_share(self, tier: str = ALL) -> float | str:
        """Companies that saw an important page ÷ companies."""
        return _share(self.saw_important(tier), self.count(tier))

    def said_yes(self, column: str, tier: str = ALL) -> float | str:
        """Yes ÷ (yes + no); "" while neither is known of any company."""
        yes, no = (self.count(tier, **{column: word}) for word in (YES, NO))
        return _share(yes, yes + no)

    def known(self, column: str) -> float | str:
        """The share of companies of which yes or no is known; "" without companies."""
        return _share(sum(self.count(**{column: word}) for word in (YES, NO)), self.count())

    @property
    def all_known(self) -> float | str:
        """The same over the five of BANTC."""
        known = sum(self.count(**{column: word}) for column in BANTC for word in (YES, NO))
        return _share(known, len(BANTC) * self.count())


def figures_of(plan: Plan) -> AccountFigures:
    """The figures of a plan's accounts; all 0 without any."""
    return AccountFigures(tuple(plan.tables.get(TABLE, {}).values()), stages_of(plan))


def most_rows() -> int:
    """How many accounts there may be."""
    table = find_table(TABLE)
    assert table is not None
    return table.most


def _group(value: Any, known: tuple[str, ...]) -> str:
    return value if value in known else OTHER


def _share(part: float, whole: float) -> float | str:
    return part / whole if whole else ""
