"""What an import leaves open, asked on a terminal; told with the options that answer it where nobody can be asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from xl_kpi.catalog import text
from xl_kpi.catalog.messages import worded
from xl_kpi.cli.options import say
from xl_kpi.commands.imports.questions import ALIKE, MOST_ALIKE, alike, labels
from xl_kpi.commands.plans.printed import printable

if TYPE_CHECKING:
    from xl_kpi.commands.imports.questions import Answers, Asking
    from xl_kpi.plan.imported.questions import Question

EACH = "each"  # the answer that questions of a kind are answered one by one


def ask_all(found: Asking, given: Answers) -> Answers:
    """The answers to what a preview leaves open, asked on the terminal one after the other.

    Arguments: ``given`` the answers so far: one that stands there for an open question could not be read.
    Special cases: more than ``MOST_ALIKE`` questions of a kind may be answered at once.
    """
    answers: dict[str, str] = {}
    for group in alike(found.questions):
        if len(group) > MOST_ALIKE and (answer := _for_all(group, found)) != EACH:
            answers |= {question.id: answer for question in group}
            continue
        for question in group:
            if question.id in given:
                click.echo(text("import_answer_unread", found.lang, found=printable(given[question.id])))
            answers[question.id] = _one(question, found)
    return answers


def say_questions(found: Asking) -> None:
    """The questions, and the options that answer them, to standard error."""
    say(text("import_questions", found.lang))
    for question in found.questions:
        choices = [
            choice if choice == label else text("import_choice", found.lang, choice=choice, label=label)
            for choice, label in labels(question, found).items()
        ]
        said = text("list_comma", found.lang).join(choices)
        key = "import_option" if choices else "import_option_free"
        say(text("import_question", found.lang, text=_words(question, found)))
        say(text(key, found.lang, id=printable(question.id), choices=printable(said)))
    for group in alike(found.questions):
        if len(group) > MOST_ALIKE:
            say(text("import_option_all", found.lang, id=group[0].id.partition(":")[0] + ALIKE, count=len(group)))


def agreed(words: str, lang: str) -> bool:
    """Whether the user says yes; what was only entered is a yes."""
    while True:
        typed = str(click.prompt(words, default="", show_default=False, prompt_suffix=" [Y/n]: ")).strip().casefold()
        if typed in ("", "y", "yes", "はい"):
            return True
        if typed in ("n", "no", "いいえ"):
            return False
        click.echo(text("import_answer_unread", lang, found=printable(typed)))


def _for_all(group: Sequence[Question], found: Asking) -> str:
    click.echo()
    for question in group:
        click.echo("  " + _words(question, found))
    called = labels(group[0], found) | {EACH: text("import_each", found.lang)}
    return _chosen(text("import_all_at_once", found.lang, count=len(group)), called, found.lang)


def _one(question: Question, found: Asking) -> str:
    click.echo()
    called = labels(question, found)
    if called:
        return _chosen(_words(question, found), called, found.lang)
    return str(click.prompt(_words(question, found), prompt_suffix=": ")).strip()


def _chosen(words: str, called: dict[str, str], lang: str) -> str:
    """One of the choices, by its number, its id or what it is called."""
    click.echo(words)
    for line in _numbered(called):
        click.echo(line)
    numbers = dict(enumerate(called, 1))
    while True:
        typed = str(click.prompt(text("import_number", lang, last=len(called)), prompt_suffix=": ")).strip()
        if typed.isdecimal() and int(typed) in numbers:
            return numbers[int(typed)]
        for choice, label in called.items():
            if typed.casefold() in (choice.casefold(), label.casefold()):
                return choice
        click.echo(text("import_answer_unread", lang, found=printable(typed)))


def _numbered(called: dict[str, str]) -> Iterator[str]:
    width = len(str(len(called)))
    for number, label in enumerate(called.values(), 1):
        yield f"  {number:>{width}}  {printable(label)}"


def _words(question: Question, found: Asking) -> str:
    return printable(worded(question.text, found.lang))
