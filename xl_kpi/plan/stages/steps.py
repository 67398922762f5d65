"""Steps that another order of the stages has broken up or joined: what was typed for them has to be said anew."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod

from xl_kpi.calc.lag import Lag
from xl_kpi.errors import Fault, Phrase, Words
from xl_kpi.plan.entries import lag_of, names_in
from xl_kpi.plan.input.raw_values import number_of
from xl_kpi.plan.input.wording import percent
from xl_kpi.plan.keys import STAGES, rate_key
from xl_kpi.plan.model import Stage
from xl_kpi.plan.records import Value
from xl_kpi.plan.same_value import same

Days = tuple[int, int]


@dataclass(frozen=True)
class FormerStages:
    """The stages when the sheets were written: their ids in their order (``before``), and id now → id then (``was``)
    of those that are still there."""

    before: tuple[str, ...] = ()
    was: Mapping[str, str] = field(default_factory=dict)

    def place(self, id_: str) -> int | None:
        """The place that a stage had; None for a new one."""
        then = self.was.get(id_)
        return self.before.index(then) if then in self.before else None


@dataclass(frozen=True)
class Funnel:
    """The stages as they stand now and as they were when the sheets were written.

    ``stages`` in their order now; ``former`` those then; ``last`` the entries as the last command left them.
    """

    stages: tuple[Stage, ...]
    former: FormerStages
    last: Mapping[str, Value]

    @property
    def before(self) -> tuple[str, ...]:
        return self.former.before

    @property
    def changed(self) -> bool:
        """Whether other stages follow each other than did, as far as that is known."""
        return bool(self.last) and [self.place(k) for k in range(len(self.stages))] != [*range(len(self.before))]

    def place(self, k: int) -> int | None:
        """The place that a stage had then; None for a new one."""
        return self.former.place(self.stages[k].id)

    @property
    def moved(self) -> bool:
        """Whether stages that are still there follow each other in another order."""
        places = [place for k in range(len(self.stages)) if (place := self.place(k)) is not None]
        return places != sorted(places)

    def next_kept(self, k: int) -> int | None:
        """The next stage that came behind this one then as well; None where stages were moved.

        Then the ways between them overlap: what leaves one of them as it was changes another.
        """
        place = None if self.moved else self.place(k)
        later = ((j, self.place(j)) for j in range(k + 1, len(self.stages)))
        return None if place is None else next((j for j, at in later if at is not None and at > place), None)

    def broken(self, k: int) -> bool:
        """Whether another stage follows than did."""
        place = self.place(k)
        return place is not None and place + 1 < len(self.before) and self.place(k + 1) != place + 1

    def then(self, place: int) -> str:
        """What the stage at a place was called then."""
        id_ = self.before[place]
        return names_in(STAGES, self.last).get(id_, id_)

    def step_then(self, place: int) -> dict[str, Phrase]:
        return {"first": self.then(place), "second": self.then(place + 1)}

    def step(self, k: int) -> dict[str, Phrase]:
        return {"name": self.stages[k].name, "next": self.stages[k + 1].name}


def unanswered(
    funnel: Funnel, rates: Mapping[tuple[str, str], float], blank: Collection[str], again: Callable[[str], bool]
) -> Iterator[Fault]:
    """A fault for each rate and each number of days that stood for another step, and for each that is missing.

    Arguments: ``rates`` of channels: (channel, stage) → rate; ``blank`` the keys of what is not typed in the rows of
    new stages; ``again`` whether what stands in an entry's cell was typed once more though it is the same.
    Equation: between two stages that follow each other then and now the rates of all steps multiply to what they did,
    the days add up to what they did: then nothing has to be said.  What was changed since is an answer too.
    Special cases: of a plan of which nothing is remembered nobody knows whether a value was typed since: each of a
    step that is another one now is asked for once more.
    Example: with 20 % from SQL to opportunity, a new stage between them asks for both its rates; 40 % and 50 % make
    20 % again.
    """
    for k in range(len(funnel.stages) - 1):
        if funnel.place(k) is None:
            yield from _of_new(funnel, k, blank)
        elif not funnel.last and funnel.broken(k):
            yield from _unknown(funnel, k, rates, again)
        elif funnel.changed and funnel.broken(k):
            yield from _rate(funnel, k, again)
            yield from _days(funnel, k, blank, again)
            yield from _of_channels(funnel, k, rates, again)


def _unknown(
    funnel: Funnel, k: int, rates: Mapping[tuple[str, str], float], again: Callable[[str], bool]
) -> Iterator[Fault]:
    """What stands for a step that is another one now, of which nobody remembers what it was."""
    stage, place = funnel.stages[k], funnel.place(k)
    assert place is not None
    called = {one.id: one.name for one in funnel.stages}
    then = {key: called.get(str(id_), id_) for key, id_ in funnel.step_then(place).items()}
    said: dict[str, Phrase] = {rate_key(channel, of): percent(rate) for (channel, of), rate in rates.items()
                               if of == stage.id}  # fmt: skip
    if stage.rate is not None:
        said[f"{STAGES}[{stage.id}].rate"] = percent(stage.rate)
    if stage.lag and stage.lag.latest:
        said[f"{STAGES}[{stage.id}].lag"] = _said(stage.lag)
    for key, value in said.items():
        if not again(key):
            yield Fault(value, Words("stage_step_unknown", **funnel.step(k), **then), cell=key)


def _of_new(funnel: Funnel, k: int, blank: Collection[str]) -> Iterator[Fault]:
    """What is missing in the row of a new stage, with what stood for the step that it breaks up."""
    id_ = funnel.stages[k].id
    rate, days = f"{STAGES}[{id_}].rate", f"{STAGES}[{id_}].lag"
    above = next((j for j in range(k - 1, -1, -1) if funnel.place(j) is not None), None)
    place = funnel.place(above) if above is not None and funnel.last else None
    if place is None or place + 1 >= len(funnel.before):
        if rate in blank:
            yield Fault("", Words("plan_missing", allowed=Words("plan_rate")), cell=rate)
        return
    was = funnel.last.get(f"{STAGES}[{funnel.before[place]}].rate")
    lag = _former_lag(funnel, place)
    words = {**funnel.step(k), **funnel.step_then(place)}
    if rate in blank:
        yield Fault("", Words("stage_new_rate", rate=_percent(was), **words), cell=rate)
    if days in blank and lag and (lag.latest or lag.curve):
        yield Fault("", Words("stage_new_days", days=_said(lag), **words), cell=days)


def _rate(funnel: Funnel, k: int, again: Callable[[str], bool]) -> Iterator[Fault]:
    stage, place = funnel.stages[k], funnel.place(k)
    assert place is not None
    key, was = f"{STAGES}[{stage.id}].rate", funnel.last.get(f"{STAGES}[{funnel.before[place]}].rate")
    if was is None or stage.rate is None or not same(stage.rate, was) or again(key):
        return
    now = [one.rate for one in funnel.stages]
    then = [funnel.last.get(f"{STAGES}[{id_}].rate") for id_ in funnel.before]
    rest = _rest(funnel, k, now, then)
    if rest == number_of(stage.rate):
        return
    yield Fault(percent(stage.rate), _asked("stage_step_rate", funnel, k, rest, _percent(was)), cell=key)


def _of_channels(
    funnel: Funnel, k: int, rates: Mapping[tuple[str, str], float], again: Callable[[str], bool]
) -> Iterator[Fault]:
    """The same of channels with a rate of their own."""
    stage, place = funnel.stages[k], funnel.place(k)
    assert place is not None
    for (channel, of), rate in rates.items():
        key, was = rate_key(channel, of), funnel.last.get(rate_key(channel, funnel.before[place]))
        if of != stage.id or was is None or not same(rate, was) or again(key):
            continue
        now = [rates.get((channel, one.id), one.rate) for one in funnel.stages]
        then = [
            funnel.last.get(rate_key(channel, id_), funnel.last.get(f"{STAGES}[{id_}].rate")) for id_ in funnel.before
        ]
        rest = _rest(funnel, k, now, then)
        if rest != number_of(rate):
            yield Fault(percent(rate), _asked("stage_step_rate", funnel, k, rest, _percent(was)), cell=key)


def _rest(funnel: Funnel, k: int, now: Sequence[Value], then: Sequence[Value]) -> Fraction | None:
    """The rate with which a step leaves all of them together as they were; None where that is not known."""
    place, kept = funnel.place(k), funnel.next_kept(k)
    if place is None or kept is None:
        return None
    end = funnel.place(kept)
    whole, others = (_product(one) for one in (then[place:end], now[k + 1 : kept]))
    return whole / others if whole is not None and others else None


def _product(rates: Sequence[Value]) -> Fraction | None:
    numbers = [number_of(rate) for rate in rates]
    return None if None in numbers else prod((one for one in numbers if one is not None), start=Fraction(1))


def _days(funnel: Funnel, k: int, blank: Collection[str], again: Callable[[str], bool]) -> Iterator[Fault]:
    stage, place, kept = funnel.stages[k], funnel.place(k), funnel.next_kept(k)
    assert place is not None
    key, was = f"{STAGES}[{stage.id}].lag", _former_lag(funnel, place)
    if not was or not was.latest or stage.lag != was or again(key):
        return
    rest: Days | None = None
    if kept is not None and not any(f"{STAGES}[{one.id}].lag" in blank for one in funnel.stages[k + 1 : kept]):
        whole = _sum([_former_lag(funnel, at) for at in range(place, funnel.place(kept) or place)])
        others = _sum([one.lag for one in funnel.stages[k + 1 : kept]])
        rest = (whole[0] - others[0], whole[1] - others[1]) if whole and others else None
    if rest == (was.low, was.high) and not was.curve:
        return
    possible = rest is not None and 0 <= rest[0] <= rest[1]
    hint = Lag(*rest) if possible and rest else None
    yield Fault(_said(was), _asked("stage_step_days", funnel, k, hint, _said(was)), cell=key)


def _sum(lags: Sequence[Lag | None]) -> Days | None:
    if any(lag is None or lag.curve for lag in lags):
        return None
    return sum(lag.low for lag in lags if lag), sum(lag.high for lag in lags if lag)


def _asked(key: str, funnel: Funnel, k: int, rest: Fraction | Lag | None, was: Phrase) -> Words:
    """The question, with what leaves the whole way as it was where that can be typed."""
    place, kept = funnel.place(k), funnel.next_kept(k)
    assert place is not None
    hint: Phrase = ""
    if kept is not None and (isinstance(rest, Lag) or rest is not None and 0 < rest <= 1):
        shown = _said(rest) if isinstance(rest, Lag) else percent(rest)
        way = {"name": funnel.stages[k].name, "end": funnel.stages[kept].name}
        hint = Words("stage_step_hint", value=shown, **way)
    return Words(key, was=was, hint=hint, **funnel.step(k), **funnel.step_then(place))


def _former_lag(funnel: Funnel, place: int) -> Lag | None:
    value = funnel.last.get(f"{STAGES}[{funnel.before[place]}].lag")
    return None if value is None else lag_of(value)


def _percent(value: Value) -> str:
    number = number_of(value)
    return "" if number is None else percent(number)


def _said(lag: Lag) -> Words:
    if lag.curve:
        return Words("stage_days_curve")
    if lag.low == lag.high:
        return Words("stage_days", days=lag.low)
    return Words("stage_days_spread", low=lag.low, high=lag.high)
