"""Tables with columns that nobody knows: used as they are taken for, once somebody says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from xl_kpi.errors import BadFile, Joined, Phrase, Words
from xl_kpi.plan.imported.maps import free_name, maps_of
from xl_kpi.plan.imported.questions import Asked
from xl_kpi.plan.model import Plan

if TYPE_CHECKING:
    from xl_kpi.exchange.exports.blocks import Block, Column
    from xl_kpi.exchange.leads.databases.address import Database
    from xl_kpi.exchange.suggestions.suggest import Suggestion

# Questions about a file that nobody knows and about a column of one that a system knows; their answers.
MAP, COLUMN, USE, LEAVE_OUT = "map", "column", "use", "leave"


@dataclass(frozen=True)
class Source:
    """A file as it was found: ``block`` its table (None: no system and no map knows it), ``others`` that it holds.

    ``suggested``: what its columns are taken for, where nobody knows them; ``path`` of a list of leads that is too
    large to be read as a whole; ``overlooked``: columns that count something and that its system does not name;
    ``first``: the words of the first row that may be a header of a file that nobody knows, ``given`` how the file was
    named for the command.
    """

    name: str
    block: Block | None
    others: tuple[Block, ...] = ()
    suggested: Suggestion | None = None
    path: Path | None = None
    overlooked: tuple[Column, ...] = ()
    database: Database | None = None  # whose table it is
    first: tuple[str, ...] = ()
    given: str = ""


def confirmed(source: Source, asked: Asked, plan: Plan, path: Path, doubted: list[Phrase]) -> Block | None:
    """The table of a file that nobody knows as it is taken for, once somebody says so; None while nobody does.

    Arguments: ``doubted`` gets what a file would be refused for if somebody said so.
    Errors: BadFile where it can't be taken for anything that counts.
    """
    from xl_kpi.exchange.suggestions.map_files import map_of
    from xl_kpi.exchange.suggestions.refused import ACROSS, why_not

    made, maps = source.suggested, maps_of(plan)
    if made is None or not made.is_usable:
        why = why_not([*made.roles] if made else source.first)
        problem = Words(why, file=source.name)
        raise BadFile(
            problem if why == ACROSS else Words("import_map_way", problem=problem, plan=path, file=source.given)
        )
    columns = [
        Words(f"import_map_column_{one.confidence}", column=one.column.word, role=Words(f"role_{one.column.role}"))
        for one in made.guesses
        if one.column.role
    ]
    drafted = map_of(made)
    block = replace(
        made.block, columns=made.columns, systems=(), map=replace(drafted, name=free_name(drafted.name, maps))
    )
    id_, text = f"{MAP}:{source.name}", Words("import_ask_map", file=source.name, columns=Joined(tuple(columns), ", "))
    refusal = None if id_ in asked.answers else _refusal(block, source, asked)
    answer = _ask_use(id_, text, asked, refusal)
    if refusal and asked.is_open(id_):
        doubted.append(refusal)
    return block if answer == USE else None


def _refusal(block: Block, source: Source, asked: Asked) -> Phrase | None:
    """Why a table can't be added up; None where it can, and for a list of leads."""
    from xl_kpi.exchange.exports.export import export_of
    from xl_kpi.exchange.leads.taking import is_list

    if is_list(block):
        return None
    try:
        export_of(block, source.name, asked=Asked(asked.answers), others=source.others)
    except BadFile as problem:
        return problem.words
    return None


def _ask_use(id_: str, text: Words, asked: Asked, refusal: Phrase | None) -> str:
    """Whether something is used, asked with what the file would be refused for if it were."""
    question = Words("import_ask_doubted", question=text, why=refusal) if refusal else text
    return asked.ask(id_, question, USE, LEAVE_OUT)


def with_overlooked(source: Source, block: Block, asked: Asked) -> tuple[Block, dict[str, str]]:
    """The table with the columns that were overlooked as somebody wants them; header → role, "" for one to be left."""
    from xl_kpi.exchange.exports.days import DATE_ROLES

    decided: dict[str, str] = {}
    # While that is open, days are days: otherwise the month of a file without any would be asked too.
    days = {one.word: one.role for one in source.overlooked if one.role in DATE_ROLES}
    for column in source.overlooked:
        role = Words(f"role_{column.role}")
        text = Words("import_ask_column", file=source.name, column=column.word, role=role)
        id_ = _of_column(column, source)
        used = _with_roles(block, {**days, column.word: column.role})
        answer = _ask_use(id_, text, asked, None if id_ in asked.answers else _refusal(used, source, asked))
        if answer:
            decided[column.word] = column.role if answer == USE else ""
    return _with_roles(block, {**days, **decided}), decided


def refusal_with_open(block: Block, source: Source, asked: Asked) -> Phrase | None:
    """Why a table can't be added up if the columns were used that are asked about; None where none is."""
    open_ = {one.word: one.role for one in source.overlooked if asked.is_open(_of_column(one, source))}
    return _refusal(_with_roles(block, open_), source, asked) if open_ else None


def _of_column(column: Column, source: Source) -> str:
    """The id of the question about a column that was overlooked."""
    return f"{COLUMN}:{column.word}@{source.name}"


def _with_roles(block: Block, roles: Mapping[str, str]) -> Block:
    """The table whose columns have the roles that are said by their words; the others keep theirs."""
    return replace(block, columns=tuple(replace(one, role=roles.get(one.word) or one.role) for one in block.columns))
