"""Windows that ask the user something which Excel's own message box can't: files, a folder, one or several of a list.

Tk comes with Python on Windows and on the Mac; where it is missing the question can't be asked and NoDialogs
says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xl_kpi.catalog import text
from xl_kpi.errors import XlKpiError

WIDE, HIGH = 560, 420  # pixels: of a line of words, of what is scrolled


class NoDialogs(XlKpiError):
    """This Python can't show windows."""


class _Unanswered(Exception):
    """Something in a window is not filled in yet: it stays open."""


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


@dataclass(frozen=True)
class Line:
    """One thing that is asked: the words, what may be chosen (nothing: it is typed), what stands there first.

    ``above``: words for one more choice above it that sets this line and those below it, and how many these are.
    """

    words: str
    choices: tuple[str, ...] = ()
    first: str = ""
    above: tuple[str, int] | None = None


def answers(title: str, question: str, lines: Sequence[Line], lang: str) -> list[int | str] | None:
    """An answer for each line; None when it was cancelled.

    Result: the position of the choice, or what was typed where there are none; the window stays until all is answered.
    """

    def fields(frame: Any) -> Callable[[], list[int | str]]:
        inside, show = _scrolled(frame)
        inside.unbind_class("TCombobox", "<MouseWheel>")  # scrolling past a box must not change it
        boxes: list[Any] = []
        for place, line in enumerate(lines):
            if line.above:
                words, count = line.above
                above = _box(inside, words, line.choices, "", show)

                def set_all(_: Any, above: Any = above, first: int = place, count: int = count) -> None:
                    for box in boxes[first : first + count]:
                        box.value.set(above.value.get())

                above.bind("<<ComboboxSelected>>", set_all)
            boxes.append(_box(inside, line.words, line.choices, line.first, show))
        boxes[0].after_idle(boxes[0].focus_force)

        def read() -> list[int | str]:
            for box in boxes:
                if not box.value.get().strip():
                    box.focus_force()
                    raise _Unanswered
            return [
                line.choices.index(box.value.get()) if line.choices else box.value.get().strip()
                for box, line in zip(boxes, lines, strict=True)
            ]

        return read

    found: list[int | str] | None = _ask(title, question, fields, lang)
    return found


def _box(frame: Any, words: str, choices: Sequence[str], first: str, show: Callable[[Any], None]) -> Any:
    """A row with words and what is chosen or typed; ``show`` brings it into sight when it gets the cursor."""
    from tkinter import StringVar, ttk

    row = frame.grid_size()[1]
    asked = ttk.Label(frame, text=words, justify="left", wraplength=WIDE * 2 // 3)
    asked.grid(row=row, column=0, sticky="w", pady=4)
    value = StringVar(frame, first)
    width = max(map(len, choices), default=0) * 2 + 4
    box: Any = ttk.Entry(frame, textvariable=value, width=24)
    if choices:
        box = ttk.Combobox(frame, textvariable=value, values=list(choices), state="readonly", width=min(width, 40))
    box.value = value  # Tk forgets a variable that nobody holds
    box.grid(row=row, column=1, sticky="w", padx=12, pady=4)
    box.bind("<FocusIn>", lambda event: show(event.widget))
    return box


def agreed(
    title: str, question: str, words: str, headers: Sequence[str], rows: Sequence[Sequence[str]], lang: str
) -> bool:
    """Whether the user agrees with what is shown: ``words`` to be scrolled, and below them a table, if it has rows.

    Arguments: ``headers`` of its columns; the last two are numbers.
    """

    def shown(frame: Any) -> Callable[[], bool]:
        import tkinter
        from tkinter import ttk

        above = ttk.Frame(frame)
        above.pack(fill="both", expand=True)
        page = tkinter.Text(above, width=90, height=min(words.count("\n") + 2, 16), wrap="word", relief="flat")
        page.insert("1.0", words)
        page.configure(state="disabled")
        _with_bar(above, page)
        if rows:
            below = ttk.Frame(frame)
            below.pack(fill="both", expand=True, pady=(10, 0))
            table = ttk.Treeview(below, columns=list(headers), show="headings", height=min(len(rows), 16))
            for place, header in enumerate(headers):
                side: Any = "e" if place >= len(headers) - 2 else "w"
                table.heading(header, text=header, anchor=side)
                table.column(header, anchor=side, width=WIDE // len(headers) + 30)
            for row in rows:
                table.insert("", "end", values=list(row))
            _with_bar(below, table)
        return lambda: True

    return _ask(title, question, shown, lang) is True


def _with_bar(frame: Any, page: Any) -> None:
    """Something long, with a bar to scroll it."""
    from tkinter import ttk

    bar = ttk.Scrollbar(frame, command=page.yview)
    page.configure(yscrollcommand=bar.set)
    bar.pack(side="right", fill="y")
    page.pack(side="left", fill="both", expand=True)


def _scrolled(frame: Any) -> tuple[Any, Callable[[Any], None]]:
    """A place for many lines, as high as they are up to ``HIGH``; and what brings one of them into sight."""
    import tkinter
    from tkinter import ttk

    canvas = tkinter.Canvas(frame, highlightthickness=0, background=ttk.Style(frame).lookup("TFrame", "background"))
    inside = ttk.Frame(canvas)
    canvas.create_window(0, 0, window=inside, anchor="nw")
    _with_bar(frame, canvas)

    def fit(_: Any) -> None:
        size = inside.winfo_reqwidth(), min(inside.winfo_reqheight(), HIGH)
        canvas.configure(width=size[0], height=size[1], scrollregion=canvas.bbox("all"))

    def show(line: Any) -> None:
        top, whole = line.winfo_y(), max(inside.winfo_height(), 1)
        if not canvas.canvasy(0) <= top <= canvas.canvasy(canvas.winfo_height() - line.winfo_height()):
            canvas.yview_moveto(max(0, top - canvas.winfo_height() // 2) / whole)

    inside.bind("<Configure>", fit)
    canvas.bind_all("<MouseWheel>", lambda event: canvas.yview_scroll(-1 if event.delta > 0 else 1, "units"))
    return inside, show


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
        ttk.Label(page, text=question, justify="left", wraplength=WIDE).pack(pady=(0, 10), anchor="w")
        frame = ttk.Frame(page)
        frame.pack(fill="both", expand=True)
        read = contents(frame)

        def accept() -> None:
            try:
                answer[0] = read()
            except _Unanswered:
                return
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
