"""The advice of a plan: its own rows of アドバイス first, then those of the catalog with what it changes in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from xl_kpi import catalog
from xl_kpi.catalog.advice import Advice, advice
from xl_kpi.catalog.check_limits import check_limits
from xl_kpi.errors import Fault, Joined, Phrase, Words
from xl_kpi.kpi.review.figure_ids import (
    BRAND,
    DAYS,
    FUNNEL,
    GAP,
    LTV_CAC,
    NEGATIVE,
    RATES,
    SCORES,
    UNANSWERED,
    WAITING,
)
from xl_kpi.kpi.review.names import figure_name
from xl_kpi.plan.economics.inputs import inputs_of
from xl_kpi.plan.findings.table import fault
from xl_kpi.plan.input.raw_values import nearest, shown
from xl_kpi.plan.input.wording import percent
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.advice_tables import CHANGED, COMPARISON, OWN, YES_NO
from xl_kpi.plan.pages.kpi_links import folded

ALL = "*"
_AND = re.compile(r"[、,，;；\n]")

Names = Mapping[str, str]  # a word, folded → the id that is meant, "" where it is not one alone


@dataclass(frozen=True)
class Broken:
    """A cell of a row that can't be used: ``key`` of the finding, ``values`` for its words."""

    key: str
    table: str
    row: str
    column: str
    found: str
    values: Mapping[str, Phrase]


class AdviceTable:
    """The rows that a review tries, in their order, and what is wrong with those of the plan.

    A row with a fault is left out; the others are used all the same.
    """

    def __init__(self, plan: Plan):
        self.plan = plan
        self._own = plan.tables.get(OWN, {})
        self._changed = plan.tables.get(CHANGED, {})

    @cached_property
    def rows(self) -> tuple[Advice, ...]:
        own = (one for id_, row in self._own.items() if not self.of(OWN, id_) for one in self._advice(id_, row))
        standard = (one for one in map(self.standard, advice()) if one is not None)
        return (*own, *standard)

    def of(self, table: str, row: str) -> list[Broken]:
        """What is wrong with a row."""
        return [one for one in self.broken if (one.table, one.row) == (table, row)]

    @cached_property
    def broken(self) -> list[Broken]:
        """Every fault, row by row."""
        found = [one for id_, row in self._own.items() for one in self._faults(id_, row)]
        known = {one.key: one for one in advice()}
        for id_, row in self._changed.items():
            if id_ not in known:
                column = next(iter(row))
                found.append(Broken("plan_check_advice_row", CHANGED, id_, column, shown(row[column]), {}))
                continue
            found += _word(CHANGED, id_, row, "use", YES_NO)
            found += _bar(CHANGED, id_, row, known[id_], self._meanwhile(known[id_]))
        return found

    def standard(self, row: Advice) -> Advice | None:
        """A row of the catalog as the plan has it; None where it is not to be used.

        LTV ÷ CAC is held against what is wanted on 採算 where the page of advice says nothing else.
        """
        typed = self._changed.get(row.key, {})
        if typed.get("use") == "no":
            return None
        bar = typed.get("threshold")
        if not isinstance(bar, (int, float)) or self.of(CHANGED, row.key):
            bar = self.bar(row)
        changed = replace(row, threshold=float(bar), owner=str(typed.get("owner") or ""))
        if "cause" in typed:
            changed = replace(changed, cause=_in_all_languages(typed["cause"]))
        return replace(changed, action=_in_all_languages(typed["action"])) if "action" in typed else changed

    def bar(self, row: Advice) -> float:
        """The threshold of a row of the catalog where the page of advice says nothing."""
        return float(inputs_of(self.plan).ratio) if row.kpi == LTV_CAC else row.threshold

    def _meanwhile(self, row: Advice) -> Phrase:
        """That the standard threshold is used until the plan's own is mended."""
        bar = self.bar(row)
        return Words("advice_meanwhile", bar=percent(bar) if row.of_plan else f"{bar:,.12g}")

    # --- one's own rows

    def _advice(self, id_: str, row: Mapping[str, Any]) -> Iterator[Advice]:
        if row.get("use") == "no":
            return
        number, owner = str([*self._own].index(id_) + 1), str(row.get("owner") or "")
        cause, action = (_in_all_languages(row.get(part) or "") for part in ("cause", "action"))
        besides = [folded(one) for one in _several(row.get("although"))]
        for scope in self._scopes(row.get("channel")) or ():
            names = self._names[scope]
            if kpi := names.get(folded(str(row["kpi"]))):
                yield Advice(
                    number, scope, kpi, row["comparison"], float(row["threshold"]), cause, action,
                    tuple(name for one in besides if (name := names.get(one))), id_, owner=owner, is_own=True,
                )  # fmt: skip

    def _faults(self, id_: str, row: Mapping[str, Any]) -> Iterator[Broken]:
        scopes = self._scopes(row.get("channel"))
        if scopes is None:
            channels = [*self.channel_words.values()]
            likely = nearest(str(row["channel"]), channels)
            values = {"channels": Joined(tuple(channels), Words("list_comma")), "likely": _likely(likely)}
            yield Broken("plan_check_advice_channel", OWN, id_, "channel", str(row["channel"]), values)
        else:
            yield from self._unknown(id_, "kpi", [str(row.get("kpi") or "")], scopes)
            yield from self._unknown(id_, "although", _several(row.get("although")), scopes)
        yield from _word(OWN, id_, row, "comparison", COMPARISON, needed=True)
        yield from _bar(OWN, id_, row, None, needed=True)
        yield from _word(OWN, id_, row, "use", YES_NO)
        if not row.get("action"):
            yield Broken("plan_check_advice_action", OWN, id_, "action", "", {})

    def _unknown(self, id_: str, column: str, words: list[str], scopes: list[str]) -> Iterator[Broken]:
        for word in words:
            if not any(self._names[scope].get(folded(word)) for scope in scopes):
                known = [name for scope in scopes for name in self.words_of(scope)]
                likely = nearest(word, known) if word else ""
                yield Broken("plan_check_advice_kpi", OWN, id_, column, word, {"likely": _likely(likely)})

    def _scopes(self, typed: Any) -> list[str] | None:
        """The channels of the table that a word means; None where it means none."""
        word = folded(str(typed or ""))
        every = [FUNNEL, BRAND, *(channel.id for channel in self.plan.channels)]
        if not word or word in {folded(catalog.text("advice_all", lang)) for lang in catalog.LANGUAGES} | {ALL}:
            return every
        found = [scope for scope in every if word in map(folded, self._called(scope))]
        return found if len(found) == 1 else None

    def _called(self, scope: str) -> list[str]:
        if scope in (FUNNEL, BRAND):
            return [scope, *(catalog.text(f"advice_{scope}", lang) for lang in catalog.LANGUAGES)]
        return [scope, next(one.name for one in self.plan.channels if one.id == scope)]

    @cached_property
    def channel_words(self) -> dict[str, str]:
        """What can be chosen as a channel: id → word."""
        lang = self.plan.lang
        own = {channel.id: channel.name for channel in self.plan.channels_on}
        return {ALL: catalog.text("advice_all", lang), FUNNEL: catalog.text("advice_funnel", lang), **own,
                BRAND: catalog.text("advice_brand", lang)}  # fmt: skip

    def words_of(self, scope: str) -> list[str]:
        """What can be chosen as a KPI of a channel of the table."""
        return [names[self.plan.lang] for names in self._named(scope)]

    @property
    def kpi_words(self) -> list[str]:
        """What can be chosen as a KPI of any, as many words in either language."""
        scopes = [FUNNEL, *(channel.id for channel in self.plan.channels_on), BRAND]
        found = {tuple(names.values()): names for scope in scopes for names in self._named(scope)}
        return [names[self.plan.lang] for names in found.values()]

    def _named(self, scope: str) -> Iterator[dict[str, str]]:
        """The KPIs that are on, and the figures beside them: language → name."""
        for kpi in self.plan.kpis_of(scope):
            if kpi.on:
                yield {lang: kpi.name(lang) for lang in catalog.LANGUAGES}
        for id_ in self._figures(scope):
            yield {lang: figure_name(self.plan, scope, id_, lang) for lang in catalog.LANGUAGES}

    def _figures(self, scope: str) -> list[str]:
        """The figures of a channel of the table that are no KPIs of the dictionary."""
        if scope == BRAND:
            return [*SCORES, NEGATIVE, UNANSWERED]
        if scope != FUNNEL:
            return [LTV_CAC]
        stages = [stage.id for stage in self.plan.stages[:-1]]
        return [*(f"{id_}{end}" for end in (RATES, DAYS, WAITING) for id_ in stages), GAP, LTV_CAC]

    @cached_property
    def _names(self) -> dict[str, Names]:
        """By channel of the table: which id a word means."""
        scopes = [FUNNEL, BRAND, *(channel.id for channel in self.plan.channels)]
        return {scope: self._of_scope(scope) for scope in scopes}

    def _of_scope(self, scope: str) -> Names:
        levels: list[list[tuple[str, str]]] = [[], [], []]
        for kpi in self.plan.kpis_of(scope):
            levels[0].append((kpi.id, kpi.id))
            levels[1] += [(name, kpi.id) for name in (kpi.name_ja, kpi.name_en)]
        for id_ in self._figures(scope):
            levels[0].append((id_, id_))
            levels[1] += [(figure_name(self.plan, scope, id_, lang), id_) for lang in catalog.LANGUAGES]
        standard = catalog.find_channel(scope)
        own = {kpi.id for kpi in self.plan.kpis_of(scope)}
        if standard:
            levels[2] += [(name, kpi.id) for kpi in standard.kpis if kpi.id in own for name in kpi.name.values()]
        found: dict[str, str] = {}
        for level in levels:
            meant: dict[str, set[str]] = {}
            for word, id_ in level:
                meant.setdefault(folded(word), set()).add(id_)
            for word, ids in meant.items():
                found.setdefault(word, next(iter(ids)) if len(ids) == 1 else "")
        return found


def advice_findings(plan: Plan) -> Iterator[Fault]:
    """The rows of アドバイス that can't be used, each at its cell."""
    for one in AdviceTable(plan).broken:
        yield fault(one.key, one.found, f"{one.table}[{one.row}].{one.column}", **one.values)


def _in_all_languages(typed: object) -> dict[str, str]:
    return dict.fromkeys(catalog.LANGUAGES, str(typed))


def _likely(word: str) -> Phrase:
    return Words("advice_likely", word=word) if word else ""


def _several(typed: Any) -> list[str]:
    return [part.strip() for part in _AND.split(str(typed or "")) if part.strip()]


def _word(
    table: str, id_: str, row: Mapping[str, Any], column: str, choices: str, needed: bool = False
) -> Iterator[Broken]:
    typed = row.get(column)
    if typed in catalog.choice_ids(choices) or typed is None and not needed:
        return
    words: tuple[Phrase, ...] = tuple(one.words for one in catalog.choices(choices))
    yield Broken("plan_check_advice_word", table, id_, column, shown(typed) if typed else "",
                 {"choices": Joined(words, " / ")})  # fmt: skip


def _bar(
    table: str, id_: str, row: Mapping[str, Any], standard: Advice | None, meanwhile: Phrase = "", needed: bool = False
) -> Iterator[Broken]:
    typed = row.get("threshold")
    if typed is None and not needed:
        return
    comparison = standard.comparison if standard else str(row.get("comparison") or "")
    if isinstance(typed, (int, float)) and not isinstance(typed, bool):
        if not comparison.endswith("_plan") or 0 < typed <= check_limits().bar_most:
            return
    found = "" if typed is None else shown(typed)
    yield Broken("plan_check_advice_threshold", table, id_, "threshold", found, {"meanwhile": meanwhile})
