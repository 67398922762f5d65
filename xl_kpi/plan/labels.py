"""A stable key in words: 広告 › クリック › 2026/05 実績, as 履歴, 保管 and messages say it."""

from __future__ import annotations

from collections.abc import Mapping

from xl_kpi.catalog import LANGUAGES, is_text
from xl_kpi.errors import Joined, Phrase, Words
from xl_kpi.plan.fields import find_field
from xl_kpi.plan.keys import AGREEMENT, CHANNELS, KPIS, PIPELINE, RATES, SEASON, STAGES, EntryKey
from xl_kpi.plan.model import EXISTING_ROW, MONEY_ROWS, Plan
from xl_kpi.plan.pages.tables import find_table
from xl_kpi.plan.records import Value

_WORDS = {"tbl_stages": "stage", "tbl_channels": "channel", "tbl_kpis": "kpi", "tbl_agreement": "agreement"}


def label(key: str, plan: Plan, last: Mapping[str, Value] | None = None, *, month: bool = True) -> Phrase:
    """The entry ``key`` as people call it, in any language.

    Arguments: ``last`` earlier entries, where the names of rows stand that the plan no longer has; ``month=False``
    leaves the month of an actual out.
    Special cases: a key that is none of ours is its own label.
    Example: ``label("tbl_stages[mql].rate", plan)`` is said as "MQL › 次の段階への転換率".
    """
    names = _Names(plan, last or {})
    entry = EntryKey.parse(key)
    if entry.is_actual:
        owner, id_ = entry.owner, entry.id
        place = names.stage(id_) if owner == "stage" else _joined(names.channel(owner), names.kpi(owner, id_))
        words = Words("label_actual_in", month=f"{entry.month:%Y/%m}") if month else Words("row_actual")
        return _joined(place, words)
    if entry.row is None:
        return label_of_single(key)
    if entry.table == SEASON:
        return _joined(_column(entry), Words("label_month", month=entry.row))
    if entry.table == PIPELINE:
        return _joined(names.stage(entry.row), _column(entry))
    return _joined(names.row(entry), _column(entry))


def column_label(key: str) -> Phrase:
    """What the column of an entry is called, a single entry's own name: 割合, 目標値."""
    entry = EntryKey.parse(key)
    return _column(entry) if entry.row is not None else label_of_single(key)


def row_label(key: str, plan: Plan) -> Phrase:
    """What the row of an entry is called: the name of its stage, channel or KPI."""
    entry, names = EntryKey.parse(key), _Names(plan, {})
    return names.stage(entry.row or "") if entry.table == PIPELINE else names.row(entry)


def label_of_single(key: str) -> Phrase:
    """The name of a single entry; a key that is none of ours is its own."""
    one = find_field(EntryKey(key))
    words = one.label if one and one.label else f"label_{key}"
    return Words(words) if is_text(words) else key


def _joined(*parts: Phrase) -> Joined:
    return Joined(tuple(part for part in parts if part), " › ")


def _column(entry: EntryKey) -> Phrase:
    """What the column is called: by the table of what can be typed, else by the table's own word and the column's."""
    field = find_field(entry)
    key = field.label if field and field.label else f"{_WORDS.get(entry.table, '')}_{entry.column}"
    return Words(key) if is_text(key) else entry.column


class _Names:
    """Names of stages, channels and KPIs: the plan's, else those of earlier entries, else the ids."""

    def __init__(self, plan: Plan, last: Mapping[str, Value]):
        self.plan, self.last = plan, last
        self.stages = {stage.id: stage.name for stage in plan.stages}
        self.channels = {channel.id: channel.name for channel in plan.channels}
        self.kpis = {(kpi.channel, kpi.id): {lang: kpi.name(lang) for lang in LANGUAGES} for kpi in plan.kpis}

    def stage(self, id_: str) -> Phrase:
        if f"stage:{id_}" == EXISTING_ROW:
            return Words("section_existing")
        if id_ in MONEY_ROWS:
            return Words(f"kind_{id_}")
        return self.stages.get(id_) or str(self.last.get(f"tbl_stages[{id_}].name") or id_)

    def channel(self, id_: str) -> str:
        return self.channels.get(id_) or str(self.last.get(f"tbl_channels[{id_}].name") or id_)

    def kpi(self, channel: str, id_: str) -> Phrase:
        row = f"tbl_kpis[{channel}.{id_}]"
        return self.kpis.get((channel, id_)) or {
            lang: str(self.last.get(f"{row}.name_{lang}") or id_) for lang in LANGUAGES
        }

    def row(self, entry: EntryKey) -> Phrase:
        row = entry.row or ""
        if table := find_table(entry.table):
            lead = self.plan.tables.get(entry.table, {}).get(row, {}).get(table.lead)
            lead = lead or self.last.get(EntryKey(entry.table, row).beside(table.lead))
            return _joined(Words(f"sheet_{table.page}"), str(lead or ""))
        if entry.table == STAGES:
            return self.stage(row)
        if entry.table == CHANNELS:
            return self.channel(row)
        if entry.table == AGREEMENT and entry.owner:
            name = self.stage(entry.id) if entry.owner == "stage" else self.channel(entry.id)
            return _joined(Words("sheet_agreement"), name)
        if entry.table == KPIS and entry.owner:
            return _joined(self.channel(entry.owner), self.kpi(entry.owner, entry.id))
        if entry.table == RATES and entry.owner:
            return _joined(self.channel(entry.owner), self.stage(entry.id))
        return row
