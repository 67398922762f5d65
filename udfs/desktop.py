"""The ribbon on the desktop: each button runs a command of ``xl-kpi`` on the file of the open workbook.

The file is closed in Excel while the command writes it, so that it is saved by parts, whole at every moment and with
a backup, exactly as from a terminal; afterwards it is opened again, whatever happened.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from udfs import dialogs
from xl_kpi.catalog import text
from xl_kpi.errors import Refused

if TYPE_CHECKING:
    from xl_kpi.commands.imports.files import Preview
    from xl_kpi.commands.imports.questions import Answers

MOST_LINES = 25  # of a message: more do not fit on a screen


def file_of(book: Any) -> Path | None:
    """The file of an open workbook; None when it was never saved or lies on a server without a local copy."""
    try:
        path = Path(book.fullname)
    except Exception:  # xlwings finds no local file behind the address of a workbook on a server
        return None
    return path if path.is_absolute() and path.is_file() else None


def _here(book: Any, lang: str) -> Path:
    """The file of an open workbook.  Errors: Refused where there is none on this computer."""
    path = file_of(book)
    if path is None:
        raise Refused(text("ribbon_no_file", lang, book=book.name))
    return path


def user() -> str:
    """Who works at this computer, for 履歴."""
    from xl_kpi.commands.user import user_name

    return user_name()


@contextmanager
def closed(book: Any, lang: str) -> Iterator[Path]:
    """The workbook's file, saved and closed in Excel; it is opened again at the end."""
    path = _here(book, lang)
    app = book.app
    book.save()
    book.close()
    try:
        yield path
    finally:
        app.books.open(str(path))


def run(*arguments: object) -> str:
    """What the command ``xl-kpi`` says to these arguments, on both of its outputs, as a message box can show it."""
    from xl_kpi.cli import cli

    def work() -> None:
        try:
            cli.main([str(argument) for argument in arguments])
        except SystemExit:  # the command line always ends so; what was wrong stands in what it said
            pass

    return _on_a_screen(_said(work))


def _said(work: Callable[[], object]) -> str:
    """What some work says on both outputs."""
    said = StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        work()
    return said.getvalue().strip()


def _on_a_screen(said: str) -> str:
    """As much of a message as fits on a screen."""
    lines = said.splitlines()
    more = len(lines) - MOST_LINES
    return "\n".join([*lines[:MOST_LINES], *([f"… (+{more:,})"] if more > 0 else [])])


def regenerate(book: Any, lang: str) -> str:
    """Write the generated sheets anew."""
    with closed(book, lang) as path:
        return run("regenerate", path, "--lang", lang)


def channels(book: Any, lang: str) -> str | None:
    """Ask which channels to use, and write the workbook so; None when the user thinks better of it."""
    from xl_kpi.commands.channels import list_channels

    return _switched(book, lang, "channels", list_channels)


def pages(book: Any, lang: str) -> str | None:
    """Ask which pages to show, and write the workbook so; None when the user thinks better of it."""
    from xl_kpi.commands.pages import list_pages

    return _switched(book, lang, "pages", list_pages)


def _switched(book: Any, lang: str, command: str, listed: Callable[..., tuple[list[Any], str]]) -> str | None:
    """Ask which of the things that a command lists are to be on, and let it switch those that are not as wanted."""
    path = _here(book, lang)
    book.save()
    offered, _ = listed(path, lang, lang)
    lines = [(choice.id, choice.name, choice.on) for choice in offered]
    wanted = dialogs.several(text(f"ribbon_{command}", lang), text(f"ribbon_{command}_ask", lang), lines, lang)
    if wanted is None or set(wanted) == {choice.id for choice in offered if choice.on}:
        return None
    switches: list[str] = []
    for choice in offered:
        if choice.on != (choice.id in wanted):
            switches += ["--off" if choice.on else "--on", choice.id]
    with closed(book, lang) as path:
        return run(command, path, *switches, "--lang", lang)


def close(book: Any, lang: str) -> str | None:
    """Ask through which month to close, and write the workbook so; None when the user thinks better of it."""
    from xl_kpi.commands.close import months_to_close

    path = _here(book, lang)
    book.save()
    months = months_to_close(path, lang)
    lines = [text("ribbon_close_none", lang), *months]
    position = dialogs.one(text("ribbon_close", lang), text("ribbon_close_ask", lang), lines, lang)
    if position is None:
        return None
    with closed(book, lang) as path:
        return run("close", path, months[position - 1] if position else "--open", "--lang", lang)


def import_files(book: Any, lang: str) -> str | None:
    """Take actuals out of downloaded files: pick them, answer what is unclear, look at what changes, write it.

    None when the user thinks better of it; nothing is written then.
    """
    from xl_kpi.cli.imports.printed import beside_writes, print_files, say_written, write_rows
    from xl_kpi.commands.imports.files import import_files as write
    from xl_kpi.commands.imports.files import look_into, previewed
    from xl_kpi.commands.imports.questions import settled
    from xl_kpi.exchange.exports.files import READ

    file = _here(book, lang)
    kinds = [(text("ribbon_import_kinds", lang), " ".join(f"*{suffix}" for suffix in READ))]
    files = dialogs.files(text("ribbon_import_pick", lang), kinds, file.parent, lang)
    if not files:
        return None
    book.save()
    source = look_into(file, files, words=lang, lang=lang)
    answered: dict[str, str] = {}

    def look(given: Answers, heard: Collection[str]) -> Preview:
        answered.update(given)
        return previewed(source, answers=given, heard=heard)

    found = settled(look, _answers)
    if found.questions:
        return None
    title, read = text("ribbon_import_files", lang), _said(lambda: print_files(found))
    read = "\n\n".join([read, *beside_writes(found)])
    if found.changes:
        key = "ribbon_import_agree" if found.writes else "ribbon_import_agree_list"
        question = text(key, lang, count=len(found.writes))
        headers = [text(f"ribbon_import_{column}", lang) for column in ("channel", "kpi", "month", "old", "new")]
        if not dialogs.agreed(title, question, read, headers, list(write_rows(found)), lang):
            return None
    with closed(book, lang):
        shown = found
        if file.read_bytes() != found.opened.data:  # saved anew: by Excel alone, or with what was typed meanwhile
            found = previewed(look_into(file, files, words=lang, lang=lang), answers=answered, heard=answered)
        if found.questions or (found.writes, found.changes) != (shown.writes, shown.changes):
            raise Refused(text("ribbon_import_changed", lang, book=file.name))
        said = _said(lambda: say_written(write(found), found))
    return _on_a_screen(said if found.changes else f"{text('import_nothing', lang)}\n\n{read}")


def _answers(found: Preview, given: Answers) -> Answers | None:
    """Every question of a preview, in one window; None when it was closed."""
    from xl_kpi.catalog.messages import worded
    from xl_kpi.commands.imports.questions import MOST_ALIKE, alike, labels

    lines, questions = [], []
    for group in alike(found.questions):
        all_of = text("ribbon_import_all", found.lang, count=len(group)) if len(group) > MOST_ALIKE else ""
        for place, question in enumerate(group):
            called, before = labels(question, found), given.get(question.id, "")
            words = worded(question.text, found.lang)
            above = (all_of, len(group)) if all_of and not place else None
            lines.append(dialogs.Line(words, tuple(called.values()), called.get(before, before), above))
            questions.append(question)
    title, ask = text("ribbon_import_files", found.lang), text("ribbon_import_ask", found.lang)
    answers = dialogs.answers(title, ask, lines, found.lang)
    if answers is None:
        return None
    return {
        question.id: question.choices[answer] if isinstance(answer, int) else answer
        for question, answer in zip(questions, answers, strict=True)
    }


def review(book: Any, lang: str) -> str:
    """Put what the review proposes on the log, make its pages anew, and say where the plan stands."""
    from xl_kpi.commands.reviews.figures import propose
    from xl_kpi.commands.reviews.figures import review as look
    from xl_kpi.kpi.review.words import ReviewWords

    with closed(book, lang) as path:
        opened, found = look(path, words=lang, lang=lang)
        done = propose(opened)
    words, count = ReviewWords(found, lang), len(done.rows)
    told = "reviewed_proposed" if count else "reviewed_nothing_new"
    last = text(told, lang, count=count, sheet=text("sheet_actions", lang))
    return "\n".join(filter(None, [words.forecast, words.gap, words.bottleneck, "", last]))


def report(book: Any, lang: str) -> str | None:
    """Write the report of the workbook beside it and open it; the workbook stays open.

    None when the user thinks better of it.
    """
    import webbrowser

    from xl_kpi.commands.reviews.report import report as write

    path = _here(book, lang)
    kinds = ("html", "pdf")
    lines = [text(f"ribbon_report_{kind}", lang) for kind in kinds]
    position = dialogs.one(text("ribbon_report", lang), text("ribbon_report_ask", lang), lines, lang)
    if position is None:
        return None
    book.save()
    name = text("ribbon_report_name", lang, book=path.stem)
    made = write(path, path.with_name(f"{name}.{kinds[position]}"), words=lang, lang=lang)
    webbrowser.open(made.path.as_uri())
    return text("report_done", lang, path=made.path, size=f"{made.size_in_kb:,}")


def distribute(book: Any, lang: str) -> str | None:
    """Make a workbook and a draft of a mail for each person of a list."""
    start = _folder_of(book)
    kinds = [(text("ribbon_people_files", lang), "*.csv")]
    people = dialogs.files(text("ribbon_people", lang), kinds, start, lang)[:1]
    if not people:
        return None
    folder = dialogs.folder(text("ribbon_out", lang), start, lang)
    if folder is None:
        return None
    with closed(book, lang) as path:
        return run("distribute", path, "--to", people[0], "-o", folder, "--lang", lang)


def collect(book: Any, lang: str) -> str | None:
    """Merge returned files; without any, apply the choices made on 統合."""
    kinds = [(text("ribbon_returned_files", lang), "*.xlsx *.eml *.msg")]
    files = dialogs.files(text("ribbon_returned", lang), kinds, _folder_of(book), lang)
    with closed(book, lang) as path:
        return run("collect", path, *files, "--lang", lang)


def restore(book: Any, lang: str) -> str | None:
    """Bring back one of the kept states of the file."""
    from xl_kpi.commands.restore import states

    path = _here(book, lang)
    kept = states(path, lang)
    if not kept:
        return text("restore_none", lang, file=path.name)
    lines = [state.words(lang) for state in kept]
    position = dialogs.one(text("ribbon_restore", lang), text("ribbon_restore_ask", lang), lines, lang)
    if position is None:
        return None
    with closed(book, lang) as path:
        return run("restore", path, kept[position].number, "--lang", lang)


def _folder_of(book: Any) -> Path:
    path = file_of(book)
    return path.parent if path else Path.home()
