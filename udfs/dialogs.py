"""Windows that ask the user something which Excel's own message box can't: files, a folder, one or several of a list.

Tk comes with Python on Windows and on the Mac; where it is missing the question can't be asked and NoDialogs
says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from xl_kpi.catalog import text
from xl_kpi.errors import XlKpiError


class NoDialogs(XlKpiError):
    """This Python can't show windows."""


@contextmanager
def _root(lang: str) -> Any:
    try:
        import tkinter

        root = tkinter.Tk()
    except Exception as problem:  # no Tk in this Python, or no screen
        raise NoDialogs(text("dialog_none", lang)) from problem
    root.withdraw()
    root.attributes("-topmost", True)  # else it opens behind Excel
    try:
        yield root
    finally:
        root.destroy()


def files(title: str, kinds: Sequence[tuple[str, str]], folder: Path, lang: str) -> list[Path]:
    """The files that the user picks; none when the window is closed.  ``kinds``: (word, "*.xlsx *.eml")."""
    with _root(lang) as root:
        from tkinter import filedialog

        picked = filedialog.askopenfilenames(parent=root, title=title, filetypes=list(kinds), initialdir=folder)
    return [Path(name) for name in picked]


def folder(title: str, start: Path, lang: str) -> Path | None:
    """The folder that the user picks."""
    with _root(lang) as root:
        from tkinter import filedialog

        picked = filedialog.askdirectory(parent=root, title=title, initialdir=start)
    return Path(picked) if picked else None


def several(title: str, question: str, options: Sequence[tuple[str, str, bool]], lang: str) -> list[str] | None:
    """Ids of the ticked lines; None when it was cancelled.  ``options``: (id, label, ticked)."""

    def boxes(frame: Any) -> Callable[[], list[str]]:
        from tkinter import BooleanVar, ttk

        ticks = {}
        for id_, label, on in options:
            ticks[id_] = BooleanVar(frame, on)
            ttk.Checkbutton(frame, text=label, variable=ticks[id_]).pack(fill="x")
        return lambda: [id_ for id_, tick in ticks.items() if tick.get()]

    return _ask(title, question, boxes, lang)


def one(title: str, question: str, options: Sequence[str], lang: str) -> int | None:
    """The position of the picked line; None when it was cancelled."""

    def lines(frame: Any) -> Callable[[], int | None]:
        import tkinter

        box = tkinter.Listbox(frame, width=max(map(len, options), default=20) + 8, height=min(len(options), 20))
        box.insert("end", *options)
        box.pack(fill="both", expand=True)
        box.selection_set(0)
        box.after_idle(box.focus_force)
        return lambda: box.curselection()[0] if box.curselection() else None

    return _ask(title, question, lines, lang)


def _ask(title: str, question: str, contents: Callable[[Any], Callable[[], Any]], lang: str) -> Any:
    """A window with a question, some contents, and the buttons OK and Cancel."""
    with _root(lang) as root:
        from tkinter import Toplevel, ttk

        answer: list[Any] = [None]
        window = Toplevel(root)
        window.title(title)
        window.attributes("-topmost", True)
        page = ttk.Frame(window, padding=16)
        page.pack(fill="both", expand=True)
        ttk.Label(page, text=question, justify="left", wraplength=420).pack(pady=(0, 10), anchor="w")
        frame = ttk.Frame(page)
        frame.pack(fill="both", expand=True)
        read = contents(frame)

        def accept() -> None:
            answer[0] = read()
            window.destroy()

        buttons = ttk.Frame(page)
        buttons.pack(pady=(14, 0), anchor="e")
        for key, command in (("dialog_ok", accept), ("dialog_cancel", window.destroy)):
            ttk.Button(buttons, text=text(key, lang), command=command).pack(side="left", padx=4)
        window.bind("<Return>", lambda _: accept())
        window.bind("<Escape>", lambda _: window.destroy())
        window.focus_force()  # so that keys reach it and not Excel
        root.wait_window(window)
    return answer[0]
