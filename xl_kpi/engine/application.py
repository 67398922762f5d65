"""The engine itself, its application and its collection of books."""

from __future__ import annotations

import datetime as dt
import math
import os
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import count
from typing import Any

import xlwings
from xlwings import base_classes

from xl_kpi.engine.book import Book

_PLAIN = frozenset({str, int, bool, type(None), dt.datetime, dt.date, dt.time, dt.timedelta})


class FileEngine:
    """What xlwings asks of an engine: its name, its applications, and how values pass in and out."""

    name = "xl_kpi"
    type = "file"

    def __init__(self) -> None:
        self.apps = Apps()

    @staticmethod
    def prepare_xl_data_element(x: Any, options: Any) -> Any:
        """One value on its way into a cell: numbers of other libraries become Python's, NaN becomes blank."""
        kind = type(x)
        if kind in _PLAIN:
            return x
        if kind is float:
            return x if math.isfinite(x) else _not_finite(x)
        if kind.__name__ in ("NaTType", "NAType"):
            return None
        if hasattr(x, "to_pydatetime"):  # a pandas Timestamp
            return x.to_pydatetime()
        if kind.__name__ == "datetime64":
            return x.astype("datetime64[us]").item()
        if hasattr(x, "item"):  # a numpy scalar
            return FileEngine.prepare_xl_data_element(x.item(), options)
        if isinstance(x, (Decimal, Fraction)):
            return float(x)
        return x

    @staticmethod
    def clean_value_data(data: Any, datetime_builder: Any, empty_as: Any, number_builder: Any, err_to_str: Any) -> Any:
        """A matrix on its way out, with the options ``dates``, ``empty`` and ``numbers`` of the reader applied."""
        if empty_as is None and number_builder is None and datetime_builder is dt.datetime:
            return [list(line) for line in data]

        def clean(value: Any) -> Any:
            if value is None:
                return empty_as
            if number_builder is not None and isinstance(value, float):
                return number_builder(value)
            if isinstance(value, dt.datetime) and datetime_builder is not dt.datetime:
                names = ("year", "month", "day", "hour", "minute", "second", "microsecond")
                return datetime_builder(**{name: getattr(value, name) for name in names}, tzinfo=None)
            return value

        return [[clean(value) for value in line] for line in data]


def _not_finite(x: float) -> None:
    """NaN stands for a missing value; an infinite number has no cell value and is an error upstream."""
    if math.isinf(x):
        raise ValueError("an infinite number can't be written into a cell")


class Apps(base_classes.Apps):
    """One lasting application, so that ``xlwings.engines["xl_kpi"].apps.active`` answers."""

    def __init__(self) -> None:
        self._apps: list[App] = []
        self._front: App | None = None  # one that was activated; books outside the collection stay collectable

    def _started(self) -> list[App]:
        if self._front is not None:
            return [self._front, *(app for app in self._apps if app is not self._front)]
        return self._apps or [self.add()]

    def bring_to_front(self, app: App) -> None:
        self._front = app

    def keys(self) -> list[int]:
        return [app.pid for app in self._started()]

    def add(self, spec: Any = None, add_book: Any = None, xl: Any = None, visible: Any = None) -> App:
        self._front = None
        self._apps.insert(0, App())
        return self._apps[0]

    def __iter__(self) -> Any:
        return iter(self._started())

    def __len__(self) -> int:
        return len(self._started())

    def __getitem__(self, pid: int) -> App:
        return next(app for app in self._started() if app.pid == pid)


class App(base_classes.App):
    """An application: here no more than the owner of its books.

    ``new_book`` and ``open_book`` give every book an application of its own: xlwings tells books apart by
    application and name, and two files may share a name.
    """

    _pids = count(1)

    def __init__(self) -> None:
        self.pid = next(App._pids)

    # Plain attributes, not the base's properties.
    pid: int = 0
    display_alerts: bool = False
    screen_updating: bool = True
    visible: bool = True

    @cached_property
    def books(self) -> Books:
        return Books(self)

    @property
    def api(self) -> App:
        return self

    @property
    def engine(self) -> FileEngine:
        return engine

    @property
    def version(self) -> str:
        return "16.0"  # the file format that is written

    def activate(self, steal_focus: Any = None) -> None:
        """Become xlwings' active application, as its ``sheet.activate()`` asks.

        Where Excel is installed xlwings looks for it there and nowhere else: ``sheet.api.activate()`` does
        the same for our sheets on every computer.
        """
        engine.apps.bring_to_front(self)
        if xlwings.engines.active is None:
            xlwings.engines.active = xlwings.engines["xl_kpi"]  # type: ignore[assignment]  # declared as None

    def quit(self) -> None:
        self.books.all.clear()


class Books(base_classes.Books):
    """The books of one application."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.all: list[Book] = []
        self._numbers = count(1)

    @property
    def api(self) -> Books:
        return self

    @property
    def active(self) -> Book:
        return self.all[-1] if self.all else self.add()

    def __call__(self, name_or_index: str | int) -> Book:
        if isinstance(name_or_index, int):
            return self.all[name_or_index - 1]
        for book in self.all:
            if name_or_index in (book.name, book.fullname):
                return book
        raise KeyError(name_or_index)

    def __len__(self) -> int:
        return len(self.all)

    def __iter__(self) -> Any:
        return iter(self.all)

    def add(self) -> Book:
        self.all.append(Book.new(self, f"Book{next(self._numbers)}"))
        return self.all[-1]

    def open(self, fullname: Any, *options: Any, **more: Any) -> Book:
        self.all.append(Book.from_file(self, os.fspath(fullname)))
        return self.all[-1]


engine = FileEngine()
