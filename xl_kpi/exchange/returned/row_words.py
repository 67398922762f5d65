"""The words beside the ids of a returned workbook: where they are those of another row, ids and rows have parted.

Who sorts a table without its hidden column of ids, or makes two ids change places, would put numbers into rows
that nobody typed them for.  Rows that moved with their id keep their words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xl_kpi import catalog
from xl_kpi.catalog import text
from xl_kpi.plan.agreement import items
from xl_kpi.plan.model import MONEY_ROWS, Plan
from xl_kpi.workbook.reading.entry_reader import as_text

# id of a row → text key of a column's header → the word that was sent there
Words = Mapping[str, Mapping[str, str]]
COLUMNS = 3  # beside the ids, in which these words stand


@dataclass(frozen=True)
class Parted:
    """A word that belongs to another row than the id beside it: where in the block it stands, and which it is."""

    row: int
    column: int
    word: str


def words_of_block(plan: Plan, owner: str) -> Words:
    """The words of a block of actuals; ``owner`` "stage" or a channel's id."""
    kinds = {side: text(f"row_{side}", plan.lang) for side in ("target", "actual", "attainment")}
    if owner == "stage":
        names = {stage.id: stage.name for stage in plan.stages}
        money = _unit(plan, "yen")
        names.update({kind: text(f"row_{kind}", plan.lang, unit=money) for kind in (*MONEY_ROWS, "existing")})
        return {
            **{f"stage:{id_}:actual": {"column_stage": name, "column_kind": kinds["actual"]}
               for id_, name in names.items()},
            **{f"stage:{id_}:attainment": {"column_kind": kinds["attainment"]} for id_ in names},
        }  # fmt: skip
    found: dict[str, Mapping[str, str]] = {}
    for kpi in plan.kpis:
        if kpi.channel == owner:
            unit = _unit(plan, kpi.unit)
            note = text("row_owner", plan.lang, owner=kpi.owner) if kpi.owner else ""
            found[f"{kpi.id}:target"] = {
                "column_kpi": kpi.name(plan.lang), "column_kind": kinds["target"], "kpi_unit": unit,
            }  # fmt: skip
            found[f"{kpi.id}:actual"] = {"column_kpi": note, "column_kind": kinds["actual"], "kpi_unit": unit}
            found[f"{kpi.id}:attainment"] = {"column_kind": kinds["attainment"], "kpi_unit": "%"}
    return found


def words_of_answers(plan: Plan) -> dict[str, str]:
    """What each row of 合意 is called."""
    names = {}
    for item in items(plan):
        stage = plan.stages[item.stage].name
        if item.channel is None:
            names[item.key] = text("agreement_stage", plan.lang, stage=stage)
        else:
            channel = plan.channels[item.channel].name
            names[item.key] = text("agreement_channel", plan.lang, channel=channel, stage=stage)
    return names


def parted(words: Words, header: Sequence[Any], rows: Iterable[tuple[int, str, Sequence[Any]]]) -> dict[str, Parted]:
    """The ids beside which stands a word that was sent beside another id of the block.

    Arguments: ``header`` the first line of the block; ``rows`` number in the block, id and line.
    Special cases: a word that was sent nowhere in the block says nothing: somebody has written a note; nor is
    anything known of a row that the plan has lost since.
    """
    columns = _columns(header)
    sent = {key: {word for each in words.values() if (word := each.get(key))} for key in columns}
    found: dict[str, Parted] = {}
    for number, id_, line in rows:
        if id_ not in words or id_ in found:
            continue
        for key, column in columns.items():
            word = as_text(line[column])
            if word in sent[key] and word != words[id_].get(key):
                found.setdefault(id_, Parted(number, column, word))
    return found


def _columns(header: Sequence[Any]) -> dict[str, int]:
    """Where the columns with words are, whichever of our languages their headers are in."""
    names = {
        text(key, lang): key
        for key in ("column_kpi", "column_stage", "column_kind", "kpi_unit")
        for lang in catalog.LANGUAGES
    }
    found: dict[str, int] = {}
    for column, word in enumerate(header):
        if isinstance(word, str) and word.strip() in names:
            found.setdefault(names[word.strip()], column)
    return found


def _unit(plan: Plan, unit: str) -> str:
    """A unit as the pages show it: money in that of the plan."""
    if unit == "yen":
        return text(f"currency_{plan.currency_unit}", plan.lang)
    known = catalog.find_unit(unit)
    return known.label[plan.lang] if known else unit
