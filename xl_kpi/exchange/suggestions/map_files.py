"""MAP.toml: what the columns of a kind of file mean, as somebody reads and changes it before it is used."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from xl_kpi.catalog.messages import worded
from xl_kpi.catalog.roles import roles
from xl_kpi.catalog.texts import text
from xl_kpi.errors import BadFile, Fault, InputFaults, Words
from xl_kpi.exchange.suggestions.suggest import Suggestion
from xl_kpi.plan.imported.maps import FileMap, compared
from xl_kpi.plan.input.raw_values import nearest
from xl_kpi.plan.input.reading import find_named

NAME, COLUMNS = "name", "columns"
_PERIOD = re.compile(r"[\d\W_]*\d[\d\W_]*$|^[\d\W_]*\d[\d\W_]*")


def map_of(found: Suggestion, name: str = "") -> FileMap:
    """The map that a suggestion drafts.

    Arguments: ``name`` of the kind of file ("": what its name says without digits).
    """
    return FileMap(name or kind_of_file(found.file), dict(found.roles))


def kind_of_file(file: str) -> str:
    """What a kind of file is called: its name without the period in it.

    Example: ``kind_of_file("criteo_2026-04.csv")`` is ``"criteo"``.
    """
    stem = PurePath(file.replace("\\", "/")).stem
    return _PERIOD.sub("", stem).strip(" _-") or stem


def as_toml(found: Suggestion, lang: str) -> str:
    """The draft as text: a line a column, with why it is taken for it; below, all that may be said."""
    import tomlkit
    from tomlkit.items import KeyType, SingleKey

    made = tomlkit.document()
    for line in text("map_head", lang, file=PurePath(found.file).name, header=found.block.header).split("\n"):
        made.add(tomlkit.comment(line))
    made.add(tomlkit.nl())
    made.add(NAME, map_of(found).name)
    made.add(tomlkit.nl())
    columns = tomlkit.table()
    for guess in found.guesses:
        item = tomlkit.string(guess.column.role)
        item.comment(_reason(guess, lang))
        columns.add(SingleKey(guess.column.word, KeyType.Basic), item)
    made.add(COLUMNS, columns)
    made.add(tomlkit.nl())
    made.add(tomlkit.comment(text("map_words", lang)))
    for role in roles():
        made.add(tomlkit.comment(f"{role}: {text(f'role_{role}', lang)}"))
    return tomlkit.dumps(made)


def _reason(guess: Any, lang: str) -> str:
    said = text(f"suggest_{guess.confidence}", lang)
    reason = worded(guess.reason, lang)
    role = guess.column.role
    if not role:
        return f"{said}: {reason}"
    other = text("map_or", lang, role=text(f"role_{guess.other}", lang)) if guess.other else ""
    return (
        f"{text(f'role_{role}', lang)}（{said}: {reason}）{other}"
        if lang == "ja"
        else (f"{text(f'role_{role}', lang)} ({said}: {reason}){other}")
    )


def read_map(data: bytes, file: str) -> FileMap:
    """The map that a file holds.

    Arguments: ``data`` its bytes, ``file`` its name.  A role is written by its id or in words of either language.
    Errors: BadFile for what is no TOML; InputFaults with all that is wrong in it: unknown roles, one role for two
    columns, no columns at all.
    """
    try:
        found = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise BadFile("map_no_toml", file=file, why=str(fault)) from fault
    faults = list(_faults(found, file))
    if faults:
        raise InputFaults(faults)
    columns = {header: _role(word) for header, word in found[COLUMNS].items()}
    name = str(found.get(NAME, "")).strip() or kind_of_file(file)
    return FileMap(name, columns)


def _role(word: Any) -> str:
    return find_named("role", word)


def _faults(found: dict[str, Any], file: str) -> Iterable[Fault]:
    columns = found.get(COLUMNS)
    for key in found:
        if key not in (NAME, COLUMNS):
            yield Fault(key, Words("map_key", known=f"{NAME}, {COLUMNS}"), file=file)
    if not isinstance(columns, dict) or not any(columns.values()):
        yield Fault("", Words("map_no_columns"), cell=f"[{COLUMNS}]", file=file)
        return
    taken: dict[str, str] = {}
    seen: dict[str, str] = {}
    for header, word in columns.items():
        role = _role(word)
        if not role and (not isinstance(word, str) or word.strip()):
            near = nearest(
                str(word), [*roles(), *(text(f"role_{one}", lang) for one in roles() for lang in ("ja", "en"))]
            )
            allowed = Words("plan_ask", likely=near, allowed=Words("map_role")) if near else Words("map_role")
            yield Fault(str(word), allowed, cell=header, file=file)
        elif role and role in taken:
            yield Fault(str(word), Words("map_twice", column=taken[role]), cell=header, file=file)
        elif compared(header) in seen:
            yield Fault(header, Words("map_header_twice", column=seen[compared(header)]), cell=header, file=file)
        taken.setdefault(role, header)
        seen.setdefault(compared(header), header)


def lacking(made: FileMap, words: Iterable[str], file: str) -> list[Fault]:
    """What a map asks for that a file does not have, a fault each."""
    there = [*words]
    compares = {compared(word) for word in there}
    known = Words("map_header_missing", columns=", ".join(there))
    return [Fault(header, known, cell="--map", file=file) for header in made.missing(compares)]
