"""Which figures of a plan are still examples, and what they are called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from xl_kpi.errors import Joined, Phrase, Words
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.fields import find_field
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.input.wording import percent
from xl_kpi.plan.keys import CHANNELS, PIPELINE, STAGES, EntryKey
from xl_kpi.plan.labels import column_label, row_label
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Value
from xl_kpi.plan.same_value import same

BLOCKS = ("", STAGES, PIPELINE, CHANNELS)  # the tables whose figures stand together, in the order of the pages
MARKS, OFF = "example_marks", "off"  # the entry by which a person says that the figures left are their own


def as_template(plan: Plan) -> Plan:
    """The plan with each of its figures an example.

    Arguments: ``plan`` as a template says it.  Result: the same with ``examples``.
    Example: of the template c1 the goal, the rate and the days are examples, and the share of its one channel.
    """
    return plan.with_(examples={key: value for key, value in entries_of(plan).items() if _is_figure(key)})


def without(plan: Plan, given: Iterable[str]) -> Plan:
    """The plan in which some entries are no examples: somebody has given them, be it with the same value."""
    told = set(given)
    return plan.with_(examples={key: value for key, value in plan.examples.items() if key not in told})


def following(plan: Plan, changed: Mapping[str, Value]) -> dict[str, Value]:
    """The examples after a command has changed entries by itself: what it made of an example is one still."""
    return {key: changed.get(key, value) for key, value in kept(plan).items()}


def kept(plan: Plan) -> dict[str, Value]:
    """The entries that still say what the template said, with their values: what the workbook remembers.

    In the order of the pages, as a workbook gives them back: of a template they come as its source has them.
    Special cases: those of channels that are off are kept, so that they are examples again when the channel is on.
    """
    if not plan.examples:
        return {}
    now = entries_of(plan)
    found = {key: value for key, value in plan.examples.items() if same(value, now.get(key))}
    return dict(sorted(found.items(), key=lambda item: BLOCKS.index(table_of(item[0]))))


def remaining(plan: Plan) -> dict[str, Value]:
    """The figures that are to be replaced: the kept ones in use, none where a person has said that they are theirs.

    Special cases: the share of the only channel of its stage is 100 % in every company.
    Equation: kept entries − those of channels that are off − such shares; none where ``example_marks`` is "off".
    Example: the default plan with its goal replaced: order value, rates, days, pipeline, shares, costs, limits.
    """
    if plan.settings.get(MARKS) == OFF:
        return {}
    beside = Counter(channel.stage for channel in plan.channels_on)
    rows = {channel.id: channel for channel in plan.channels}

    def is_used(entry: EntryKey) -> bool:
        if entry.table != CHANNELS:
            return True
        channel = rows[str(entry.row)]
        return channel.on and (entry.column != "share" or beside[channel.stage] > 1)

    return {key: value for key, value in kept(plan).items() if is_used(EntryKey.parse(key))}


def table_of(key: str) -> str:
    """The table of an entry, "" for one of 設定: the figures of a table stand in one block."""
    entry = EntryKey.parse(key)
    return entry.table if entry.row is not None else ""


def kinds(keys: Iterable[str]) -> Phrase:
    """Figures in words, each column once: 目標値、受注単価、割合."""
    names = {EntryKey.parse(key).kind: column_label(key) for key in keys}
    return Joined(tuple(names.values()), Words("list_comma"))


def listed(keys: Iterable[str], plan: Plan) -> Phrase:
    """Figures in words, each by its name, those of a column together: 目標値、割合（Webサイト、広告）."""
    columns: dict[str, list[str]] = {}
    for key in keys:
        columns.setdefault(EntryKey.parse(key).kind, []).append(key)
    return Joined(tuple(_column(found, plan) for found in columns.values()), Words("list_comma"))


def _column(keys: list[str], plan: Plan) -> Phrase:
    if EntryKey.parse(keys[0]).row is None:
        return column_label(keys[0])
    rows = Joined(tuple(row_label(key, plan) for key in keys), Words("list_comma"))
    return Words("example_rows", column=column_label(keys[0]), rows=rows)


def said(key: str, value: Value) -> str:
    """A figure as a person writes it: rates and shares in percent."""
    field = find_field(EntryKey.parse(key))
    if field is not None and field.format.startswith("rate") and isinstance(value, (int, float)):
        return percent(value)
    return shown(value)


def _is_figure(key: str) -> bool:
    field = find_field(EntryKey.parse(key))
    return field is not None and field.figure
