"""Measured rates as tables on a terminal, or as plain text where the output is piped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from xl_kpi.calc.lag import Lag
from xl_kpi.catalog import text
from xl_kpi.commands.imports.questions import named
from xl_kpi.commands.plans.printed import console_for, printable

if TYPE_CHECKING:
    from xl_kpi.calc.cohorts.reached import Reached
    from xl_kpi.commands.imports.rates import Measured, Step, Taken
    from xl_kpi.exchange.cohorts.step_rates import Rate

HEADS = ("channel", "entered", "plan", "plain", "at_least", "expected", "lag")
NUMBERS = range(1, 4)  # columns that stand to the right
WIDE = 110  # a terminal with so many columns has room for a rate and its interval on one line


def print_rates(found: Measured, stream: IO[str]) -> None:
    """For each step a table: all leads, then each channel; then what the columns mean and what the dates get wrong."""
    console, lang = console_for(stream), found.lang
    console.print(text("measured_found", lang, leads=f"{found.leads:,}", as_of=f"{found.as_of:%Y/%m/%d}"))
    names = {one.id: printable(one.name) for one in named(found).channels}
    between = "  " if console.width >= WIDE else "\n"
    for stage in dict.fromkeys(step.stage for step in found.steps):
        steps = [step for step in found.steps if step.stage == stage]
        table = Table(
            title=Text(_name(steps[0], found), style="bold"),
            title_justify="left",
            box=box.SIMPLE_HEAD,
            show_edge=False,
            pad_edge=False,
            collapse_padding=True,
        )
        for place, head in enumerate(HEADS):
            right = place in NUMBERS
            name = Text(text(f"measured_head_{head}", lang))
            table.add_column(name, justify="right" if right else "left", no_wrap=place > 0)
        for step in steps:
            table.add_row(*_cells(step, names.get(step.channel, text("measured_all", lang)), lang, between))
        console.print()
        console.print(table)
    console.print()
    for line in _notes(found):
        console.print(line)
    if found.problems:
        console.print()
        console.print(Text(text("measured_problems", lang), style="bold"))
    for line in _problems(found):
        console.print("  " + line)


def print_taken(found: Measured, stream: IO[str], path: Path | None = None) -> None:
    """What the plan gets, or (no ``path``) would get."""
    console, lang = console_for(stream), found.lang
    lines = [line for one in found.taken for line in _changes(one, found)]
    console.print()
    if not lines:
        console.print(text("measured_nothing", lang))
    elif path is None:
        console.print(text("measured_not_taken", lang))
    else:
        console.print(text("measured_taken", lang, path=path, count=len(lines)))
    for line in lines:
        console.print(line)


def rate_words(rate: float | None) -> str:
    """A rate as it is told: 23.4%, 2.35%; nothing where there is none."""
    if rate is None or rate in (0, 1):
        return "" if rate is None else f"{rate:.0%}"
    return f"{rate:.{1 if rate >= 0.1 else 2}%}"


def _cells(step: Step, name: str, lang: str, between: str) -> Iterator[str]:
    found = step.found
    yield name
    yield f"{found.entered:,}"
    yield rate_words(step.assumed)
    plain = rate_words(found.plain)
    yield text("measured_early", lang, rate=plain) if found.early and plain else plain
    at_least, expected = found.at_least, found.expected
    if at_least is None:
        yield ""
    else:
        days = text("measured_days_within", lang, days=at_least.days)
        yield between.join([*_interval(at_least, found.takes == "at_least", lang), days])
    if expected is None:
        yield text(f"measured_withheld_{found.withheld}", lang)
    else:
        yield between.join(_interval(expected, found.takes == "expected", lang))
    yield f"{found.lag.median}/{found.lag.p80}" if found.lag else ""


def _interval(found: Reached | Rate, usable: bool, lang: str) -> tuple[str, str]:
    rate = rate_words(found.rate)
    return (
        text("measured_usable", lang, rate=rate) if usable else rate,
        text("measured_range", lang, low=rate_words(found.low), high=rate_words(found.high)),
    )


def _notes(found: Measured) -> Iterator[str]:
    from xl_kpi.exchange.cohorts.step_rates import LEAST_GONE_ON

    yield text("measured_note_usable", found.lang)
    if any(step.found.early for step in found.steps):
        yield text("measured_note_early", found.lang)
    yield text("measured_note_at_least", found.lang)
    yield text("measured_note_expected", found.lang)
    for reason in sorted({step.found.withheld for step in found.steps if step.found.withheld}):
        yield text(f"measured_note_{reason}", found.lang, least=LEAST_GONE_ON)
    for step in found.steps:
        if not step.direct and not step.channel:
            yield text("measured_note_indirect", found.lang, **_stages(step, found))


def _problems(found: Measured) -> Iterator[str]:
    names = {one.id: printable(one.name) for one in named(found).stages}
    for one in found.problems:
        said = {
            "count": f"{one.count:,}",
            "stage": names.get(one.about, printable(one.about)),
            "as_of": f"{found.as_of:%Y/%m/%d}",
        }
        line = text(f"measured_problem_{one.kind}", found.lang, **said)
        row = None if one.kind == "later" else one.first
        yield line if row is None else line + text("measured_problem_first", found.lang, row=row)


def _changes(one: Taken, found: Measured) -> Iterator[str]:
    lang, before = found.lang, found.opened.read.plan
    where = _name(one.step, found)
    stage = next(stage for stage in before.stages if stage.id == one.step.stage)
    old = stage.rate
    if one.step.channel:
        channel = next(channel for channel in named(found).channels if channel.id == one.step.channel)
        where = text("measured_step_channel", lang, step=where, channel=printable(channel.name))
        old = before.channel_rates.get((channel.id, stage.id))
    if one.rate is not None:
        way = text(f"measured_takes_{one.step.found.takes}", lang)
        said = rate_words(old) or text("measured_blank", lang)
        yield text("measured_take_rate", lang, where=where, old=said, new=rate_words(one.rate), way=way)
    if one.lag is not None:
        old_lag, new_lag = _lag_words(stage.lag, lang), _lag_words(one.lag, lang)
        yield text("measured_take_lag", lang, where=where, old=old_lag, new=new_lag)


def _lag_words(lag: Lag | None, lang: str) -> str:
    if lag is None:
        return text("measured_blank", lang)
    if lag.curve:
        return text("measured_curve", lang, shares=", ".join(rate_words(share) for share in lag.curve))
    return text("measured_days", lang, days=lag.low if lag.low == lag.high else f"{lag.low}..{lag.high}")


def _name(step: Step, found: Measured) -> str:
    return text("measured_step_name", found.lang, **_stages(step, found))


def _stages(step: Step, found: Measured) -> dict[str, str]:
    names = {one.id: printable(one.name) for one in named(found).stages}
    return {"here": names[step.stage], "there": names[step.following]}
