"""From the rows of a download to the figures of a plan: whose channel, which KPI, which month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from xl_kpi.calc.calendar import days_of_month, months_from
from xl_kpi.calc.number import exact
from xl_kpi.catalog.exports import figures_of, folded, signs, usual_channel
from xl_kpi.catalog.texts import LANGUAGES, text
from xl_kpi.errors import Fault, InputFaults, Joined, Words
from xl_kpi.exchange.columns import total_of
from xl_kpi.exchange.exports.export import Export, LeftOut
from xl_kpi.exchange.exports.origins import ANY, answered, fits, groups_of, pattern_of, question_of
from xl_kpi.exchange.exports.reading import one_line
from xl_kpi.plan.dictionary.shown import shown_kpis
from xl_kpi.plan.imported.figures import Batch, Figure
from xl_kpi.plan.imported.questions import Asked
from xl_kpi.plan.language import channel_called
from xl_kpi.plan.model import Kpi, Plan
from xl_kpi.plan.pages.tables import row_ids

if TYPE_CHECKING:
    import pandas as pd

LEAVE = "leave"  # the answer that some rows are not imported
NO_CHANNEL = "none"  # that they count over all channels alone
HOME = "JPY"
ORIGINS = "tbl_origins"
MOST_RATE = 10**6  # of exchange, either way: more is a slip
CHANNEL = "channel:"  # before a name: the question which channel it belongs to
_NAMES = ("campaign", "channel")  # roles whose words tell the channel


@dataclass(frozen=True)
class Sorted:
    """The figures of a file, the rows of it that no figure holds, its months outside the plan, what is worth a line."""

    batch: Batch
    left_out: tuple[LeftOut, ...]
    origins: Mapping[str, str]  # names that were answered → id of a channel or LEAVE
    outside: tuple[dt.date, ...] = ()
    notes: tuple[Words, ...] = ()


def sorted_figures(export: Export, plan: Plan, asked: Asked, *, channel: str = "", lang: str = "ja") -> Sorted:
    """The figures of a file for a plan.

    Arguments: ``export`` the file as it was read; ``asked`` the answers, which gets the questions; ``channel`` the id
    of the channel that all of it belongs to ("": told by the rules of the plan, else by the kind of the download).
    Equation: of each channel, KPI and month the sum of its rows, exactly; a KPI with no number in any row has no
    figure.
    Special cases: KPIs that no sheet of the plan shows, or that are computed, get none, nor do months outside the
    plan.  How much money in another currency is, is asked.
    """
    months = export.rows["day"].map({day: day.replace(day=1) for day in export.rows["day"].dropna().unique()})
    elsewhere = sorted({month for month in months.dropna().unique() if not is_inside(plan, month)})
    outside = months.isin(elsewhere)
    rows, origins = _with_channels(export, export.rows[~outside].copy(), plan, asked, channel)
    unused = rows["to"].isin([LEAVE, NO_CHANNEL])  # without a channel nothing of it is counted
    some = sorted({*rows["to"].unique()} - {"", LEAVE, NO_CHANNEL})
    strange = [one for one in some if not any(role in rows for role, _ in _roles(plan, one))]
    lost = rows["to"].isin(strange)
    left = [
        ("outside", export.rows.index[outside]),
        ("channel", rows.index[unused]),
        ("open", rows.index[rows["to"] == ""]),
        ("figures", rows.index[lost]),
    ]
    rates = _rates(export, rows[~unused & ~lost], asked) if len(rows) > (unused | lost).sum() else {}
    found = tuple(_figures(export, plan, rows[~unused & ~lost & (rows["to"] != "")], rates))
    return Sorted(
        Batch(export.file, export.called(lang), found),
        tuple(LeftOut(reason, len(which), int(min(which))) for reason, which in left if len(which)),
        origins,
        tuple(elsewhere),
        tuple(without_figures(plan, one, int((rows["to"] == one).sum())) for one in strange),
    )


def typed_kpis(plan: Plan) -> dict[str, dict[str, Kpi]]:
    """Of each channel that is on the KPIs that a file may have an actual of, by their ids."""
    return {one.id: {kpi.id: kpi for kpi in shown_kpis(plan, one) if kpi.actual == "input"} for one in plan.channels_on}


def _roles(plan: Plan, channel: str) -> Iterator[tuple[str, str]]:
    """Role of a column → KPI of the channel whose actual it is."""
    typed = typed_kpis(plan).get(channel, {})
    return ((role, kpi) for role, kpi in figures_of(channel).items() if kpi in typed)


def without_figures(plan: Plan, channel: str, count: int) -> Words:
    """That so many rows belong to a channel of which the file counts nothing, and what it would have to count."""
    kpis = dict.fromkeys(kpi for _, kpi in _roles(plan, channel))
    named = Joined(tuple(typed_kpis(plan)[channel][kpi].name for kpi in kpis), Words("list_comma"))
    key = "no_figures" if kpis else "no_kpis" if any(one.id == channel for one in plan.channels_on) else "channel_off"
    return Words(f"import_{key}", channel=channel_called(plan, channel), count=f"{count:,}", kpis=named)


def is_inside(plan: Plan, month: dt.date) -> bool:
    """Whether a month is one of the plan's."""
    return 0 <= months_from(plan.start, month) < plan.months


def _with_channels(
    export: Export, rows: pd.DataFrame, plan: Plan, asked: Asked, channel: str
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Some rows with a column ``to``: the id of their channel, "" while it is open; and what was answered.

    Special cases: to choose from are the channels of which the file counts something; all where it counts nothing.
    """
    usual = usual_channel(export.kind)
    known = [one.id for one in plan.channels_on if figures_of(one.id)]
    offered = [one for one in known if any(role in rows for role, _ in _roles(plan, one))] or known
    role = next((role for role in _NAMES if role in rows), "")
    if export.block.map and "channel" not in rows and "platform" in rows and rows["platform"].nunique() > 1:
        role = "platform"  # a list by hand has trade shows and webinars among its media
    origins: dict[str, str] = {}
    if channel or not role:
        rows["to"] = channel or (
            usual if usual in known else asked.ask("channel", which_channel(export.file), *offered, LEAVE)
        )
        return rows, origins
    rules = channel_rules(plan)
    to: dict[str, str] = {}
    open_: dict[str, int] = {}
    for name, count in rows[role].value_counts(sort=False).items():
        to[name] = next((id_ for pattern, id_ in rules if fits(name, pattern)), "")
        if to[name] and asked.answers.get(id_ := CHANNEL + pattern_of(name)) == to[name]:
            asked.used.add(id_)  # the table says the same
        if not to[name] and usual in known and role == "campaign":
            to[name] = usual
        if not to[name]:
            open_[name] = count
    told, origins = channels_told(open_, asked, (*offered, LEAVE))
    to |= told
    rows["to"] = rows[role].map(to)
    return rows, origins


def channels_told(
    names: Mapping[str, int], asked: Asked, choices: tuple[str, ...]
) -> tuple[dict[str, str], dict[str, str]]:
    """What was answered about names that nothing in the plan tells: name → its channel ("" while open), and what is
    to be remembered: name or pattern → channel.

    Arguments: ``names`` name → how often it occurs; ``choices`` ids of channels and LEAVE.
    """
    to: dict[str, str] = {}
    origins: dict[str, str] = {}
    for group in groups_of(names):
        for name, pattern in group.names.items():
            to[name], given = answered(name, asked, choices, CHANNEL)
            if to[name]:
                # Of the rest every name is remembered by itself: others to come are asked about.
                origins[pattern if given == ANY else given] = to[name]
        if not all(to[name] for name in group.names):
            asked.ask(CHANNEL + group.pattern, question_of(group), *choices)
    return to, dict(sorted(origins.items(), key=lambda one: ANY in one[0]))  # names go before patterns they fit


def which_channel(name: str) -> Words:
    return Words("import_ask_channel", name=name)


def channel_rules(plan: Plan) -> list[tuple[str, str]]:
    """Pattern → id of a channel or LEAVE, in the order of the table; a channel is named by its id or its name.

    Errors: InputFaults for channels that the plan does not have.
    """
    ids = {folded(word): one.id for one in plan.channels for word in (one.id, one.name)}
    ids |= {folded(word): LEAVE for word in (LEAVE, *leave_words())}
    ids |= {folded(word): NO_CHANNEL for word in (NO_CHANNEL, *(text("origins_none", lang) for lang in LANGUAGES))}
    rows = [
        (id_, row["pattern"], row["channel"])
        for id_, row in plan.tables.get(ORIGINS, {}).items()
        if row.get("pattern") and row.get("channel")
    ]
    besides = (text("origins_leave", plan.lang), text("origins_none", plan.lang))
    known = ", ".join([*(one.name for one in plan.channels_on), *besides])
    faults = [
        Fault(channel, Words("import_origin_unknown", known=known), cell=f"{ORIGINS}[{id_}].channel")
        for id_, _, channel in rows
        if folded(channel) not in ids
    ]
    if faults:
        raise InputFaults(faults)
    return [(pattern, ids[folded(channel)]) for _, pattern, channel in rows]


def leave_words() -> tuple[str, ...]:
    """What stands in the table for campaigns that are not imported, in each language."""
    return tuple(text("origins_leave", lang) for lang in LANGUAGES)


def with_origins(plan: Plan, origins: Mapping[str, str], known_rows: Collection[str] = ()) -> Plan:
    """The plan with the answers about names in its table, so that they are not asked again.

    Arguments: ``origins`` name → id of a channel or LEAVE; ``known_rows`` ids of rows that the table has had.
    """
    if not origins:
        return plan
    called = {one.id: one.name for one in plan.channels}
    called |= {LEAVE: text("origins_leave", plan.lang), NO_CHANNEL: text("origins_none", plan.lang)}
    rows = dict(plan.tables.get(ORIGINS, {}))
    for id_, (name, to) in zip(row_ids([*rows, *known_rows], len(origins)), origins.items(), strict=True):
        rows[id_] = {"pattern": name, "channel": called[to]}
    return plan.with_(tables={**plan.tables, ORIGINS: rows})


Rates = Mapping[str, Fraction]  # code of a currency → how much of the plan's currency one unit of it is


def _rates(export: Export, rows: pd.DataFrame, asked: Asked) -> Rates | None:
    """The rate of each currency of the rows that are taken; None while one is open."""
    if not any(role in rows for role in signs().money):
        return {}
    rates: dict[str, Fraction] = {}
    codes = sorted(rows["currency"].unique()) if export.is_mixed else [export.currency]
    for code in codes:
        if code in ("", HOME):
            rates[code] = Fraction(1)
            continue
        text = Words("import_ask_rate", currency=code)
        rate = asked.ask_number(f"rate:{code}", text, low=MOST_RATE**-1, high=MOST_RATE)
        if rate is not None:
            rates[code] = exact(rate)
    return rates if len(rates) == len(codes) else None


def _total(export: Export, rows: pd.DataFrame, role: str, rates: Rates) -> Fraction:
    """The exact sum of a column, money in the plan's currency."""
    numbers = rows[role].dropna()
    if role not in signs().money:
        return total_of(numbers)
    if not export.is_mixed:
        return total_of(numbers) * rates[export.currency]
    codes = rows.loc[numbers.index, "currency"]
    return sum((total_of(own) * rates[code] for code, own in numbers.groupby(codes)), Fraction(0))


def _figures(export: Export, plan: Plan, rows: pd.DataFrame, rates: Rates | None) -> Iterator[Figure]:
    days = rows["day"].dropna()
    months = days.map({day: day.replace(day=1) for day in days.unique()})
    roles = {one: tuple(_roles(plan, one)) for one in rows["to"].unique()}
    for (channel, month), part in rows.loc[days.index].groupby([rows.loc[days.index, "to"], months], sort=True):
        done: set[str] = set()
        first, last = _covered(export, month, part)
        names = _names(part)
        for role, kpi in roles[channel]:
            if role not in part or kpi in done:
                continue
            count = int(part[role].notna().sum())
            if count and (rates is not None or role not in signs().money):
                done.add(kpi)
                total = _total(export, part, role, rates or {})
                where = _first_part(export, part, role)
                yield Figure(str(channel), kpi, month, total, first, last, count, names, first_part=where)


def _first_part(export: Export, rows: pd.DataFrame, role: str) -> Words | None:
    """Where the first count stands that is no whole number; None where there is none, and of money."""
    column = export.block.column(role)
    if column is None or role in signs().money:
        return None
    for row, value in rows[role].dropna().items():
        if value.denominator > 1:
            about = {"column": one_line(column.word), "value": f"{float(value):,.10g}"}
            return Words("import_first_part", row=int(row), **about)
    return None


def _names(rows: pd.DataFrame) -> frozenset[str]:
    """Whose numbers the rows are: accounts and campaigns, or the sources of visits."""
    roles = [role for role in ("account", *_NAMES) if role in rows]
    found = rows[roles].drop_duplicates().itertuples(index=False) if roles else ()
    return frozenset(filter(None, ("/".join(filter(None, map(str, one))) for one in found)))


def _covered(export: Export, month: dt.date, rows: pd.DataFrame) -> tuple[dt.date, dt.date]:
    """First and last day of the month that the file covers: as it says above its table, else from its rows."""
    end = month.replace(day=days_of_month(month))
    if export.monthly:
        return month, end
    if export.period is not None:
        return max(month, export.period[0]), min(end, export.period[1])
    return min(rows["day"].unique()), max(rows["until"].unique())
