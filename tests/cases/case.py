"""Cases that a marketer can read and write: a plan, then the numbers that must come out of it, each with its source.

``docs/cases.md`` says how to write one.  Nothing is rounded here: expected numbers are fractions.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import workbook_templates
from xl_kpi.catalog.messages import line
from xl_kpi.kpi.channel_figures import ChannelFigures
from xl_kpi.plan.model import Plan
from xl_kpi.plan.needs.volumes import Volumes
from xl_kpi.plan.source import plan_from_source
from xl_kpi.plan.targets import Targets
from xl_kpi.workbook.reading.findings import faults_of

FOLDER = Path(__file__).parent
ABOUT = ("kgi", "stage", "channel", "kpi")  # what a number is about: one of them, for a channel also its stage
KEYS = {*ABOUT, "month", "new", "round_up", "is", "last_day", "source"}
FINDING_KEYS = {"cell", "level", "ja", "en", "source"}
OUTSIDE = {"before the start": "before", "next period": "next"}
# A rate such as 50/1800 and the KPIs of a tab are held as a cell holds them, with 15 digits; some of them go with each
# multiplication.
DIGITS = Fraction(1, 10**12)


class BadCase(Exception):
    """A case that can't be read, with the file and the place."""


@dataclass(frozen=True)
class Case:
    """One file: the text of the plan and what must come out."""

    name: str
    plan_text: str
    numbers: tuple[dict[str, Any], ...]
    findings: tuple[dict[str, Any], ...]

    def plan(self, lang: str) -> Plan:
        return plan_from_source(self.plan_text, lang, f"{self.name}.toml")

    def differences(self) -> Iterator[str]:
        """One line for each number and each finding that is not as the case says; none when all is well."""
        results = Results(self.plan("ja"))
        for number in self.numbers:
            expected, found = results.both(number)
            if not same(expected, found):
                why = number["source"]
                yield f"{self.name}: {told(number)}: {expected} expected ({why}), {plainly(found)} came out"
        yield from self._findings()

    def _findings(self) -> Iterator[str]:
        for lang in ("ja", "en"):
            faults = faults_of(self.plan(lang))  # the formulas of its KPIs among them
            errors = {fault.cell for fault in faults if fault.level == "error"}
            stated = {finding["cell"] for finding in self.findings if finding["level"] == "error"}
            if errors != stated:
                yield f"{self.name}: errors in {sorted(errors)}, expected in {sorted(stated)}"
            for finding in self.findings:
                lines = [line(fault, lang) for fault in faults if fault.cell == finding["cell"]]
                for words in finding[lang]:
                    if not any(words in one for one in lines):
                        yield f"{self.name}: {finding['cell']} does not say {words!r} ({finding['source']}): {lines}"


class Results:
    """The numbers of a plan, as a case asks for them."""

    def __init__(self, plan: Plan):
        self.plan, self.targets = plan, Targets(plan)

    def both(self, number: dict[str, Any]) -> tuple[Any, Any]:
        """What is expected, and what came out."""
        if "last_day" in number:
            return number["last_day"], self.targets.latest_dates[self.targets.stage_index(number["stage"])]
        return Fraction(str(number["is"])), self.amount(number)

    def amount(self, number: dict[str, Any]) -> Fraction:
        if "kgi" in number:
            return self.targets.goal
        if "kpi" in number:
            return self.of_kpi(number["kpi"], number.get("month"))
        if number.get("round_up"):
            return Fraction(self.targets.rounded[self.targets.stage_index(number["stage"])])
        return self.when(self.volumes(number), number.get("month"))

    def volumes(self, number: dict[str, Any]) -> Volumes:
        if "channel" in number:
            channel = next(one for one in self.plan.channels if one.id == number["channel"])
            return self.targets.of_channel(channel, number.get("stage"))
        volumes = self.targets.new if number.get("new") else self.targets.needed
        return volumes[self.targets.stage_index(number["stage"])]

    def when(self, volumes: Volumes, month: str | None) -> Fraction:
        if month is None:
            return volumes.total
        if month in OUTSIDE:
            return getattr(volumes, OUTSIDE[month])
        return volumes.months[self.month(month)]

    def month(self, month: str) -> int:
        first = dt.date.fromisoformat(f"{month}-01")
        return (first.year - self.plan.start.year) * 12 + first.month - self.plan.start.month

    def of_kpi(self, key: str, month: str | None) -> Fraction:
        channel_id, _, kpi = key.partition(".")
        channel = next(one for one in self.plan.channels if one.id == channel_id)
        line = ChannelFigures(self.plan, self.targets, channel).target[kpi]
        return Fraction(line.total if month is None else line.months[self.month(month)])


def same(expected: Any, found: Any) -> bool:
    if isinstance(expected, Fraction):
        return abs(expected - found) <= DIGITS * abs(expected)
    return expected == found


def plainly(found: Any) -> str:
    """A number as a person writes it: whole or a short fraction, else with its digits."""
    short = not isinstance(found, Fraction) or found.denominator < 10_000
    return str(found) if short else f"{float(found):.15g}"


def told(number: dict[str, Any]) -> str:
    """What a number is about, in words."""
    parts = [str(number[key]) for key in ("kpi", "channel", "stage") if key in number] or ["KGI"]
    parts += ["newly won"] * bool(number.get("new")) + ["rounded up"] * bool(number.get("round_up"))
    parts += ["last day"] if "last_day" in number else [number.get("month", "in total")]
    return ", ".join(parts)


def read_case(path: Path) -> Case:
    """A case from its file.

    Errors: BadCase for a file that is no TOML, an unknown key, a number without ``is`` and ``last_day`` or without a
    source, and for a file that expects nothing.
    """
    lines = path.read_text("utf-8").splitlines(keepends=True)
    heads = [row for row, line in enumerate(lines) if line.strip() in ("[[number]]", "[[finding]]")]
    if not heads:
        raise BadCase(f"{path.name}: no [[number]] and no [[finding]]")
    try:
        expected = tomllib.loads("".join(lines[heads[0] :]))
        plan_text = "".join(lines[: heads[0]])
        if template := tomllib.loads(plan_text).get("template"):
            plan_text = workbook_templates.source(template)
    except tomllib.TOMLDecodeError as problem:
        raise BadCase(f"{path.name}: {problem}") from problem
    for key, known in (("number", KEYS), ("finding", FINDING_KEYS)):
        for place, row in enumerate(expected.pop(key, []), 1):
            _sound(row, known, f"{path.name}: {key} {place}", key)
    if expected:
        raise BadCase(f"{path.name}: below the first number stand only numbers and findings, not {', '.join(expected)}")
    expected = tomllib.loads("".join(lines[heads[0] :]))
    return Case(path.stem, plan_text, tuple(expected.get("number", ())), tuple(expected.get("finding", ())))


def _sound(row: dict[str, Any], known: set[str], where: str, key: str) -> None:
    if unknown := set(row) - known:
        raise BadCase(f"{where}: {', '.join(sorted(unknown))} is none of {', '.join(sorted(known))}")
    if not row.get("source"):
        raise BadCase(f"{where}: no source")
    if key == "finding":
        if lacking := FINDING_KEYS - set(row):
            raise BadCase(f"{where}: no {', '.join(sorted(lacking))}")
        return
    if ("is" in row) == ("last_day" in row):
        raise BadCase(f"{where}: needs either `is` or `last_day`")
    if not set(ABOUT) & set(row):
        raise BadCase(f"{where}: about one of {', '.join(ABOUT)}")


def all_cases() -> list[Case]:
    return [read_case(path) for path in sorted(FOLDER.glob("*.toml"))]
