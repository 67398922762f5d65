"""What a formula points at, kept so that it can be written again when its addresses are long gone."""

from __future__ import annotations

import json
from typing import Any

from xl_kpi.workbook.addresses import quoted
from xl_kpi.workbook.cells.references import cells_of, rewritten, sheet_words, without_sheet
from xl_kpi.workbook.relocation.moved_sheets import MovedSheets

_SIGN = "\ue000"  # parts what stays from what is described; no formula holds this letter


def described(formula: str, sheet: str, moves: MovedSheets) -> str:
    """A formula with its references to our sheets described (see ``Landmarks``).

    Arguments: ``formula`` without "=", as it reads on ``sheet`` ("" for names) of the workbook before.
    Result: JSON; "" where it points at something of ours that can't be described (a hidden sheet, a cell beside ours).
    """
    described = _Describing(formula, sheet, moves)
    if described.unknown:
        return ""
    return json.dumps(described.parts, ensure_ascii=False, separators=(",", ":"))


def resolved(aim: str, moves: MovedSheets) -> str | None:
    """The formula at the addresses of the workbook that is about to be written; None while a target is not there."""
    if not aim:
        return None
    return _joined("", [part if isinstance(part, str) else _found(part, moves) for part in json.loads(aim)])


class _Describing:
    """One formula, its references to our sheets taken out one by one."""

    def __init__(self, formula: str, sheet: str, moves: MovedSheets):
        self._moves, self._home = moves, moves.called(sheet)
        self._found: list[list[Any]] = []
        self.unknown = _SIGN in formula
        words = rewritten(formula, self._on_sheets, self._here, self._word).split(_SIGN)
        self.parts = [self._found[int(part)] if k % 2 else part for k, part in enumerate(words)]

    def _put(self, *described: Any) -> str:
        self.unknown = self.unknown or None in described
        self._found.append(list(described))
        return f"{_SIGN}{len(self._found) - 1}{_SIGN}"

    def _on_sheets(self, sheets: str, area: str) -> str | None:
        first, colon, last = sheets.partition(":")
        if colon:
            ends = [self._moves.called(end) for end in (first, last)]
            if not any(ends):
                return None
            keys = [["key", self._moves.key(name)] if name else ["own", end] for name, end in zip(ends, (first, last))]
            return self._put("through", *keys, area)
        name = self._moves.called(sheets)
        if name is None:
            return None
        cells = cells_of(without_sheet(area)) if area else None
        rest = cells and self._moves.rest(name, cells)
        if rest:  # a cell of the user's own, on a sheet of his from now on
            return f"{sheet_words(rest, sheets)}!{area}"
        return self._put("on", self._moves.key(name), self._area(name, area), sheets)

    def _here(self, area: str) -> str | None:
        if self._home is None:
            return None
        return self._put("here", self._moves.key(self._home), self._area(self._home, area))

    def _word(self, name: str) -> str | None:
        return self._put("name", name) if self._moves.is_ours(name) else None

    def _area(self, name: str, area: str) -> Any:
        cells, there = cells_of(without_sheet(area)) if area else None, self._moves.old_landmarks(name)
        return there.describe(cells) if cells and there else None


def _found(described: list[Any], moves: MovedSheets) -> str | None:
    kind, *rest = described
    if kind == "name":
        return rest[0] if moves.is_new(rest[0]) else None
    if kind == "through":
        *ends, area = rest
        sheets = _joined(":", [moves.new_name(end) if how == "key" else end for how, end in ends])
        return None if sheets is None else f"{quoted(sheets)}!{area}"
    key, area, *written = rest
    name, there = moves.new_name(key), moves.new_landmarks(key)
    cells = there.find(area) if there else None
    if name is None or cells is None:
        return None
    return f"{sheet_words(name, written[0])}!{cells.text()}" if kind == "on" else cells.text()


def _joined(between: str, parts: list[str | None]) -> str | None:
    """The parts in one; None where one of them is not there."""
    there = [part for part in parts if part is not None]
    return between.join(there) if len(there) == len(parts) else None
