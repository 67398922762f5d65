"""Formulas that name cells of ours in words, put together from texts and other cells: nothing can follow these.

``FormulaMove`` tells of a text that names a sheet and cells as they stand there.  Here it is asked what INDIRECT and
its like are given in the end: ``A1 & "!H20"``, where A1 says the sheet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from html import unescape

from xl_kpi.workbook.addresses import place_of, relative
from xl_kpi.workbook.cells.references import LOST
from xl_kpi.workbook.graft.book import WorkbookPart
from xl_kpi.workbook.graft.old_sheet import SharedTexts
from xl_kpi.workbook.graft.pointing.formulas import Stranded, formulas_in
from xl_kpi.workbook.package.package import Package

_NAMES = "INDIRECT", "HYPERLINK", "ADDRESS", "SHEET"
_CALL = re.compile(rf"(?<![\w.])({'|'.join(_NAMES)})\s*\(", re.IGNORECASE)
_MAY_CALL = [re.compile(rf"{name}\s*\(") for name in _NAMES]  # in capitals: many times as fast, one by one
_TOKEN = re.compile(r"\"((?:[^\"]|\"\")*)\"|'(?:[^']|'')+'|.", re.DOTALL)
_CELL = re.compile(r"(?:(?:'((?:[^']|'')+)'|([^\s\"'!&(),;]+))!)?(\$?[A-Za-z]{1,3}\$?\d{1,7})")
_R1C1 = re.compile(r"(?<=!)R(\d+)C(\d+)(?![\d\w])", re.IGNORECASE)
_RULES = re.compile(r"<(?:[\w.\-]+:)?(?:formula[12]?|f)(?:\s[^>]*)?>([^<]*)</")
_SHEET_AT = {"ADDRESS": 4, "SHEET": 0}  # the argument that is a sheet's name

Follow = Callable[[str, str], str]


class WordsAsked:
    """What formulas of a file are given in words.

    Arguments: ``user`` and ``book`` the package before anything is changed; ``texts`` its shared texts; ``sheets`` old
    name → new name of ours (None: it goes); ``formula`` as ``Moves.formula``.
    """

    def __init__(
        self,
        user: Package,
        book: WorkbookPart,
        texts: SharedTexts,
        sheets: Mapping[str, str | None],
        formula: Follow,
    ):
        self._user, self._book, self._texts, self._formula = user, book, texts, formula
        self._parts = {tab.name.casefold(): tab.part for tab in book.tabs}
        self._left = {old.casefold() for old, new in sheets.items() if new != old}
        self._xml: dict[str, str] = {}

    def stranded(self) -> Iterator[Stranded]:
        """The formulas whose words no longer lead to the cells that they did: those of cells, rules and names."""
        for tab in self._book.tabs:
            xml = self._text(tab.part)
            capitals = xml.upper()
            if not any(call.search(capitals) for call in _MAY_CALL):
                continue
            for each in formulas_in(xml):
                if each.place and self.goes(each.text, tab.name):
                    yield Stranded(tab.name, "words", f"={each.text}", relative(*each.place))
            for rule in _RULES.finditer(xml, xml.rfind("</sheetData>")):
                if self.goes(unescape(rule[1]), tab.name):
                    yield Stranded(tab.name, "words", f"={unescape(rule[1])}")
        for name in self._book.names():
            if self.goes(name.text or "", ""):
                at = int(name.get("localSheetId", "-1"))
                of = f"{self._book.tabs[at].name}!" if 0 <= at < len(self._book.tabs) else ""
                yield Stranded("", "words", f"={name.text}", f"{of}{name.get('name', '')}")

    def goes(self, formula: str, sheet: str) -> bool:
        """Whether a formula (without "=") on a sheet is given words that lead elsewhere now."""
        return any(self._leads_elsewhere(*call, sheet) for call in _calls(formula))

    def _leads_elsewhere(self, function: str, arguments: list[str], sheet: str) -> bool:
        at = _SHEET_AT.get(function, 0)
        said = [self._piece(piece, sheet) for piece in _split(arguments[at], "&")] if at < len(arguments) else []
        known = [words.strip().strip("'#!").casefold() for words in said if words]
        if function in _SHEET_AT or None in said:  # of what is not known, the name of a sheet tells enough
            return not self._left.isdisjoint(known)
        words = _without_file("".join(map(str, said)))
        words = _R1C1.sub(lambda one: relative(int(one[1]), int(one[2])), words)
        if not words or "://" in words:
            return False
        now = self._formula(words, sheet)
        return LOST in now or _plain(now) != _plain(words)

    def _piece(self, words: str, sheet: str) -> str | None:
        """What a part of an argument says: a text, or the cell that it names; None where nobody knows."""
        words = words.strip()
        if text := re.fullmatch(r'"((?:[^"]|"")*)"', words):
            return text[1].replace('""', '"')
        if words.isdecimal():
            return words
        cell = _CELL.fullmatch(words)
        if not cell:
            return None
        name = (cell[1] or cell[2] or sheet).replace("''", "'")
        return self._cell(self._parts.get(name.casefold(), ""), cell[3].replace("$", "").upper())

    def _cell(self, part: str, address: str) -> str | None:
        """The words in one cell."""
        pattern = rf'<(?:\w+:)?c\s(?=[^>]*\br="{address}")([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)'
        found = re.search(pattern, self._text(part), re.DOTALL)
        if not found or not found[2]:
            return "" if part and place_of(address) else None
        value = re.search(r"<(?:\w+:)?v(?:\s[^>]*)?>([^<]*)</", found[2])
        if re.search(r'\bt="s"', found[1]) and value and value[1].isdecimal():
            return self._texts.text(int(value[1]))
        if value:
            return unescape(value[1])
        return unescape("".join(re.findall(r"<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)</", found[2])))

    def _text(self, part: str) -> str:
        if part not in self._xml:
            self._xml[part] = self._user.parts.get(part, b"").decode("utf-8", "replace")
        return self._xml[part]


def _calls(formula: str) -> Iterator[tuple[str, list[str]]]:
    """The functions that are told in words where to look, each with its arguments."""
    for call in _CALL.finditer(formula):
        depth, end = 1, len(formula)
        for token in _TOKEN.finditer(formula, call.end()):
            depth += {"(": 1, ")": -1}.get(token[0], 0)
            if not depth:
                end = token.start()
                break
        yield call[1].upper(), _split(formula[call.end() : end], ",")


def _split(words: str, sign: str) -> list[str]:
    """An argument list, or a text put together, at the signs that stand in no text and no call."""
    found, depth = [""], 0
    for token in _TOKEN.finditer(words):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if token[0] == sign and not depth:
            found.append("")
        else:
            found[-1] += token[0]
    return found


def _without_file(words: str) -> str:
    """A place in this workbook: without the sign of a link, and without the file's own name."""
    return re.sub(r"^#?'?(?:\[[^\]]*\])?", lambda found: "'" if "'" in found[0] else "", words)


def _plain(words: str) -> str:
    return words.replace("'", "").replace("$", "").casefold()
