"""Formulas over the columns of 企業リスト: the same counts and sums for the list's own totals and the tabs of ABM."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xl_kpi import catalog
from xl_kpi.plan.accounts.figures import ALL, BANTC, NO, OTHER, YES, AccountFigures, tiers
from xl_kpi.sheets.context import Context

Result = tuple[float | str, str]  # Python's own number, and the formula


@dataclass(frozen=True)
class AccountCells:
    """What one cell shows, as number and formula.

    ``at`` name of a column → its cells, rows that are pasted below included, as the sheet that counts writes them;
    ``words`` what a cell shows for each id of a stage.
    """

    figures: AccountFigures
    at: Mapping[str, str]
    words: Mapping[str, str]
    known: Mapping[str, str]

    def count(self, tier: str = ALL, **words: str) -> Result:
        """How many companies are of a tier and have these words in other columns."""
        return self.figures.count(tier, **words), f"={self._bracketed(tier, **words)}"

    def total(self, column: str, tier: str = ALL) -> Result:
        return self.figures.total(column, tier), f"={self._total(column, tier)}"

    def important_share(self, tier: str = ALL) -> Result:
        return self.figures.important_share(tier), _ratio(self._important(tier), self._bracketed(tier))

    def saw_important(self, tier: str = ALL) -> Result:
        return self.figures.saw_important(tier), f"={self._important(tier)}"

    def reached(self, tier: str = ALL) -> Result:
        parts = (self._total(name, tier) for name in ("key_reached", "key_people"))
        return self.figures.reached(tier), _ratio(*parts)

    def said_yes(self, column: str, tier: str = ALL) -> Result:
        yes, no = (self._bracketed(tier, **{column: word}) for word in (YES, NO))
        return self.figures.said_yes(column, tier), _ratio(yes, f"({yes}+{no})")

    def open(self, column: str) -> Result:
        """The companies of which neither yes nor no is known."""
        number = self.figures.count() - sum(self.figures.count(**{column: word}) for word in (YES, NO))
        parts = [self._count(), *(self._count(**{column: word}) for word in (YES, NO))]
        return number, f"={'-'.join(parts)}"

    def share_known(self, column: str) -> Result:
        return self.figures.known(column), _ratio(f"({self._answers(column)})", self._count())

    def all_known(self) -> Result:
        answers = "+".join(self._answers(column) for column in BANTC)
        return self.figures.all_known, _ratio(f"({answers})", f"({len(BANTC)}*{self._count()})")

    # --- parts of formulas

    def _answers(self, column: str) -> str:
        return "+".join(self._count(**{column: word}) for word in (YES, NO))

    def _count(self, tier: str = ALL, **words: str) -> str:
        criteria = [f'{self.at["name"]},"<>"']
        if tier:
            criteria.append(f'{self.at["tier"]},"{tier}"')
        for column, id_ in words.items():
            shown = self.words[id_] if column == "stage" else self.known[id_]
            criteria.append(f'{self.at[column]},"{shown}"')
        return f"COUNTIFS({','.join(criteria)})"

    def _bracketed(self, tier: str, **words: str) -> str:
        """A count; what is in no tier, or at no stage, is what all others leave."""
        if tier == OTHER:
            return f"({'-'.join(self._bracketed(one, **words) for one in (ALL, *tiers()))})"
        if words.get("stage") == OTHER:
            rest = {name: word for name, word in words.items() if name != "stage"}
            stages = (self._count(tier, **rest, stage=stage) for stage in self.figures.stages)
            return f"({'-'.join([self._count(tier, **rest), *stages])})"
        return self._count(tier, **words)

    def _important(self, tier: str) -> str:
        def seen(one: str) -> str:
            rank = f',{self.at["tier"]},"{one}"' if one else ""
            return f'COUNTIFS({self.at["name"]},"<>",{self.at["important"]},">0"{rank})'

        return f"({'-'.join(map(seen, (ALL, *tiers())))})" if tier == OTHER else seen(tier)

    def _total(self, column: str, tier: str) -> str:
        def added(one: str) -> str:
            return f'SUMIFS({self.at[column]},{self.at["tier"]},"{one}")' if one else f"SUM({self.at[column]})"

        return f"({'-'.join(map(added, (ALL, *tiers())))})" if tier == OTHER else added(tier)


def stage_words(ctx: Context) -> dict[str, str]:
    """What a cell shows for each place where an account can be."""
    extra = {one.id: one.words[ctx.lang] for one in catalog.choices("account_stage")}
    return {**extra, **ctx.stage_words}


def known_words(ctx: Context) -> dict[str, str]:
    """What a cell shows for yes, no and unknown."""
    return {one.id: one.words[ctx.lang] for one in catalog.choices("known")}


def _ratio(part: str, whole: str) -> str:
    return f'=IF({whole}=0,"",{part}/{whole})'
