"""Rates of channels (tbl_rates on チャネル), and where they come from."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import replace

from xl_kpi.errors import Words
from xl_kpi.plan.fields import field_of
from xl_kpi.plan.input.raw_values import number_of
from xl_kpi.plan.input.reading import read_rate
from xl_kpi.plan.keys import CHANNELS, RATES, rate_key
from xl_kpi.plan.model import Channel, Stage
from xl_kpi.plan.records import Value
from xl_kpi.workbook.addresses import relative
from xl_kpi.workbook.cells.grid import RATES_BASIS, RATES_OF, STEPS
from xl_kpi.workbook.reading.entry_reader import Entries, as_text
from xl_kpi.workbook.reading.tables import CellAddress, has_name, named_range

_BASIS = f"{CHANNELS}.rate_basis"


def read_rates(
    entries: Entries,
    channels: tuple[Channel, ...],
    stages: tuple[Stage, ...],
    last: Mapping[str, Value],
    homeless: MutableMapping[str, Value],
) -> tuple[dict[tuple[str, str], float], tuple[Channel, ...]]:
    """The rates of channels, and the channels with the basis of theirs.

    Arguments: ``last`` the entries as the last command left them; ``homeless`` takes the entries of a channel or stage
    that is gone.
    The table's second row says of which stage each column is, and which one is that of the basis.
    Special cases: older workbooks have no such table, or no such column; a basis whose cell is gone is what it was.
    """
    if not has_name(entries.book, RATES):
        return {}, channels
    area = named_range(entries.book, RATES, entries.file)
    rows = area.options(ndim=2).value
    steps = next((row for row in rows if row[0] == STEPS), [None] * len(rows[0]))
    known = {channel.id for channel in channels}, {stage.id for stage in stages[:-1]}
    entries.note(RATES, CellAddress(area.sheet.name, relative(area.row, area.column + 1)))
    found, basis = {}, {}
    for down, row in enumerate(rows):
        _, ours, channel_id = as_text(row[0]).partition(RATES_OF)
        if not ours:  # a row of other rates; without any id one that was put in between
            typed = (right for right, raw in enumerate(row[1:], 1) if steps[right] and number_of(raw) is not None)
            if not as_text(row[0]) and (right := next(typed, 0)):
                place = CellAddress(area.sheet.name, relative(area.row + down, area.column + right))
                entries.fault(as_text(row[right]), Words("reader_rates_row"), place)
            continue
        for right, stage_id in enumerate(map(as_text, steps[1:]), 1):
            if not stage_id:
                continue
            place = CellAddress(area.sheet.name, relative(area.row + down, area.column + right))
            if stage_id == RATES_BASIS:
                basis[channel_id] = _basis(entries, channel_id, as_text(row[right]), place)
                continue
            key = rate_key(channel_id, stage_id)
            entries.note(key, place)
            rate = entries.read(row[right], place, read_rate, {"optional": True})
            if rate is not None and channel_id in known[0] and stage_id in known[1]:
                found[channel_id, stage_id] = rate
            elif rate is not None:
                homeless[key] = rate
    homeless.update({_key(gone): basis[gone] for gone in basis if basis[gone] and gone not in known[0]})
    before = {one.id: str(last.get(_key(one.id)) or "") for one in channels}
    return found, tuple(replace(one, rate_basis=basis.get(one.id, before[one.id])) for one in channels)


def _basis(entries: Entries, channel_id: str, words: str, place: CellAddress) -> str:
    """Where a channel's own rates come from; "" where nobody says."""
    entries.note(_key(channel_id), place)
    return (entries.listed(words, field_of(_BASIS).choices, place) if words else None) or ""


def _key(channel_id: str) -> str:
    return f"{CHANNELS}[{channel_id}].rate_basis"
