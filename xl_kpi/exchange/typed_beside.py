"""Cells on sheets of ours in which a person has typed something where nothing is ours, known by their style."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from xl_kpi.workbook.graft.styles import Sheaf
from xl_kpi.workbook.package.parts import Parts

# A cell with a value or a formula: its attributes.
_TYPED = re.compile(rb"<(?:\w+:)?c\b([^>]*[^>/])>\s*<(?:\w+:)?(?:v|is|f)\b[^>]*[^>/]?>")
_PLACE, _LOOK = re.compile(rb'\sr="([A-Z]{1,3}[0-9]{1,7})"'), re.compile(rb'\ss="([0-9]+)"')


def typed_beside(parts: Parts, sheets: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, str]]:
    """Sheet and cell of each; ``sheets`` are the names of ours with what their parts hold.

    Special case: nothing where the program that saved the file has dropped the names of styles.
    """
    styles = parts.of_workbook("/styles")
    if not parts.holds(styles):
        return
    ours = {number.encode() for number in Sheaf(parts.tree(styles)).ours}
    for name, content in sheets if ours else ():
        for cell in _TYPED.finditer(content):
            look, place = _LOOK.search(cell[1]), _PLACE.search(cell[1])
            if place and (look[1] if look else b"0") not in ours:
                yield name, place[1].decode()
