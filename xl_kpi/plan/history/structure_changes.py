"""What changed in the structure of a plan, in words: rows that came, went or got another name, period, language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from xl_kpi.calc import month_start
from xl_kpi.catalog import text
from xl_kpi.plan.keys import CHANNELS, KPIS, STAGES, EntryKey
from xl_kpi.plan.model import Plan
from xl_kpi.plan.money.cells import YEN
from xl_kpi.plan.records import Value
from xl_kpi.plan.stages.effect import stage_changes
from xl_kpi.plan.stages.steps import FormerStages, Funnel

_NAMED = (("stage", STAGES, "name"), ("channel", CHANNELS, "name"), ("kpi", KPIS, "name_{lang}"))
_SINGLE = ("plan_start", "plan_months", "plan_lang", "kgi_kind", "currency_unit")


def structure(
    before: Mapping[str, Value], after: Mapping[str, Value], plan: Plan, former: FormerStages | None = None
) -> list[str]:
    """One sentence for each change, in the plan's language.

    Arguments: ``before`` and ``after`` entries of two states (``entries_of``); ``former`` the stages before (None:
    not known).
    Special cases: nothing is said where ``before`` is empty, because then it is not known.
    """
    if not before:
        return []
    stages = stage_changes(plan, Funnel(plan.stages, former, before)) if former and former.before else ()
    return [*stages, *_sentences(before, after, plan)]


def _sentences(before: Mapping[str, Value], after: Mapping[str, Value], plan: Plan) -> Iterator[str]:
    lang = plan.lang
    for key in _SINGLE:
        if before.get(key) != after.get(key):
            words = {"old": _word(key, before.get(key), lang), "new": _word(key, after.get(key), lang)}
            yield text("structure_single", lang, label=text(f"label_{key}", lang), **words)
    if _apart(before, after):
        yield text("structure_other_months", lang)
    if any(before.get(key) != after.get(key) for key in ("plan_start", "plan_months")):
        for first, last in _left(plan):
            yield text("structure_closed_left", lang, months=first if first == last else f"{first} – {last}")
    for kind, table, column in _NAMED:
        old, new = (_names(entries, table, column.format(lang=lang)) for entries in (before, after))
        for id_ in [*new, *(one for one in old if one not in new)]:
            values = {"old": old.get(id_), "new": new.get(id_)}
            if kind == "stage" and not (id_ in old and id_ in new):
                continue  # told with its neighbours
            if id_ not in old:
                yield text(f"structure_{kind}_added", lang, **values)
            elif id_ not in new:
                yield text(f"structure_{kind}_removed", lang, **values)
            elif old[id_] != new[id_]:
                yield text(f"structure_{kind}_renamed", lang, **values)
            if kind == "channel" and id_ in old and id_ in new:
                on = after.get(f"{table}[{id_}].on")
                if on != before.get(f"{table}[{id_}].on"):
                    yield text("structure_channel_on" if on else "structure_channel_off", lang, **values)


def _left(plan: Plan) -> Iterator[tuple[str, str]]:
    """The closed months that are none of the plan's, before its start and behind its end: the first and the last."""
    agreed = plan.agreed
    months = sorted({month for _, month in agreed.months if month < agreed.ever and not 0 <= month < plan.months})
    for side in ([month for month in months if month < 0], [month for month in months if month >= 0]):
        if side:
            first, last = (month_start(plan.start, month) for month in (side[0], side[-1]))
            yield f"{first:%Y/%m}", f"{last:%Y/%m}"


def _apart(before: Mapping[str, Value], after: Mapping[str, Value]) -> bool:
    """Whether two states have no month in common."""
    periods: list[tuple[dt.date, int]] = []
    for state in (before, after):
        start, months = state.get("plan_start"), state.get("plan_months")
        if not isinstance(start, dt.date) or not isinstance(months, (int, float)):
            return False
        periods.append((start, int(months)))
    (first, length), (second, _) = sorted(periods)
    return month_start(first, length) <= second


def _names(entries: Mapping[str, Value], table: str, column: str) -> dict[str, str]:
    """Id → name of each row of a table."""
    found: dict[str, str] = {}
    begin = f"{table}["
    for key, value in entries.items():
        if not key.startswith(begin):
            continue
        entry = EntryKey.parse(key)
        if entry.table == table and entry.row is not None:
            found.setdefault(entry.row, entry.row)
            if entry.column == column:
                found[entry.row] = str(value)
    return found


def _word(key: str, value: Value, lang: str) -> str:
    if isinstance(value, dt.date):
        return f"{value:%Y/%m}"
    if key == "currency_unit":
        return text(f"currency_{value or YEN}", lang)
    if key in ("plan_lang", "kgi_kind") and value:
        return text(f"{key.partition('_')[2]}_{value}", lang)
    return "" if value is None else str(value)
