"""Take actuals out of downloaded files: what was read, what changes, what must be answered before it is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from xl_kpi.build import Progress
from xl_kpi.catalog.exports import ATTENDEES, systems
from xl_kpi.commands.examine import Opened, findings, open_workbook, raise_errors
from xl_kpi.commands.imports.leads import ListedLeads, listed
from xl_kpi.commands.imports.opening import bytes_of, bytes_there, need_packages
from xl_kpi.commands.imports.unknown_columns import Source, confirmed, refusal_with_open, with_overlooked
from xl_kpi.commands.rewrite import Rewritten, rewrite
from xl_kpi.errors import BadFile, Fault, InputFaults, Joined, Phrase, Words, told_in
from xl_kpi.plan.imported.maps import MAPS, FileMap, maps_of, with_columns
from xl_kpi.plan.imported.maps import with_map as remembering
from xl_kpi.plan.imported.questions import Asked, Question
from xl_kpi.plan.imported.sources import SOURCES, Write, taken_in
from xl_kpi.plan.imported.weeks import WEEKS, Weekly, weekly, weekly_faults
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.remembered import remembered_rows

if TYPE_CHECKING:
    from xl_kpi.exchange.exports.export import Export
    from xl_kpi.exchange.exports.figures import Sorted
    from xl_kpi.exchange.leads.taking import TakenList


@dataclass(frozen=True)
class Preview:
    """What an import would do.

    ``files``: each file as it was read, with its figures; ``writes``: the actuals that change; ``questions``: what
    must be answered before anything is written; ``plan`` as it would be then.  ``lists``: files with a row for each
    lead, deal or event; ``leads`` what becomes of リード一覧; ``weeks`` what 週次実績 adds.
    """

    opened: Opened
    files: tuple[tuple[Export, Sorted], ...]
    writes: tuple[Write, ...]
    questions: tuple[Question, ...]
    plan: Plan
    lists: tuple[TakenList, ...] = ()
    leads: ListedLeads | None = None
    weeks: Weekly | None = None

    @property
    def lang(self) -> str:
        return self.opened.lang

    @property
    def changes(self) -> bool:
        """Whether anything would be written that a person has to agree to."""
        return bool(self.writes or (self.leads and self.leads.changes))


@dataclass(frozen=True)
class Found:
    """A workbook and files, read once: the rounds of questions work on this.

    ``map``: the one of ``--map``, None without; ``weeks``: what was typed on 週次実績 is added up, too.
    """

    opened: Opened
    sources: tuple[Source, ...]
    map: FileMap | None = None
    weeks: bool = False


def preview(
    path: str | Path,
    files: Sequence[str | Path],
    *,
    answers: Mapping[str, str] | None = None,
    channel: str = "",
    words: str,
    lang: str | None = None,
    today: dt.date | None = None,
) -> Preview:
    """What taking some files into a workbook would do; nothing is written.

    Arguments and errors: as for ``look_into`` and ``previewed``.
    """
    return previewed(look_into(path, files, words=words, lang=lang), answers=answers, channel=channel, today=today)


def look_into(
    path: str | Path,
    files: Sequence[str | Path],
    *,
    system: str = "",
    with_map: str | Path | None = None,
    weeks: bool = False,
    words: str,
    lang: str | None = None,
) -> Found:
    """A workbook and the files for it, read.

    Arguments: ``files`` as they were downloaded, or addresses of tables in data bases; ``system`` the id of the
    system that they come from, or the name of a map of the workbook ("": told from the files); ``with_map`` a
    MAP.toml; ``weeks``: what was typed on 週次実績 is added up, too; ``words`` and ``lang`` as for ``open_workbook``.
    Errors: InputFaults with all that is wrong in the workbook, on that page or in the map, for an unknown system and
    columns of the map that are not there; BadFile for a file that is none of the kinds that are read; NeedsData where
    packages are missing.
    """
    if files:
        need_packages()
    from xl_kpi.exchange.exports.files import files_in
    from xl_kpi.exchange.leads.databases.address import is_address
    from xl_kpi.exchange.suggestions.map_files import read_map

    opened = open_workbook(path, words, lang)
    with told_in(opened.lang):
        raise_errors(findings(opened) if not weeks else [*findings(opened), *_of_weeks(opened)])
        made = read_map(bytes_there(Path(with_map)), Path(with_map).name) if with_map else None
        maps = [*([made] if made else []), *maps_of(opened.read.plan)]
        _known_system(system, maps)
        sources = []
        for one in files:
            if is_address(one):
                sources.append(_in_database(str(one), maps))
                continue
            file = Path(one)
            if file.exists() and file.samefile(opened.path):
                raise BadFile("import_is_plan", file=file.name)
            if not system and (large := _large_list(file, maps)):
                sources.append(large)
                continue
            held = files_in(bytes_of(file), file.name)
            sources += [replace(_source(data, name, maps, system), given=str(one)) for name, data in held]
        if made:
            _check_map(made, sources)
        return Found(opened, tuple(sources), made, weeks)


def previewed(
    found: Found,
    *,
    answers: Mapping[str, str] | None = None,
    heard: Collection[str] = (),
    channel: str = "",
    with_leads: bool = False,
    today: dt.date | None = None,
) -> Preview:
    """What taking files into a workbook would do; nothing is written.

    Arguments: ``answers``: id of a question → what was chosen, ``heard``: those of them that were asked in a round
    before; ``channel`` the id of the channel whose actuals they hold ("": told by their campaigns, else by the kind of
    file); ``with_leads``: names, companies and addresses of
    leads too; ``today`` the day that the page データ元 gets.
    Errors: InputFaults for an unknown channel and answers to what was not asked; BadFile for a file of no system.
    """
    from xl_kpi.exchange.exports.export import export_of
    from xl_kpi.exchange.exports.figures import ORIGINS, sorted_figures, with_origins
    from xl_kpi.exchange.exports.people.attendees import attendee_figures
    from xl_kpi.exchange.leads.taking import ListFile, is_list, taken_lists

    opened, asked = found.opened, Asked(answers or {}, heard=heard)
    with told_in(opened.lang):
        plan = opened.read.plan
        _known_channel(plan, channel)
        known = remembered_rows(opened.records)
        read, lists, refused, doubted = [], [], [], list[Phrase]()
        for source in found.sources:
            block = source.block or confirmed(source, asked, plan, opened.path, doubted)
            if block and source.overlooked:
                block, decided = with_overlooked(source, block, asked)
                plan = with_columns(plan, block.systems[0], decided, known[MAPS]) if decided else plan
            if block and is_list(block):
                lists.append(ListFile(source.name, block, source.others, source.path, source.database))
            elif block:
                try:
                    export = export_of(block, source.name, asked=asked, others=source.others)
                except BadFile as problem:  # of the other files, and of columns that are asked about, all is told too
                    refused.append(refusal_with_open(block, source, asked) or problem.words)
                    continue
                sort = attendee_figures if export.kind == ATTENDEES else sorted_figures
                read.append((export, sort(export, plan, asked, channel=channel, lang=plan.lang)))
        if refused:
            told = (*refused, *doubted)
            raise BadFile(told[0] if len(told) == 1 else Joined(told, "\n"))
        persons = taken_lists(lists, plan, asked, channel=channel, with_leads=with_leads, lang=plan.lang)
        origins = {name: to for _, of_plan in read for name, to in of_plan.origins.items()}
        origins |= {name: to for one in persons for name, to in one.origins.items()}
        changed = with_origins(plan, origins, known[ORIGINS])
        for block in (*(export.block for export, _ in read), *(one.block for one in persons)):
            if block.map and block.map not in maps_of(changed):
                changed = remembering(changed, block.map, known[MAPS])
        by_week = weekly(changed) if found.weeks else None
        leads = listed(changed, persons, asked, with_leads=with_leads, known_rows=known)
        taken = taken_in(
            leads.plan,
            [
                *(of_plan.batch for _, of_plan in read),
                *(one.batch for one in persons),
                *([by_week.batch] if by_week else []),
            ],
            asked,
            today=today or dt.date.today(),
            known_rows=known[SOURCES],
        )
        if asked.unused:
            raise InputFaults([Fault(id_, Words("import_answer_unused"), cell="--answer") for id_ in asked.unused])
        return Preview(opened, tuple(read), taken.writes, tuple(asked.open), taken.plan, persons, leads, by_week)


def _of_weeks(opened: Opened) -> list[Fault]:
    """What is wrong on 週次実績, with its cells; that nothing is typed there as well."""
    plan = opened.read.plan
    if not plan.tables.get(WEEKS):
        return [Fault("", Words("import_weeks_none"), cell="--weeks")]
    return [*opened.read.located(weekly_faults(plan), opened.path.name)]


def _source(data: bytes, name: str, maps: Sequence[FileMap], system: str) -> Source:
    """A file with its table: of the system or map that knows it, else as it is taken for."""
    from xl_kpi.exchange.exports.blocks import best, blocks
    from xl_kpi.exchange.exports.grids import grids
    from xl_kpi.exchange.exports.recognised import recognised
    from xl_kpi.exchange.suggestions.overlooked import overlooked
    from xl_kpi.exchange.suggestions.refused import first_words
    from xl_kpi.exchange.suggestions.suggest import suggested_of

    ways = list(grids(data, name))
    found = [block for grid in ways for block in blocks(grid, maps, system)]
    block = best(found) if system else recognised(best(found), maps)
    if block:
        return Source(name, block, tuple(found), overlooked=overlooked(block, maps))
    if system:
        raise BadFile("export_not_so", file=name, system=system)
    return Source(name, None, (), suggested_of(ways, name), first=first_words(ways))


def _large_list(file: Path, maps: Sequence[FileMap]) -> Source | None:
    """A list of leads that is never read as a whole; None for any other file."""
    from xl_kpi.exchange.leads.source import large_block
    from xl_kpi.exchange.leads.taking import is_list

    block = large_block(file, maps) if file.is_file() else None
    return Source(file.name, block, (), None, file) if block and is_list(block) else None


def _in_database(address: str, maps: Sequence[FileMap]) -> Source:
    """A table of a data base.

    Errors: as for ``block_of``; BadFile for a table that is no list of leads.
    """
    from xl_kpi.exchange.leads.databases.address import database_at
    from xl_kpi.exchange.leads.databases.tables import block_of
    from xl_kpi.exchange.leads.engine import engine
    from xl_kpi.exchange.leads.taking import is_list

    with engine() as opened:
        found, block = block_of(database_at(address), opened, maps)
    if not is_list(block):
        raise BadFile("source_unknown", file=found.named)
    return Source(found.named, block, database=found)


def _known_system(system: str, maps: Sequence[FileMap]) -> None:
    known = [*systems(), *dict.fromkeys(one.name for one in maps)]
    if system and system not in known:
        raise InputFaults([Fault(system, Words("import_system_unknown", known=", ".join(known)), cell="--as")])


def _check_map(made: FileMap, sources: Sequence[Source]) -> None:
    """Errors: InputFaults with the columns that a map asks for and a file that nobody else knows does not have, and
    where no file fits the map at all."""
    from xl_kpi.exchange.suggestions.map_files import lacking

    if any(one.block and one.block.map == made for one in sources):
        return
    unknown = [one for one in sources if one.block is None and one.suggested]
    faults = [
        fault
        for one in unknown
        if one.suggested
        for fault in lacking(made, [column.word for column in one.suggested.block.columns], one.name)
    ]
    raise InputFaults(faults or [Fault(made.name, Words("map_unused"), cell="--map")])


def import_files(
    found: Preview, *, now: dt.datetime | None = None, dry_run: bool = False, progress: Progress | None = None
) -> Rewritten:
    """Write what a preview shows.

    Arguments: ``found`` the preview, of which no question is open.
    Errors: as for ``rewrite``.
    """
    assert not found.questions, "a question is open"
    with told_in(found.lang):
        return rewrite(found.opened, found.plan, command="import", now=now, dry_run=dry_run, progress=progress)


def _known_channel(plan: Plan, channel: str) -> None:
    known = [one.id for one in plan.channels_on]
    if channel and channel not in known:
        raise InputFaults([Fault(channel, Words("import_channel_unknown", known=", ".join(known)), cell="--channel")])
