"""The LAMBDA names of a workbook file: away where xlwings Lite answers, back where it does not, never both.

With a LAMBDA and a function of xlwings Lite by one name in a workbook, Excel is reported to run no Python function of
it any more.  The names are cut out of the workbook's part and put back as text, and on the sheet 関数 the one result
that tells which of them answer is written anew; nothing else is touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from xml.sax.saxutils import escape, quoteattr

from xl_kpi.addin.lite.xml_text import bad, decoded, relations, tree
from xl_kpi.catalog import LANGUAGES, text
from xl_kpi.catalog.functions import MARKER, functions, is_name_of_function
from xl_kpi.workbook.cells.areas import reference
from xl_kpi.workbook.package.named_parts import NamedParts
from xl_kpi.workbook.writing.lambdas import lambda_names

_PAGE = "tbl_functions"  # points to the sheet 関数, which a plan may do without
_GOAL = "kgi_value"  # a cell of 設定: only a workbook that has this sheet or the other gets the names
_BOOK, _SHEET = "/officeDocument", "/worksheet"  # how the types of the relations end
_NAME = re.compile(
    r"""<((?:\w+:)?)definedName\b((?:[^>"']|"[^"]*"|'[^']*')*?)(?:/>|>(.*?)</(?:\w+:)?definedName\s*>)""", re.DOTALL
)
_EMPTY = re.compile(r"<((?:\w+:)?)definedNames\s*>\s*</\1definedNames\s*>")
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_CELL = re.compile(r"<(?:\w+:)?c\b[^>]*?(?:/>|>.*?</(?:\w+:)?c\s*>)", re.DOTALL)
_FORMULA = re.compile(r"<(?:\w+:)?f\b[^>]*>(.*?)</(?:\w+:)?f\s*>", re.DOTALL)
_RESULT = re.compile(r"(<(?:\w+:)?v\b[^>]*>)(.*?)(</(?:\w+:)?v\s*>)", re.DOTALL)
_WORDS = r'"((?:[^"]|"")*)"'
_AT_WORK = re.compile(rf"IF\(ISERROR\({MARKER}\),\s*{_WORDS},\s*{_WORDS}\)", re.IGNORECASE)


@dataclass(frozen=True)
class _Name:
    """A defined name: its element as it stands there, and what it says; ``local`` it is of one sheet only."""

    element: str
    prefix: str
    name: str
    refers_to: str
    local: bool

    @property
    def ours(self) -> bool:
        return not self.local and is_name_of_function(self.name, self.refers_to)


def take_out(parts: NamedParts, lang: str) -> None:
    """The names of our functions away; a user's name that is called like one stays."""
    book = _book(parts, lang)
    content = decoded(parts[book], book, lang)
    for name in _names(content):
        if name.ours:
            content = content.replace(name.element, "", 1)
    parts[book] = _EMPTY.sub("", content).encode("utf-8")
    _tell(parts, book, lang, by_names=False)


def put_back(parts: NamedParts, lang: str) -> None:
    """The names of our functions in a plan of ours that lacks them, where ``take_out`` found them.

    Special cases: a plan without the sheet 関数 has the names, too; what is no plan of ours gets none.
    """
    book = _book(parts, lang)
    content = decoded(parts[book], book, lang)
    names = list(_names(content))
    of_book = {name.name: name for name in names if not name.local}
    page, goal = of_book.get(_PAGE), of_book.get(_GOAL)
    place, settings = (reference(name.refers_to) if name else None for name in (page, goal))
    plan = page if place else goal if settings else None
    if plan is None:
        return
    taken = {name.casefold() for name in of_book}
    of_plan = _language(parts, book, lang) or (_language_of(settings.sheet) if settings else None) or lang
    fresh = "".join(
        f"<{plan.prefix}definedName name={quoteattr(name)} comment={quoteattr(said)}>{escape(refers_to)}"
        f"</{plan.prefix}definedName>"
        for name, (refers_to, said) in lambda_names(of_plan).items()
        if name.casefold() not in taken
    )
    behind = next((content.index(name.element) for name in names if name.local), None)
    end = content.rindex(names[-1].element) + len(names[-1].element) if behind is None else behind
    content = content[:end] + fresh + content[end:]
    if page and place and MARKER not in taken and _sentence(parts, book, lang):
        sheet = page.refers_to.rpartition("!")[0]
        marker = f"<{page.prefix}definedName name={quoteattr(MARKER)}>{escape(sheet)}!$B${place.row}"
        content = content.replace(page.element, f"{page.element}{marker}</{page.prefix}definedName>", 1)
    parts[book] = content.encode("utf-8")
    _tell(parts, book, lang, by_names=True)


def users_names(parts: NamedParts, lang: str) -> list[str]:
    """Names of the user's that are called like a function of ours."""
    book = _book(parts, lang)
    ours = {entry.name.casefold() for entry in functions()}
    names = _names(decoded(parts[book], book, lang))
    return list(dict.fromkeys(name.name for name in names if name.name.casefold() in ours and not name.ours))


def is_told(parts: NamedParts, lang: str) -> bool:
    """Whether the sheet 関数 says what is so: one of an earlier version always speaks of the names."""
    book = _book(parts, lang)
    there = any(name.name == _PAGE for name in _names(decoded(parts[book], book, lang)))
    return not there or _sentence(parts, book, lang) is not None


def _book(parts: NamedParts, lang: str) -> str:
    found = [part for kind, _, part in relations(parts, "", lang) if kind.endswith(_BOOK) and part in parts]
    return found[0] if found else bad("xl/workbook.xml", lang)


def _names(content: str) -> Iterator[_Name]:
    for match in _NAME.finditer(content):
        attributes = {key: unescape(one or other) for key, one, other in _ATTRIBUTE.findall(match[2])}
        refers_to = unescape(match[3] or "")
        yield _Name(match[0], match[1], attributes.get("name", ""), refers_to, "localSheetId" in attributes)


# --- what the sheet 関数 says


def _tell(parts: NamedParts, book: str, lang: str, *, by_names: bool) -> None:
    """The stored result of the sentence, so that a reader that computes nothing shows the right one, too."""
    found = _sentence(parts, book, lang)
    if found is None:
        return
    part, cell, said = found
    result = escape(said[1 if by_names else 0])
    content = decoded(parts[part], part, lang)
    new = _RESULT.sub(lambda match: f"{match[1]}{result}{match[3]}", cell)
    parts[part] = content.replace(cell, new, 1).encode("utf-8")


def _language(parts: NamedParts, book: str, lang: str) -> str | None:
    found = _sentence(parts, book, lang)
    return next((each for each in LANGUAGES if found and text("functions_by_names", each) == found[2][1]), None)


def _language_of(settings: str) -> str | None:
    """The plan's language by what its sheet 設定 is called; None where the user calls it otherwise."""
    return next((each for each in LANGUAGES if text("sheet_settings", each) == settings), None)


def _sentence(parts: NamedParts, book: str, lang: str) -> tuple[str, str, tuple[str, str]] | None:
    """The part of the sheet, the cell as it stands there, and what it says (where Lite answers, where names do)."""
    names = _names(decoded(parts[book], book, lang))
    place = next((reference(name.refers_to) for name in names if name.name == _PAGE and not name.local), None)
    part = _part_of(parts, book, place.sheet, lang) if place else None
    if part is None:
        return None
    for cell in _CELL.findall(decoded(parts[part], part, lang)):
        formula = _FORMULA.search(cell) if MARKER in cell else None
        words = _AT_WORK.search(unescape(formula[1])) if formula else None
        if words:
            return part, cell, (words[1].replace('""', '"'), words[2].replace('""', '"'))
    return None


def _part_of(parts: NamedParts, book: str, sheet: str, lang: str) -> str | None:
    """The part of a sheet by its name."""
    targets = {ident: part for kind, ident, part in relations(parts, book, lang) if kind.endswith(_SHEET)}
    for each in tree(parts, book, lang).iter():
        if each.tag.endswith("}sheet") and each.get("name", "").casefold() == sheet.casefold():
            ident = next((value for key, value in each.attrib.items() if key.endswith("}id")), "")
            part = targets.get(ident)
            return part if part in parts else None
    return None
