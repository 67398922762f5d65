"""Damaged workbooks of twelve kinds, and what the commands make of them.

By hand, ten thousand of them: ``python -m tests.package.damages 10000`` prints a table, kind by outcome.
"""

from __future__ import annotations

import random
import re
import shutil
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from tests.exchange.sent_books import TANAKA, Office, quarter
from xl_kpi.catalog.messages import message
from xl_kpi.commands import check, open_workbook
from xl_kpi.commands.channels import switch_channels
from xl_kpi.commands.mail.collect import collect
from xl_kpi.commands.mail.collect_result import Collected
from xl_kpi.commands.plans.show import show
from xl_kpi.commands.regenerate import regenerate
from xl_kpi.errors import BadFile, InputFaults, Refused, XlKpiError
from xl_kpi.plan.model import Plan

Parts = dict[str, bytes]
TYPES = "[Content_Types].xml"

# How a command ends.  FAULT is the exit code 70, which must never be.
READ, REFUSED, NOT_WRITTEN, FAULT = "read", "refused", "not written", "exit 70"
OUTCOMES = (READ, REFUSED, NOT_WRITTEN, FAULT)


# --- what happens to the bytes of a file ------------------------------------------------------------------


def end_cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(1, len(data))]


def bytes_lost(data: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.choice((1, 3, 100))):
        at = chance.randrange(len(data))
        data = data[:at] + data[at + 1 :]
    return data


def line_ends_changed(data: bytes, chance: random.Random) -> bytes:
    pairs = ((b"\r\n", b"\n"), (b"\n", b"\r\n"), (b"\r", b"\n"), (b"\r\n", b"\r"))
    return data.replace(*chance.choice(pairs))


def bits_flipped(data: bytes, chance: random.Random) -> bytes:
    new = bytearray(data)
    for _ in range(chance.choice((1, 2, 20))):
        new[chance.randrange(len(new))] ^= 1 << chance.randrange(8)
    return bytes(new)


def block_zeroed(data: bytes, chance: random.Random) -> bytes:
    size = chance.choice((16, 512, 4096))
    at = chance.randrange(max(1, len(data) - size))
    return data[:at] + bytes(min(size, len(data) - at)) + data[at + size :]


# --- what happens to its parts, packed soundly again ------------------------------------------------------


def _of_parts(change: Callable[[Parts, random.Random], None]) -> Callable[[bytes, random.Random], bytes]:
    def damage(data: bytes, chance: random.Random) -> bytes:
        with ZipFile(BytesIO(data)) as package:
            parts = {name: package.read(name) for name in package.namelist()}
        change(parts, chance)
        out = BytesIO()
        with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=1) as package:
            for name, content in parts.items():
                package.writestr(name, content)
        return out.getvalue()

    return damage


def _some(parts: Parts, chance: random.Random, ending: str = "") -> str:
    return chance.choice([name for name in parts if name.endswith(ending)])


def _part_missing(parts: Parts, chance: random.Random) -> None:
    del parts[_some(parts, chance)]


def _part_emptied(parts: Parts, chance: random.Random) -> None:
    parts[_some(parts, chance)] = b""


def _part_cut(parts: Parts, chance: random.Random) -> None:
    name = _some(parts, chance)
    parts[name] = parts[name][: chance.randrange(len(parts[name]) + 1)]


def _xml_broken(parts: Parts, chance: random.Random) -> None:
    """A letter of the markup, or a whole tag, that is another one."""
    name = _some(parts, chance, ".xml")
    places = [found.start() for found in re.finditer(rb"[<>\"=/&]", parts[name])] or [0]
    at = chance.choice(places)
    new = chance.choice((b"", b"<", b"&", b"\0", b"<!-- ", b"<x>", b"</row>", b"<![CDATA[", "\u3000".encode()))
    parts[name] = parts[name][:at] + new + parts[name][at + 1 :]


def _values_wrong(parts: Parts, chance: random.Random) -> None:
    """Attributes that say what none may say: sound XML all the same."""
    name = _some(parts, chance, ".xml")
    for _ in range(chance.choice((1, 3))):
        places = list(re.finditer(rb'\s[\w:]+="([^"]*)"', parts[name]))
        if places:
            start, end = chance.choice(places).span(1)
            new = chance.choice((b"", b"-1", b"99999999", b"A0", b"x", b"1.5", b"XFE9", b"$A$1:$A$1048577", b"NaN"))
            parts[name] = parts[name][:start] + new + parts[name][end:]


def _element_missing(parts: Parts, chance: random.Random) -> None:
    """An element without children that is gone: a cell, a name, a format, a sheet of the list."""
    name = _some(parts, chance, ".xml")
    places = list(re.finditer(rb"<([\w:]+)\b[^<>]*(?:/>|>[^<]*</\1>)", parts[name]))
    if places:
        start, end = chance.choice(places).span()
        parts[name] = parts[name][:start] + parts[name][end:]


def _relation_wrong(parts: Parts, chance: random.Random) -> None:
    """A relation that leads nowhere, to another part, out of the file, or has another id or type."""
    name = _some(parts, chance, ".rels")
    places = list(re.finditer(rb'\b(Target|Id|Type)="([^"]*)"', parts[name]))
    if places:
        start, end = chance.choice(places).span(2)
        other = "/" + _some(parts, chance)
        new = chance.choice((b"NULL", b"", b"../../../x.xml", other.encode(), b"rId1", b"#a", b"file:///x"))
        parts[name] = parts[name][:start] + new + parts[name][end:]


def _types_wrong(parts: Parts, chance: random.Random) -> None:
    places = list(re.finditer(rb'\b(PartName|ContentType|Extension)="([^"]*)"', parts[TYPES]))
    start, end = chance.choice(places).span(2)
    new = chance.choice((b"", b"x", b"/xl/nothing.xml", b"application/xml"))
    parts[TYPES] = parts[TYPES][:start] + new + parts[TYPES][end:]


def _parts_swapped(parts: Parts, chance: random.Random) -> None:
    one, other = _some(parts, chance), _some(parts, chance)
    parts[one], parts[other] = parts[other], parts[one]


KINDS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "end cut": end_cut,
    "bytes lost": bytes_lost,
    "line ends changed": line_ends_changed,
    "bits flipped": bits_flipped,
    "block zeroed": block_zeroed,
    "part missing": _of_parts(_part_missing),
    "part emptied": _of_parts(_part_emptied),
    "part cut": _of_parts(_part_cut),
    "XML broken": _of_parts(_xml_broken),
    "values wrong": _of_parts(_values_wrong),
    "element missing": _of_parts(_element_missing),
    "relation wrong": _of_parts(_relation_wrong),
    "types wrong": _of_parts(_types_wrong),
    "parts swapped": _of_parts(_parts_swapped),
}


# --- what the commands make of it -------------------------------------------------------------------------


@dataclass(frozen=True)
class Ending:
    """How one command ended; ``said`` its message, or (FAULT) the traceback."""

    command: str
    outcome: str
    said: str = ""


class Bench:
    """A folder with a sound plan, a reply to it, and the commands that are tried on damaged copies of both."""

    def __init__(self, folder: Path):
        office = Office(small_plan()).send([TANAKA])
        self.master, self.reply = office.master(), office.books[TANAKA.mail]
        self._sound, self._replies, self._plan = folder / "master.xlsx", folder / "replies", folder / "plan.xlsx"
        self._sound.write_bytes(self.master)
        self._replies.mkdir()

    def tried_as_plan(self, data: bytes, number: int = 0) -> Iterator[Ending]:
        """The commands that read a plan, and of five that can be read two that are written, which takes longest."""
        self._plan.write_bytes(data)
        first = _ending("check", lambda: check(self._plan, "en"))
        yield first
        yield _ending("show", lambda: show(self._plan, "en"))
        if first.outcome != READ or number % 5 > 1:
            return
        if number % 5:
            yield _ending("regenerate", lambda: regenerate(self._plan, dry_run=True, words="en"))
        else:
            yield _ending("channels", lambda: switch_channels(self._plan, off=["webinar"], words="en"))
        if self._plan.read_bytes() != data:
            yield _ending("check of what was written", lambda: open_workbook(self._plan, "en"))
        shutil.rmtree(self._plan.with_name("plan.xlsx.backups"), ignore_errors=True)

    def tried_as_reply(self, data: bytes) -> Iterator[Ending]:
        """``collect`` of a damaged reply into a sound plan."""
        file = self._replies / "damaged.xlsx"
        file.write_bytes(data)
        self._sound.write_bytes(self.master)
        yield _ending("collect", lambda: _collected(self._sound, self._replies))
        shutil.rmtree(self._sound.with_name("master.xlsx.backups"), ignore_errors=True)

    def collected(self, **replies: bytes) -> Collected:
        """``collect`` of several replies, name → file."""
        self._sound.write_bytes(self.master)
        for file in self._replies.iterdir():
            file.unlink()
        for name, data in replies.items():
            (self._replies / f"{name}.xlsx").write_bytes(data)
        return collect(self._sound, [self._replies], words="en")


def small_plan() -> Plan:
    """A plan with two channels, of which one month is planned: made anew in half of the time."""
    plan, kept = quarter(months=1), ("web", "webinar")
    channels = tuple(replace(channel, share=1 / len(kept)) for channel in plan.channels if channel.id in kept)
    kpis = tuple(kpi for kpi in plan.kpis if kpi.channel in kept)
    return plan.with_(channels=channels, kpis=kpis, actuals={("web:sessions", 0): 5000.0})


def _collected(plan: Path, replies: Path) -> None:
    """One file that can't be read is told in the result."""
    done = collect(plan, [replies], words="en")
    reasons = [file.reason for file in done.files if file.reason]
    if any("Error" in reason or "Exception" in reason for reason in reasons):
        raise AssertionError(f"told by the name of an error: {reasons}")
    if reasons:
        raise BadFile(reasons[0])


def _ending(command: str, run: Callable[[], object]) -> Ending:
    try:
        run()
    except (BadFile, InputFaults) as problem:
        return Ending(command, REFUSED, message(problem, "en"))
    except (Refused, XlKpiError) as problem:
        return Ending(command, NOT_WRITTEN, message(problem, "en"))
    except Exception:
        return Ending(command, FAULT, traceback.format_exc())
    return Ending(command, READ)


def damaged(data: bytes, kind: str, seed: int) -> bytes:
    """A file with a damage of this kind; the same seed gives the same."""
    return KINDS[kind](data, random.Random(f"{kind} {seed}"))


def main(count: int, first: int = 0) -> None:
    """``count`` damages from number ``first`` on, each kind as often as the others, and the table."""
    table: Counter[tuple[str, str]] = Counter()
    shown: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        for number in range(first, first + count):
            kind, turn = [*KINDS][number % len(KINDS)], number // len(KINDS)
            as_reply = turn % 8 == 7
            data = damaged(bench.reply if as_reply else bench.master, kind, number)
            for ending in bench.tried_as_reply(data) if as_reply else bench.tried_as_plan(data, turn):
                table[kind, ending.outcome] += 1
                lines = ending.said.strip().splitlines()
                told = ending.outcome == FAULT or "Error)" in ending.said  # those that only the last net has caught
                if told and not shown[lines[-1]]:
                    shown[lines[-1]] += 1
                    print(f"--- {kind} {number} {ending.command}", *lines[-7:], sep="\n", flush=True)
            if number % 1000 == 999:
                print(f"{number + 1 - first:,}", file=sys.stderr, flush=True)
    print(f"{'':<20}" + "".join(f"{outcome:>14}" for outcome in OUTCOMES))
    for kind in KINDS:
        print(f"{kind:<20}" + "".join(f"{table[kind, outcome]:>14,}" for outcome in OUTCOMES))


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:] or ["10000"]))
