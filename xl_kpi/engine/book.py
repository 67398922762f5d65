"""A workbook in memory: its sheets, its defined names, and what only our engine can do with a whole book."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet
from xlwings import NoSuchObjectError, base_classes

from xl_kpi.engine.loading import loaded
from xl_kpi.engine.saving import package_bytes
from xl_kpi.engine.sheet import Sheet
from xl_kpi.engine.styles import StyleBook


class Book(base_classes.Book):
    """One workbook.  A book that was opened from a file is for reading: writing to it raises."""

    def __init__(self, books: Any, wb: Workbook, name: str, fullname: str, data: bytes | None = None) -> None:
        self.books = books
        self.wb = wb
        self._name = name
        self._fullname = fullname
        self._data = data
        self.blank: Worksheet | None = None if data else wb.active
        self.styles = StyleBook(wb)
        self.charts: dict[Worksheet, list[Any]] = {}

    @classmethod
    def new(cls, books: Any, name: str) -> Book:
        wb = Workbook()
        wb.active.title = "Sheet1"
        return cls(books, wb, name, name)

    @classmethod
    def from_file(cls, books: Any, path: str) -> Book:
        file = Path(path).resolve()
        data = file.read_bytes()
        return cls(books, loaded(BytesIO(data), data_only=True), file.name, str(file), data)

    @cached_property
    def formulas(self) -> Workbook:
        """The same workbook with formulas where ``wb`` has their stored results; read when first asked for."""
        return loaded(BytesIO(self._data)) if self._data else self.wb

    def writable(self) -> Workbook:
        """The workbook, to be changed; raises for a book that was opened from a file."""
        if self._data:
            raise PermissionError(f"{self._name}: a book that was opened from a file is for reading only")
        return self.wb

    @property
    def api(self) -> Book:
        return self

    @property
    def name(self) -> str:
        return self._name

    @property
    def fullname(self) -> str:
        return self._fullname

    @property
    def app(self) -> Any:
        return self.books.app

    @property
    def sheets(self) -> Sheets:
        return Sheets(self)

    @property
    def names(self) -> Names:
        return Names(self)

    def activate(self) -> None:
        """Nothing is on screen, so there is nothing to bring to the front."""

    def close(self) -> None:
        self.books.all.remove(self)

    # ---- beyond xlwings -------------------------------------------------------------------------------

    def to_bytes(self) -> bytes:
        """The workbook as a file: .xlsx, uncompressed, and the same bytes for the same content."""
        return package_bytes(self.writable(), self.charts)

    @property
    def font(self) -> tuple[str, str]:
        """The theme fonts (Latin, East Asian); set them before the styles are defined."""
        return self.styles.fonts

    @font.setter
    def font(self, names: tuple[str, str]) -> None:
        self.writable()
        self.styles.set_fonts(*names)

    def define_styles(self, styles: Mapping[str, Any]) -> None:
        """Make a named cell style "kpi <name>" of each ``theme.Style``, for ``sheet.api.set_styles``."""
        self.writable()
        self.styles.define(styles)

    def adopt_styles(self, styles: bytes | None, theme: bytes | None, cells: Mapping[int, int]) -> list[str]:
        """Let our styles look as they do in a restyled template; gives the style names found in it.

        For each named style "kpi <name>" the most frequent look of the template's cells that carry it is
        taken (a person who restyles often formats cells, not styles), else the named style's own look, and
        the template's theme.  Which cells are locked is not taken over.
        Arguments: ``styles`` and ``theme`` those parts of the template; ``cells`` number of a cell format → how many
        of its cells have it.
        """
        self.writable()
        return self.styles.adopt(styles, theme, cells)

    def name_comment(self, name: str, comment: str) -> None:
        """What Excel's name manager says about a defined name."""
        self.writable()
        self.names(name).defined.comment = comment


class Sheets(base_classes.Sheets):
    """The sheets of a book, in the order of their tabs."""

    def __init__(self, book: Book) -> None:
        self.book = book

    @property
    def api(self) -> Sheets:
        return self

    @property
    def active(self) -> Sheet:
        return Sheet(self.book, self.book.wb.active)

    def __call__(self, name_or_index: str | int) -> Sheet:
        sheets = self.book.wb.worksheets
        if isinstance(name_or_index, str):
            for ws in sheets:
                if ws.title.casefold() == name_or_index.casefold():
                    return Sheet(self.book, ws)
            raise NoSuchObjectError(f"Sheet {name_or_index!r} doesn't exist.")
        return Sheet(self.book, sheets[name_or_index - 1])

    def __contains__(self, name: str) -> bool:
        return any(ws.title.casefold() == name.casefold() for ws in self.book.wb.worksheets)

    def __len__(self) -> int:
        return len(self.book.wb.worksheets)

    def __iter__(self) -> Any:
        return (Sheet(self.book, ws) for ws in self.book.wb.worksheets)

    def add(self, before: Sheet | None = None, after: Sheet | None = None, name: str | None = None) -> Sheet:
        """Add a sheet beside another one, else as the last; the blank sheet of a new book makes way for it."""
        wb = self.book.writable()
        blank, self.book.blank = self.book.blank, None
        position = len(wb.worksheets)
        if before is not None:
            position = before.index - 1
        elif after is not None:
            position = after.index
        sheet = Sheet(self.book, wb.create_sheet(index=position))
        if blank is not None and not blank._cells:
            wb.remove(blank)
        if name is not None:
            sheet.name = name
        wb.active = wb.index(sheet.ws)
        return sheet


class Names(base_classes.Names):
    """The defined names of the whole book (those of a single sheet stand as Sheet!name)."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.api = self

    def _all(self) -> list[Name]:
        found = [Name(self.book, None, name) for name in self.book.wb.defined_names.values()]
        for ws in self.book.wb.worksheets:
            found.extend(Name(self.book, ws, name) for name in ws.defined_names.values())
        return found

    def snapshot(self) -> list[tuple[str, Name]]:
        return [(name.name, name) for name in self._all()]

    def __call__(self, name_or_index: str | int) -> Name:
        if isinstance(name_or_index, int):
            return self._all()[name_or_index - 1]
        defined = self.book.wb.defined_names.get(name_or_index)
        if defined is not None:
            return Name(self.book, None, defined)
        for name in self._all():
            if name.name.casefold() == name_or_index.casefold():
                return name
        raise KeyError(name_or_index)

    def contains(self, name_or_index: str | int) -> bool:
        try:
            return bool(self(name_or_index))
        except (KeyError, IndexError):
            return False

    def __len__(self) -> int:
        return len(self._all())

    def add(self, name: str, refers_to: str) -> Name:
        wb = self.book.writable()
        if self.contains(name):
            raise ValueError(f"the name {name!r} is there already")
        wb.defined_names[name] = DefinedName(name, attr_text=refers_to.removeprefix("="))
        return Name(self.book, None, wb.defined_names[name])


class Name(base_classes.Name):
    """One defined name."""

    def __init__(self, book: Book, ws: Worksheet | None, defined: DefinedName) -> None:
        self.book = book
        self.ws = ws
        self.defined = defined
        self.api = self

    @property
    def name(self) -> str:
        return f"{self.ws.title}!{self.defined.name}" if self.ws is not None else self.defined.name

    @name.setter
    def name(self, value: str) -> None:
        raise NotImplementedError("a name is not renamed: delete it and add another one")

    @property
    def refers_to(self) -> str:
        return f"={self.defined.attr_text}"

    @refers_to.setter
    def refers_to(self, value: str) -> None:
        self.book.writable()
        self.defined.attr_text = value.removeprefix("=")

    @property
    def refers_to_range(self) -> Any:
        sheet, _, address = self.defined.attr_text.rpartition("!")
        sheet = sheet.removeprefix("'").removesuffix("'").replace("''", "'")
        if not sheet or "," in address:
            raise NoSuchObjectError(f"The name {self.name!r} doesn't refer to one range: {self.refers_to}")
        return self.book.sheets(sheet).range(address)

    def delete(self) -> None:
        self.book.writable()
        del (self.ws or self.book.wb).defined_names[self.defined.name]
