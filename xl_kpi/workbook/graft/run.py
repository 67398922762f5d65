"""Saving into a user's file by parts: generated sheets take the place of their predecessors, all else stays as it is.

openpyxl would drop what it does not know: shapes, sparklines, slicers, threads of comments, web extensions, stored
results.  So only the parts that were made anew are put into the user's package, and what leads to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from xl_kpi.catalog import text
from xl_kpi.workbook.addresses import place_of
from xl_kpi.workbook.cells.moves import LeftSheet, LostCell, Moves, Spot
from xl_kpi.workbook.cells.rectangles import Rect
from xl_kpi.workbook.graft.book import WorkbookPart
from xl_kpi.workbook.graft.cells import CarriedCells, Left, Now, read_at
from xl_kpi.workbook.graft.charts import CHARTS, OurCharts, followed_charts
from xl_kpi.workbook.graft.drawing import graft_drawing, only_theirs
from xl_kpi.workbook.graft.extras import gone_with, lost_sparklines
from xl_kpi.workbook.graft.looks.bare import BareLooks
from xl_kpi.workbook.graft.looks.own import CellLooks
from xl_kpi.workbook.graft.notes import lost_notes, move_notes
from xl_kpi.workbook.graft.old_sheet import OldSheet, SharedTexts, cells_of, damage_refused, old_sheet, with_rows
from xl_kpi.workbook.graft.paper.made import PrintNames, made_papers
from xl_kpi.workbook.graft.pointing.formulas import Stranded, follow_all
from xl_kpi.workbook.graft.pointing.in_words import WordsAsked
from xl_kpi.workbook.graft.sheet import ORDER, Dresser, bare, compose, dropped
from xl_kpi.workbook.graft.styles import Styles
from xl_kpi.workbook.graft.tables import keep_tables
from xl_kpi.workbook.package.excel_names import name_as_excel
from xl_kpi.workbook.package.package import RID, Package, bytes_of, main, put_in_order, relations_in
from xl_kpi.workbook.relocation.dependents import Dependent
from xl_kpi.workbook.relocation.user_cells import rest_name, stands_alone
from xl_kpi.workbook.spec import SheetSpec

_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_ELSEWHERE = ("pivotCacheDefinition", "worksheet", "slicerCache", "hyperlink")  # relations that leave the sheet
_NAMED = ("drawing", "hyperlink", "table", "printerSettings", "vmlDrawing")  # relations that a sheet names
_HELD = {"comments", "threadedComment", "table", "pivotTable", "oleObject", "control", "slicer"}


@dataclass(frozen=True)
class Grafted:
    """The new file.

    ``changed`` parts that came, went or differ, ``same`` those that are what they were; ``lost`` what the user had
    on generated sheets and that found no place there; ``rest`` name of a sheet that went → the sheet that stays in
    its place with what the user had put on it; ``followed`` the charts of the user's that show other cells now,
    ``stranded`` what else of his pointed at cells that are gone, or names cells in words.
    """

    data: bytes
    changed: tuple[str, ...]
    same: tuple[str, ...]
    lost: tuple[LostCell, ...]
    rest: Mapping[str, LeftSheet]
    followed: tuple[Dependent, ...] = ()
    stranded: tuple[Stranded, ...] = ()


def graft(
    user: bytes,
    made: bytes,
    sheets: Mapping[str, str | None],
    *,
    moves: Moves,
    lang: str,
    name: str = "",
    back: Mapping[Spot, str] | None = None,
    found: Mapping[str, CarriedCells] | None = None,
    left: Mapping[str, Left] | None = None,
    shown: Mapping[str, bool] | None = None,
    before: Callable[[], Mapping[str, SheetSpec]] = dict,
) -> Grafted:
    """The user's workbook with generated sheets made anew.

    Arguments: ``user`` the user's file; ``made`` a complete workbook as ``build`` makes it; ``sheets`` name of a
    sheet of the user's → name of the sheet of ``made`` that takes its place (None: it goes); ``moves`` where cells
    of the old sheets are now; ``lang`` the language of messages, ``name`` the file's name in them; ``back`` formulas of
    the user's (without "=") that had lost what they pointed at and come back; ``found`` old sheet → where the
    user's cells on it go, as far as that is known already (``graft.user_cells``); ``shown`` new name of a sheet that
    was switched on or off → whether it is to be seen: what of the others is hidden stays so; ``before`` gives the
    descriptions of the old sheets, and is only asked where a program has dropped our cell styles.
    Result: the same arguments give the same bytes, and a file that is grafted once more stays as it is.
    Special cases: a sheet that goes but holds something of the user's stays, without our contents, under a name that
    says so.
    Errors: Refused, with the reason, where the file can't be saved so that nothing of the user's is lost.
    """
    called = name or text("graft_the_workbook", lang)
    with damage_refused(called, lang):
        shown = shown or {}
        return _Graft(user, made, sheets, moves, lang, called, back or {}, found or {}, left or {}, shown, before).run()


class _Graft:
    """One run: the two packages, and what becomes of each sheet."""

    def __init__(
        self,
        user: bytes,
        made: bytes,
        sheets: Mapping[str, str | None],
        moves: Moves,
        lang: str,
        name: str,
        back: Mapping[Spot, str],
        found: Mapping[str, CarriedCells],
        left: Mapping[str, Left],
        shown: Mapping[str, bool],
        before: Callable[[], Mapping[str, SheetSpec]],
    ):
        self._back, self._found, self._left, self._shown, self._before = back, found, left, shown, before
        self._user, self._made = Package(user, name, lang), Package(made, name, lang)
        self._book, self._new = WorkbookPart(self._user), WorkbookPart(self._made)
        self._sheets, self._moves, self._lang = dict(sheets), moves, lang
        self._styles = Styles(self._user, self._made)
        self._looks = CellLooks(self._styles)
        self._charts = OurCharts(self._user, self._made, self._sheets)
        self._texts = SharedTexts.of(self._user)
        texts = self._made.tree(self._made.related(self._made.book, "sharedStrings"))
        self._dresser = Dresser(self._styles, texts, self._texts, self._book.counts_from_1904)
        self._papers = made_papers(self._book, self._texts)
        self._fresh: dict[str, Any] = {}  # part → root of a new sheet that nothing has changed yet
        self._ours: set[str] = set()  # parts in which nothing points at cells of before
        self._lost: list[LostCell] = []
        self._rest: dict[str, LeftSheet] = {}
        self._keeps_styles, self._dropped = True, frozenset[str]()  # of a program that has saved the file

    def run(self) -> Grafted:
        self._look_at_names()
        before, owners = self._user.reachable(), dict(self._owners())
        asked = WordsAsked(self._user, self._book, self._texts, self._sheets, self._moves.formula)
        in_words = [*asked.stranded(), *self._macros()]
        was = {tab.name: self._was(at) for at, tab in enumerate(self._book.tabs) if tab.name in self._sheets}
        places = {new: old for old, new in self._sheets.items() if new is not None}
        self._keeps_styles = bool(self._styles.user.ours)
        if not self._keeps_styles:
            self._looks = CellLooks(self._styles, self._bare_looks(was))
        self._dropped = dropped(was.values(), keeps_styles=self._keeps_styles)
        added = {}
        for tab in self._new.tabs:
            if tab.name in places:
                self._replace(was[places[tab.name]], tab.part)
            else:
                added[tab.name] = self._add(tab.part)
        for old, new in self._sheets.items():
            if new is None:
                self._take_out(was[old])
        went = {old for old, new in self._sheets.items() if new is None} - {*self._rest}
        self._ours |= {part for part, sheet in owners.items() if sheet in went}  # nothing there is left behind
        self._list_sheets(added)
        theirs = [part for part in self._user.parts if part not in self._ours]
        charts = {part: self._user.parts[part] for part in theirs if self._user.types.of(part).endswith(CHARTS)}
        stranded = follow_all(self._user, self._ours, owners, self._moves.formula, self._back)
        names = {sheet: words for (sheet, row, _), words in self._back.items() if not row}
        printed = PrintNames({name: self._papers.get(sheet.key) for name, sheet in was.items()}, self._book)
        follow = partial(self._moves.formula, sheet="")
        gone = self._book.graft_names(self._new, self._sheets, follow, names, printed.is_users)
        stranded += [Stranded(sheet, "print", words) for sheet, words in gone]
        self._book.finish()
        self._styles.write()
        self._forget_order_of_calculation()
        self._user.drop(before - self._user.reachable())
        followed = followed_charts(self._user, charts, owners, self._moves.formula)
        name_as_excel(self._user)
        data = self._user.to_bytes()
        changed, same = self._user.compared()
        told = tuple(followed), (*stranded, *in_words)
        return Grafted(data, changed, same, tuple(self._lost), self._rest, *told)

    # ---- before anything is changed ---------------------------------------------------------------------

    def _look_at_names(self) -> None:
        """No sheet of the user's own may bear the name of one of ours."""
        own = {tab.name.casefold() for tab in self._book.tabs if tab.name not in self._sheets}
        for tab in self._new.tabs:
            if tab.name.casefold() in own:
                self._user.refuse("graft_sheet_name", sheet=tab.name)

    def _owners(self) -> Iterator[tuple[str, str]]:
        """Part → the sheet to which it belongs, by which its references without a sheet are read."""
        for tab in self._book.tabs:
            waiting, seen = [tab.part], set()
            while waiting:
                part = waiting.pop()
                if part and part not in seen:
                    seen.add(part)
                    yield part, tab.name
                    waiting += [each.part for each in self._user.relations(part) if each.kind not in _ELSEWHERE]

    def _macros(self) -> Iterator[Stranded]:
        """What a macro may call by its name and is called otherwise now, or gone: nobody but its author can follow."""
        if any(each.kind == "vbaProject" for each in self._user.relations(self._user.book)):
            for old, new in self._sheets.items():
                if new != old:
                    yield Stranded("", "macro", old if new is None else f"{old} → {new}")

    def _was(self, at: int) -> OldSheet:
        new = self._sheets[self._book.tabs[at].name]
        area = None
        for k, tab in enumerate(self._new.tabs):
            if tab.name == new:
                self._fresh[tab.part] = self._made.tree(tab.part)
                area = with_rows(self._new.area(k), self._fresh[tab.part])
        return old_sheet(self._book, at, self._sheets, area, self._moves, self._back, self._papers, self._texts)

    def _bare_looks(self, was: Mapping[str, OldSheet]) -> BareLooks:
        """How the file has our styles, of which it tells none by its name."""
        looks, before = BareLooks(self._styles), self._before()
        for tab in self._new.tabs:
            for name, new in self._sheets.items() if tab.part in self._fresh else ():
                if new == tab.name:
                    now = Now.of(self._fresh[tab.part], (), self._texts)
                    looks.learn(was[name], now, before.get(name))
        return looks

    # ---- sheets -----------------------------------------------------------------------------------------

    def _replace(self, was: OldSheet, new_part: str) -> None:
        """A sheet of ours in the part of its predecessor."""
        made, found = self._fresh.pop(new_part), self._found.get(was.name)
        dress = self._styles, self._dresser, self._texts, self._looks
        composed = compose(was, made, *dress, found, paper=self._papers.get(was.key), dropped=self._dropped)
        self._lost += [*composed.carried.lost, *composed.lost, *lost_sparklines(was), *lost_notes(self._user, was)]
        move_notes(self._user, was)
        keep_tables(self._user, was, composed)
        drawing, charts = graft_drawing(
            self._user,
            self._made,
            self._user.related(was.part, "drawing"),
            self._made.related(new_part, "drawing"),
            was,
            self._charts,
        )
        self._ours |= {*charts}
        self._write(was.part, composed.root, drawing, was)

    def _add(self, new_part: str) -> str:
        """A sheet of ours that nobody's place is taken by."""
        part = self._user.free("xl/worksheets/sheet{}.xml")
        self._user.add(part, b"", _SHEET_TYPE)
        root = self._made.tree(new_part)
        self._dresser.words(root)
        self._dresser.formats(root)
        for view in root.iter(main("sheetView")):
            view.set("tabSelected", "0")
        new = self._made.related(new_part, "drawing")
        drawing, charts = graft_drawing(self._user, self._made, "", new, None, self._charts)
        self._ours |= {*charts}
        self._write(part, root, drawing, None)
        return part

    def _take_out(self, was: OldSheet) -> None:
        """A sheet of ours that goes; what the user put on it stays, on a sheet that is no longer ours."""
        composed = compose(was, bare(was), self._styles, None, self._texts, self._looks, left=self._left.get(was.name))
        drawing = self._user.related(was.part, "drawing")
        theirs = only_theirs(self._user, drawing, was, self._charts) if drawing else ""
        kinds = {relation.kind for relation in self._user.relations(was.part)}
        words = [cell for cell in composed.root.iter(main("c")) if len(cell)]
        if not words and not theirs and not kinds & _HELD:
            self._lost += gone_with(was)
            return
        theirs_at = frozenset(place for cell in words if (place := place_of(cell.get("r", ""))))
        stays = {place for place, _, _ in cells_of(composed.root)}
        gone = [Rect(*place, *place) for place in was.cells if place not in stays]
        for cell in words:
            for formula in cell.findall(main("f")):
                if not stands_alone(formula.text or "", gone):
                    cell.remove(formula)  # what it pointed at is gone, its result stays
                    name = cell.get("r", "")
                    self._lost.append(LostCell(was.name, name, "cell", read_at(was, place_of(name) or (0, 0))))
        keep_tables(self._user, was, composed)
        self._write(was.part, composed.root, theirs, was)
        taken = [tab.name for tab in (*self._book.tabs, *self._new.tabs)]
        taken += [rest.sheet for rest in self._rest.values()]
        self._rest[was.name] = LeftSheet(rest_name(was.name, taken, self._lang), theirs_at)

    def _write(self, part: str, root: Any, drawing: str, was: OldSheet | None) -> None:
        """The part of a sheet with its relations, those that nothing needs any more left out."""
        for ours in root.findall(main("drawing")):  # it names a relation of the package that it comes from
            root.remove(ours)
        if was is not None:
            notes = was.root.find(main("legacyDrawing"))
            lost = {each.id for each in self._user.relations(part) if each.dangles}
            if notes is not None and notes.get(RID) not in lost:
                put_in_order(root, root.makeelement(notes.tag, dict(notes.attrib)), ORDER)
        if drawing:
            rid = self._user.relate(part, "drawing", drawing)
            put_in_order(root, root.makeelement(main("drawing"), {RID: rid}), ORDER)
        used = relations_in(root)
        needed = (each for each in self._user.relations(part) if not each.dangles and each.kind not in _NAMED)
        kept = {*used, *(each.id for each in needed)}
        self._user.keep_relations(part, kept)
        self._user.parts[part] = bytes_of(root)
        self._ours.add(part)

    def _list_sheets(self, added: Mapping[str, str]) -> None:
        self._book.arrange({**self._sheets, **{name: rest.sheet for name, rest in self._rest.items()}})
        before = None
        if not self._keeps_styles and not self._book.hides:  # Gnumeric writes neither
            hidden = [each for each in self._new.elements if each.get("state", "visible") != "visible"]
            self._book.show({each.get("name", ""): False for each in hidden})
        for tab, element in zip(self._new.tabs, self._new.elements):
            if tab.name in added:
                self._book.add(tab.name, added[tab.name], before, element.get("state", "visible"))
            before = tab.name
        self._book.show(self._shown)

    def _forget_order_of_calculation(self) -> None:
        """Excel finds it anew; one that names a cell without a formula would be a damaged file."""
        relations = self._user.relations(self._user.book)
        kept = {relation.id for relation in relations if relation.kind != "calcChain"}
        self._user.keep_relations(self._user.book, kept)
        if None in self._sheets.values():
            self._forget_sheets(kept)

    def _forget_sheets(self, kept: set[str]) -> None:
        listed = {element.get(RID) for element in self._book.elements}
        relations = self._user.relations(self._user.book)
        gone = {each.id for each in relations if each.kind == "worksheet" and each.id not in listed}
        self._user.keep_relations(self._user.book, kept - gone)
