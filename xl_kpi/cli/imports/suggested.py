"""``xl-kpi import PLAN FILE… --suggest``: what the columns of any file are taken for, and the map that says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from xl_kpi.catalog import text
from xl_kpi.catalog.messages import worded
from xl_kpi.cli.options import DONE, print_json, say

if TYPE_CHECKING:
    from xl_kpi.exchange.suggestions.suggest import Guess, Suggestion


def suggested(
    plan: str, files: Sequence[str], is_asked: bool, out: str | None, as_json: bool, words: str, lang: str | None
) -> int:
    """Print what the columns of each file are taken for, and write the map of one.

    Arguments: ``out`` where the map goes (None: it is not written); ``words`` and ``lang`` as for ``open_workbook``.
    Errors: UsageError where ``out`` is given without ``--suggest`` or for several files.
    """
    from xl_kpi.commands.examine import open_workbook
    from xl_kpi.commands.imports.suggested_map import suggest_maps, write_map

    if out and (not is_asked or len(files) != 1):
        raise click.UsageError(text("suggest_alone_out", lang or words))
    said_in = open_workbook(plan, words, lang).lang
    found = suggest_maps(files)
    if as_json:
        print_json({"files": [_as_json(one, said_in) for one in found]})
    else:
        for one in found:
            for line in _lines(one, said_in):
                click.echo(line)
    if out:
        path = write_map(found[0], out, said_in)
        say(text("suggest_written", said_in, path=path))
    return DONE


def _lines(found: Suggestion, lang: str) -> Iterator[str]:
    kind = text(f"kind_of_{found.kind}", lang)
    yield text("suggest_file", lang, file=found.file, header=found.block.header, kind=kind)
    for guess in found.guesses:
        role = text(f"role_{guess.column.role}", lang) if guess.column.role else text("suggest_blank", lang)
        yield text(
            "suggest_line",
            lang,
            column=guess.column.word,
            role=role,
            confidence=text(f"suggest_{guess.confidence}", lang),
            reason=worded(guess.reason, lang),
            other=_other(guess, lang),
        )


def _other(guess: Guess, lang: str) -> str:
    return text("map_or", lang, role=text(f"role_{guess.other}", lang)) if guess.other else ""


def _as_json(found: Suggestion, lang: str) -> dict[str, Any]:
    return {
        "file": found.file,
        "kind": found.kind,
        "header_line": found.block.header,
        "columns": {
            guess.column.word: {
                "role": guess.column.role,
                "confidence": guess.confidence,
                "reason": worded(guess.reason, lang),
                "or": guess.other,
            }
            for guess in found.guesses
        },
    }
