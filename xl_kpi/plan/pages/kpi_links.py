"""A KPI or a stage where one is chosen: the words that stand in the cell, and which one they mean (K2)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from xl_kpi import catalog
from xl_kpi.errors import Words
from xl_kpi.plan.dictionary.shown import shown_kpis
from xl_kpi.plan.input.raw_values import nearest, refusal
from xl_kpi.plan.input.row_names import SIGNS
from xl_kpi.plan.keys import CHANNELS, KPIS, STAGES, EntryKey
from xl_kpi.plan.model import Channel, Kpi, Plan, Stage
from xl_kpi.plan.records import Value

REFERS = "kpi"  # what ``Field.refers`` says of an entry that names a KPI or a stage
STAGE = "stage:"

_Called = dict[str, dict[str, str]]  # id → language → word


class KpiLinks:
    """The stages and KPIs of a plan, to be chosen in a cell: "広告: クリック", "段階: MQL".

    A link is kept as an id, ``ads.clicks`` or ``stage:mql``, so that it stays when names change.  What a review finds
    of a stage or a channel and is no KPI, ``funnel.mql_rate`` or ``ads.volume``, is named and read as well, but is not
    on offer.

    Arguments: ``last`` the entries as the last command left them, where the names of before stand; ``shown`` the KPIs
    of the channels' sheets (None: those that are on).
    """

    def __init__(
        self,
        stages: Sequence[Stage],
        channels: Sequence[Channel],
        kpis: Sequence[Kpi],
        lang: str,
        last: Mapping[str, Value] | None = None,
        shown: Iterable[Kpi] | None = None,
    ):
        on = {channel.id for channel in channels if channel.on}
        self._active = {kpi_link(kpi) for kpi in (kpis if shown is None else shown) if kpi.channel in on
                        and (kpi.on or shown is not None)}  # fmt: skip
        self._lang, self._last = lang, last or {}
        self._names = {channel.id: channel.name for channel in channels}
        self._channels = tuple(channels)
        self._called: _Called = {f"{STAGE}{one.id}": _stage_words(dict.fromkeys(_LANGS, one.name))
                                 for one in stages}  # fmt: skip
        for kpi in kpis:
            channel = self._names.get(kpi.channel, kpi.channel)
            self._called[kpi_link(kpi)] = {lang: f"{channel}: {kpi.name(lang)}" for lang in _LANGS}
        self._figures = self._others({one.id: one.name for one in stages}, self._names)

    @staticmethod
    def of(plan: Plan, last: Mapping[str, Value] | None = None) -> KpiLinks:
        """Those of a plan."""
        shown = (kpi for channel in plan.channels_on for kpi in shown_kpis(plan, channel))
        return KpiLinks(plan.stages, plan.channels, plan.kpis, plan.lang, last, shown)

    @cached_property
    def words(self) -> dict[str, str]:
        """Id → what its cell shows, in the plan's language; the id where the words would mean another one as well."""
        return _shown({id_: words[self._lang] for id_, words in {**self._called, **self._figures}.items()})

    def _others(self, stages: Mapping[str, str], channels: Mapping[str, str]) -> _Called:
        """Figures that are no KPI, of stages and channels called so: rates, days, what waits; volumes, shares."""
        taken = {folded(word) for words in self._called.values() for word in words.values()}
        found: _Called = {}
        held = {one.id: one.stage for one in self._channels}
        for lang in _LANGS:
            for id_, word in _figure_words(stages, channels, held, lang):
                if id_ not in self._called and folded(word) not in taken:
                    found.setdefault(id_, {})[lang] = word
        return {id_: words for id_, words in found.items() if len(words) == len(_LANGS)}

    @property
    def active(self) -> list[str]:
        """The ids that a new link may have: all stages, and the KPIs of the channels' sheets."""
        return [id_ for id_ in self._called if id_.startswith(STAGE) or id_ in self._active]

    def reader(self, before: object = None) -> Callable[..., str]:
        """Reads what stands in a cell that was written for ``before`` (an id): the id that is meant.

        Errors of what it returns: Unreadable, with the nearest name as the question.
        Equation: what was written for an id and nobody has touched is that id, whoever is called so by now; an id goes
        before a name, a name of today before one of before, ours before those of the catalog.
        Example: "広告: クリック", "Ads: Clicks" and "ads.clicks" are ``ads.clicks``; so is "クリック" where no other
        KPI is called so.
        """

        def read(raw: Any) -> str:
            typed = str(raw).strip()
            if before and typed in (before, self._words_before.get(str(before))):
                return str(before)
            if typed in self._called or typed in self._figures:
                return typed
            for level in self._levels():
                found = sorted({id_ for word, id_ in level if folded(word) == folded(typed)})
                if len(found) > 1:
                    raise refusal(raw, Words("kpi_link_twice", ids=", ".join(found)))
                if found:
                    return found[0]
            likely = nearest(typed, [self.words[id_] for id_ in self.active])
            raise refusal(raw, Words("kpi_link_unknown"), likely=likely or self._likely(typed))

        return read

    def _likely(self, typed: str) -> str:
        """The KPI whose own name is nearest, whatever stands before the colon."""
        alone = {_alone(self.words[id_]): self.words[id_] for id_ in self.active}
        return alone.get(nearest(_alone(typed), alone), "")

    @cached_property
    def _words_before(self) -> dict[str, str]:
        found: _Called = {}
        stages, channels = {}, {}
        for key, value in self._last.items():
            entry = EntryKey.parse(key)
            if entry.kind == f"{CHANNELS}.name":
                channels[str(entry.row)] = str(value)
            if entry.kind == f"{STAGES}.name":
                stages[str(entry.row)] = str(value)
                found[f"{STAGE}{entry.row}"] = _stage_words({lang: str(value) for lang in _LANGS})
            elif entry.kind == f"{KPIS}.name_{self._lang}":
                channel = self._last.get(f"{CHANNELS}[{entry.owner}].name") or entry.owner
                found[str(entry.row)] = {self._lang: f"{channel}: {value}"}
        for id_, words in self._others(stages, channels).items():
            found.setdefault(id_, words)
        return _shown({id_: words[self._lang] for id_, words in found.items()})

    def _levels(self) -> Iterator[Iterable[tuple[str, str]]]:
        """Word and id, level by level."""
        today = [(word, id_) for id_, words in self._called.items() for word in words.values()]
        yield today
        yield [(id_, id_) for id_ in self._called]  # in other letters
        yield [(_alone(word), id_) for word, id_ in today]
        yield [(word, id_) for id_, words in self._figures.items() for word in words.values()]
        yield [(word, id_) for id_, word in self._words_before.items() if id_ in self._called]
        yield [(word, id_) for id_ in self._called for word in _of_catalog(id_)]


_LANGS = catalog.LANGUAGES


def kpi_link(kpi: Kpi) -> str:
    """The id by which a KPI is linked."""
    return f"{kpi.channel}.{kpi.id}"


def _figure_words(
    stages: Mapping[str, str], channels: Mapping[str, str], held: Mapping[str, str], lang: str
) -> Iterator[tuple[str, str]]:
    """Id and words of what a review finds beside KPIs, in the order of the funnel; ``held`` channel → its stage."""

    def said(key: str, **values: str) -> str:
        return catalog.text(f"advice_figure_{key}", lang, **values)

    ids, names = list(stages), list(stages.values())
    rates = {f"{id_}_rate": said("rate", since=name, stage=to) for id_, name, to in zip(ids, names, names[1:])}
    for kind, words in rates.items():
        yield f"funnel.{kind}", catalog.text("kpi_link_stage", lang, stage=words)
    for kind in ("days", "waiting"):
        for id_, name in stages.items():
            yield f"funnel.{id_}_{kind}", catalog.text("kpi_link_stage", lang, stage=said(kind, stage=name))
    for channel, name in channels.items():
        stage = stages.get(held.get(channel, ""), "")
        own = {**rates, "share": said("share"), "ltv_cac": said("ltv_cac")}
        if stage:
            own["volume"] = said("volume", stage=stage)
        yield from ((f"{channel}.{kind}", f"{name}: {words}") for kind, words in own.items())


def folded(word: str) -> str:
    """The same for words that people take for the same: width, letters, spaces and the kind of colon do not count."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", word).casefold()).replace("›", ":")


def _stage_words(names: Mapping[str, str]) -> dict[str, str]:
    return {lang: catalog.text("kpi_link_stage", lang, stage=name) for lang, name in names.items()}


def _alone(word: str) -> str:
    """What stands behind the colon."""
    return re.split(r"[:：›]", word, maxsplit=1)[-1].strip()


def _of_catalog(id_: str) -> list[str]:
    """The words of the catalog for an id, in both languages."""
    if id_.startswith(STAGE):
        stage = catalog.find_stage(id_.removeprefix(STAGE))
        return [*_stage_words(stage.name).values(), *stage.name.values()] if stage else []
    owner, _, own = id_.partition(".")
    channel = catalog.find_channel(owner)
    kpi = channel.find_kpi(own) if channel else None
    return [f"{channel.name[lang]}: {kpi.name[lang]}" for lang in _LANGS] if channel and kpi else []


def _shown(words: Mapping[str, str]) -> dict[str, str]:
    """A word for each id: it can be read back as this one and no other, and stand in a criterion."""
    meant: dict[str, set[str]] = {}
    for id_, word in words.items():
        meant.setdefault(folded(word), set()).add(id_)
        meant.setdefault(folded(id_), set()).add(id_)
    return {
        id_: word if meant[folded(word)] == {id_} and not SIGNS.search(word) else id_ for id_, word in words.items()
    }
