"""A workbook as the readers of plans ask for it: names and ranges straight from the parts of the file.

Only the sheets that are asked for are read, and of these only the rows and columns behind the names: what else a
person has put into the workbook costs little time and can do no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

from xl_kpi.workbook.cells.areas import MOST_COLUMNS, MOST_ROWS, NamedArea, reference
from xl_kpi.workbook.package.parts import Parts
from xl_kpi.workbook.package.parts_sheet import PartsSheet
from xl_kpi.workbook.package.sheet_rows import MAIN

Test = Callable[[str], bool]
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class PartsBook:
    """What ``reading.tables`` asks of a book, over the parts of a package that has been checked.

    Arguments: ``parts`` as ``safety.read_parts`` gives them; ``file`` its name for messages; ``wanted`` says
    of a defined name whether it matters, ``needless`` of the text in the first column of a row behind such a name
    whether the row does not: it then reads as blank but for the ``PartsSheet.words`` beside that text; ``growing`` of
    the tables that grow by typing how many rows they take, by name in folded letters: what stands that far below is
    read, too.
    Errors: BadFile where a part is missing or is no XML.
    """

    def __init__(
        self,
        parts: Mapping[str, bytes],
        file: str,
        wanted: Test,
        needless: Test = lambda key: False,
        growing: Mapping[str, int] = MappingProxyType({}),
    ):
        self.parts = Parts(parts, file)
        self.name = file
        targets = {relation: target for relation, _, target in self.parts.main_relations}
        self.sheets: dict[str, PartsSheet] = {}
        for sheet in self.parts.workbook.iterfind(f"{MAIN}sheets/{MAIN}sheet"):
            part = targets.get(sheet.get(_RELATION, ""), "")
            self.sheets[sheet.get("name", "")] = PartsSheet(self.parts, needless, sheet.get("name", ""), part)
        defined = list(self.parts.workbook.iterfind(f"{MAIN}definedNames/{MAIN}definedName"))
        self.names = [NamedArea(self, name, refers_to) for name, refers_to in _names(defined) if wanted(name)]
        self._references = [item.text or "" for item in defined]
        for name in self.names:
            area = name.refers_to_range
            most = growing.get(name.name.casefold(), 0)
            if area is not None and area.shape[0] <= MOST_ROWS + most and area.shape[1] <= MOST_COLUMNS:
                area = replace(area, last_row=max(area.last_row, area.row + most))
                area.sheet.wanted.append(area)  # a wider one is refused when it is asked for

    def defined(self, name: str) -> bool:
        """Whether a name stands for a rectangle of a sheet that is there."""
        return any(each.name == name and each.refers_to_range is not None for each in self.names)

    @cached_property
    def pointed_at(self) -> frozenset[str]:
        """The sheets, in folded letters, at which a name of the workbook points."""
        places = (reference(words) for words in self._references)
        return frozenset(place.sheet.casefold() for place in places if place)


def _names(items: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Name → reference; of a name that a copied sheet has again for itself, the one of the whole workbook."""
    whole: dict[str, str] = {}
    local: dict[str, list[str]] = {}
    for item in items:
        name, refers_to = item.get("name", ""), item.text or ""
        if item.get("localSheetId") is None:
            whole.setdefault(name, refers_to)
        else:
            local.setdefault(name, []).append(refers_to)
    yield from whole.items()
    yield from ((name, each[0]) for name, each in local.items() if name not in whole and len(each) == 1)
