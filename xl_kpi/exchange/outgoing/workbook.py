"""One workbook for each recipient: built once, then put together from finished parts.

What differs between recipients: which rows may be typed into, which sheets are there at all, and the few words
of the cover.  The words stand at the end of the shared texts, so that all else is compressed once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from xml.sax.saxutils import escape

from xl_kpi.build import Progress, build_spec
from xl_kpi.catalog import text
from xl_kpi.exchange.outgoing.charts import onto_sheet
from xl_kpi.exchange.outgoing.compressed import Growing, Piece, assembled, piece
from xl_kpi.exchange.outgoing.package import (
    STRINGS,
    STYLES,
    WORKBOOK,
    WORKBOOK_RELS,
    OutgoingWorkbook,
    locked_twins,
    pruned,
    relations,
    serialised,
    without_relations,
)
from xl_kpi.exchange.outgoing.paper import SentPaper
from xl_kpi.exchange.outgoing.variants import Made, OpenRows, Variants
from xl_kpi.exchange.people import Person
from xl_kpi.plan.merging.permissions import ids_of
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Records
from xl_kpi.sheets import Context, from_context
from xl_kpi.sheets.front import cover
from xl_kpi.workbook.package.worn_styles import WornStyles
from xl_kpi.workbook.sheet_kinds import kind_of, tab_key

VISIBLE, NONE = "visible", "none"  # what a recipient sees of the sheets that are not theirs
MOST_KINDS = 32  # kept in memory; more are made anew when they come again
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
)
_BLANK = "<si><t/></si>"  # in place of a text that only other sheets show, so that the others keep their numbers

Moved = tuple[tuple[str, tuple[int, ...]], ...]  # sheet key and the rows that stayed on it


@dataclass(frozen=True)
class Sending:
    """What is the same for all recipients of one distribution.

    ``again``: the rows of 合意 that are to be answered again, with the number that had been agreed to.
    """

    plan_id: str
    version: str
    due: dt.date | None = None
    rest: str = VISIBLE
    again: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class _Kind:
    """Everything of the workbooks whose recipients may type the same."""

    pieces: tuple[Piece, ...]
    texts: Growing


class Outgoing:
    """The workbooks of one distribution.

    Arguments: ``plan`` as the master has it; ``sending``; ``names`` and ``styled_like`` as for ``build``; ``finish``
    puts into the workbook what all recipients get besides (the Lite part); ``paper`` how the sender prints it.
    Errors: as for ``build``.
    """

    def __init__(
        self,
        plan: Plan,
        sending: Sending,
        *,
        names: Mapping[str, str] | None = None,
        styled_like: WornStyles | None = None,
        finish: Callable[[bytes], bytes] | None = None,
        paper: SentPaper | None = None,
        progress: Progress | None = None,
    ):
        self.plan, self.sending = plan, sending
        ctx = Context(plan, Records(), names or {}, leaving=True)
        spec = from_context(ctx)
        page, places = cover.build(ctx, sending.again)
        spec.sheets.insert(0, page)
        spec.names.update(ctx.names)
        data = build_spec(spec, styled_like=styled_like, progress=progress)
        self._package = package = OutgoingWorkbook(finish(data) if finish else data)
        package.parts[STYLES], locked = locked_twins(package.parts[STYLES])
        self._sheets = {sheet.key: package.sheet(sheet.name) for sheet in spec.sheets}
        if paper:
            for key, sheet in self._sheets.items():
                package.parts[sheet.part] = paper.onto(key, package.parts[sheet.part])
        bare = sending.rest == NONE
        gone = {key for key in self._sheets if bare or not kind_of(key).mailed}
        self._variants = Variants(plan, package, self._sheets, locked, ctx, places, gone=gone, bare=bare)
        self._kind = lru_cache(MOST_KINDS)(self._made_kind)
        self._frame = lru_cache(MOST_KINDS)(self._made_frame)
        self._workbook = lru_cache(MOST_KINDS)(self._made_workbook)
        self._all_texts = lru_cache(MOST_KINDS)(self._made_texts)
        self._chart = lru_cache(None)(self._made_chart)

    def ids(self, person: Person) -> tuple[str, ...]:
        """What is open to a person; recipients with the same ids get the same kind of workbook."""
        return ids_of(self.plan, person.channels, person.department, person.outside)

    def workbook(self, person: Person) -> bytes:
        """The person's workbook; the same data give the same bytes."""
        kind = self._kind(self.ids(person))
        words = self._words(person)
        end = "".join(f'<si><t xml:space="preserve">{escape(words[field])}</t></si>' for field in cover.FIELDS)
        return assembled((*kind.pieces, kind.texts.piece(STRINGS, f"{end}</sst>".encode())))

    def _words(self, person: Person) -> dict[str, str]:
        lang, sending = self.plan.lang, self.sending
        due = f"{sending.due:%Y/%m/%d}" if sending.due else text("cover_no_due", lang)
        request = text("cover_request" if sending.due else "cover_request_open", lang, name=person.name, due=due)
        return {
            "sent_plan": sending.plan_id, "sent_version": sending.version, "sent_to": person.mail,
            "sent_name": person.name, "department": person.department, "due": due, "request": request,
        }  # fmt: skip

    # --- one kind of workbook

    def _made_kind(self, ids: tuple[str, ...]) -> _Kind:
        is_open = OpenRows.to(self.plan, ids)
        stays = self._staying(is_open)
        made = {key: self._variants.sheet(key, is_open.rows(key)) for key in stays if key != cover.KEY}
        rows = {key: one.rows for key, one in made.items() if one.rows}
        made[cover.KEY] = self._variants.cover(is_open, rows)
        moved = tuple((key, tuple(kept)) for key, kept in {**rows, cover.KEY: made[cover.KEY].rows}.items())
        own = tuple(key for key in stays if key in is_open.typed)
        undrawn = (*rows, *own) if self.sending.rest == NONE else tuple(rows)  # their charts are drawn from elsewhere
        pieces = [*self._frame(stays, undrawn), self._workbook(stays, moved), *(one.piece for one in made.values())]
        texts = self._own_texts(made) if self.sending.rest == NONE else self._all_texts(own)
        return _Kind(tuple(pieces), texts)

    def _staying(self, is_open: OpenRows) -> tuple[str, ...]:
        """The keys of the sheets of a kind: only such as may leave; with ``none`` those with something to type.

        A page of rows leaves with those alone to whom it is open.
        """
        leaving = tuple(key for key in self._sheets if kind_of(key).mailed or key in is_open.typed)
        if self.sending.rest == VISIBLE:
            return leaving
        wanted = {
            cover.KEY,
            *is_open.typed,
            *(tab_key(channel.id) for channel in self.plan.channels_on if channel.id in is_open.ids),
        }
        wanted |= {"backwards"} if self._variants.has_typed_stages(is_open) else set()
        wanted |= {"agreement"} if is_open.answers else set()
        return tuple(key for key in leaving if key in wanted)

    def _made_frame(self, stays: tuple[str, ...], undrawn: tuple[str, ...]) -> tuple[Piece, ...]:
        """All parts but the sheets, the texts and the workbook's own; of the sheets ``undrawn`` no chart is left."""
        package = self._package
        gone = {sheet.part for key, sheet in self._sheets.items() if key not in stays}
        parts = dict(package.parts)
        parts[WORKBOOK_RELS] = without_relations(parts[WORKBOOK_RELS], gone, WORKBOOK)
        for key in undrawn:
            parts.pop(self._sheets[key].rels, None)
        if self.sending.rest == NONE:
            for key in stays:
                for part, content in self._chart(key).items() if key not in undrawn else ():
                    parts[part] = content
        varied = {STRINGS, WORKBOOK, *(sheet.part for sheet in self._sheets.values())}
        return tuple(piece(name, content) for name, content in pruned(parts).items() if name not in varied)

    def _made_chart(self, key: str) -> dict[str, bytes]:
        """The charts of a tab, drawn from the tab itself."""
        package, sheet = self._package, self._sheets[key]
        return {
            chart: onto_sheet(package, sheet, package.parts[chart], key)
            for _, drawing in relations(package.parts, sheet.part)
            for _, chart in relations(package.parts, drawing)
        }

    def _made_workbook(self, stays: tuple[str, ...], moved: Moved) -> Piece:
        gone = {sheet.name for key, sheet in self._sheets.items() if key not in stays}
        rows = {self._sheets[key].name: {old: new for new, old in enumerate(kept, 1)} for key, kept in moved}
        root = self._package.without(gone, rows=rows, plain_names=self.sending.rest == VISIBLE)
        return piece(WORKBOOK, serialised(root))

    def _made_texts(self, own: tuple[str, ...]) -> Growing:
        """The texts where the rest is visible: all but those that only sheets show which stay at home.

        ``own``: the keys of the pages of rows that go along.
        """
        leaving = [key for key in self._sheets if kind_of(key).mailed or key in own]
        used = {number for key in leaving for number in self._variants.texts_of(key)}
        return self._texts(used)

    def _own_texts(self, made: Mapping[str, Made]) -> Growing:
        return self._texts({number for one in made.values() for number in one.texts})

    def _texts(self, used: set[int]) -> Growing:
        items = self._package.items
        return Growing((_HEAD + "".join(item if n in used else _BLANK for n, item in enumerate(items))).encode())
