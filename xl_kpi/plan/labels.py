"""A stable key in words: 広告 › クリック › 2026/05 実績, as 履歴, 保管 and messages say it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from xl_kpi.catalog import text
from xl_kpi.plan.entries import parsed_actual
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Value

_ROW = re.compile(r"(tbl_\w+)\[([^\]]*)\](?:\.(\w+))?")
# What the columns of a table are called, where it is not the table's own word and the column's.
_COLUMNS = {
    "tbl_stages.lag": "label_lag", "tbl_stages.name": "label_name", "tbl_channels.name": "label_name",
    "tbl_channels.unit_cost": "channel_cost", "tbl_channels.stage": "channel_stage",
    "tbl_pipeline": "pipeline_open", "tbl_season": "section_season",
}  # fmt: skip
_WORDS = {"tbl_stages": "stage", "tbl_channels": "channel", "tbl_kpis": "kpi", "tbl_agreement": "agreement"}


def label(key: str, plan: Plan, last: Mapping[str, Value] | None = None, *, month: bool = True) -> str:
    """The entry ``key`` in the plan's language.

    Arguments: ``last`` earlier entries, where the names of rows stand that the plan no longer has; ``month=False``
    leaves the month of an actual out.
    Special cases: a key that is none of ours is its own label.
    Example: ``label("tbl_stages[mql].rate", plan)`` is "MQL › 次の段階への転換率".
    """
    lang, names = plan.lang, _Names(plan, last or {})
    actual, row = parsed_actual(key), _ROW.fullmatch(key)
    if actual:
        what, first = actual
        owner, _, kpi = what.partition(":")
        place = names.stage(kpi) if owner == "stage" else _joined(names.channel(owner), names.kpi(owner, kpi))
        words = text("label_actual_in", lang, month=f"{first:%Y/%m}") if month else text("row_actual", lang)
        return _joined(place, words)
    if not row:
        return _known(f"label_{key}", lang) or key
    table, id_, column = row.groups()
    if table == "tbl_season":
        return _joined(text(_COLUMNS[table], lang), text("label_month", lang, month=id_))
    if table == "tbl_pipeline":
        return _joined(names.stage(id_), text(_COLUMNS[table], lang))
    return _joined(names.row(table, id_), _column(table, column or "", lang))


def _joined(*parts: str) -> str:
    return " › ".join(part for part in parts if part)


def _known(key: str, lang: str) -> str:
    try:
        return text(key, lang)
    except KeyError:
        return ""


def _column(table: str, column: str, lang: str) -> str:
    key = _COLUMNS.get(f"{table}.{column}") or f"{_WORDS.get(table, '')}_{column}"
    return _known(key, lang) or column


class _Names:
    """Names of stages, channels and KPIs: the plan's, else those of earlier entries, else the ids."""

    def __init__(self, plan: Plan, last: Mapping[str, Value]):
        self.plan, self.last = plan, last
        self.stages = {stage.id: stage.name for stage in plan.stages}
        self.channels = {channel.id: channel.name for channel in plan.channels}
        self.kpis = {(kpi.channel, kpi.id): kpi.name(plan.lang) for kpi in plan.kpis}

    def stage(self, id_: str) -> str:
        if id_ == "revenue":
            return text("kind_revenue", self.plan.lang)
        return self.stages.get(id_) or str(self.last.get(f"tbl_stages[{id_}].name") or id_)

    def channel(self, id_: str) -> str:
        return self.channels.get(id_) or str(self.last.get(f"tbl_channels[{id_}].name") or id_)

    def kpi(self, channel: str, id_: str) -> str:
        earlier = self.last.get(f"tbl_kpis[{channel}.{id_}].name_{self.plan.lang}")
        return self.kpis.get((channel, id_)) or str(earlier or id_)

    def row(self, table: str, id_: str) -> str:
        if table == "tbl_stages":
            return self.stage(id_)
        if table == "tbl_channels":
            return self.channel(id_)
        kind, colon, rest = id_.partition(":")
        if table == "tbl_agreement" and colon:
            return _joined(
                text("sheet_agreement", self.plan.lang), self.stage(rest) if kind == "stage" else self.channel(rest)
            )
        channel, dot, kpi = id_.partition(".")
        return _joined(self.channel(channel), self.kpi(channel, kpi)) if dot else id_
