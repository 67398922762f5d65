"""Faults and errors in words: the sentence is made here, in the language of whoever reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from xl_kpi.catalog.texts import is_text, text
from xl_kpi.errors import AROUND, Fault, InputFaults, Joined, Phrase, Words, XlKpiError

DO = "do_"  # before the key of a finding: the text that says what to do about it


def worded(phrase: Phrase, lang: str) -> Any:
    """A phrase in words; numbers and finished words stay as they are."""
    if isinstance(phrase, Words):
        return _filled(phrase, phrase.key, lang)
    if isinstance(phrase, Joined):
        return worded(phrase.between, lang).join(str(worded(part, lang)) for part in phrase.parts)
    if isinstance(phrase, Mapping):
        return phrase[lang]
    return phrase(lang) if callable(phrase) else phrase


def _filled(words: Words, key: str, lang: str) -> str:
    """The text ``key`` with the values of ``words``; in {do} stands what to do about it, the text ``do_<key>``."""
    values = {name: worded(value, lang) for name, value in words.values.items()}
    if is_text(f"{DO}{key}"):
        values["do"] = text(f"{DO}{key}", lang, **values)
    return text(key, lang, **values)


def to_do(fault: Fault, lang: str) -> str:
    """What to do about a finding, in one sentence; of an entry that can't be used it is what can be typed there."""
    inner: Any = fault.allowed
    while isinstance(inner, Words) and inner.key in AROUND:
        inner = inner.values["allowed"]
    first = inner
    while isinstance(first, Joined):
        first = first.parts[0]
    return _filled(first, f"{DO}{first.key}", lang) if is_text(f"{DO}{first.key}") else str(worded(inner, lang))


def line(fault: Fault, lang: str) -> str:
    """A fault as the one line that a user sees: place, what was found, what is allowed.

    Example: ``設定!C6: 「20」 → 20% のことですか？ …``.
    """
    place = "!".join(worded(part, lang) for part in (fault.sheet, fault.cell) if part)
    parts = [part for part in (fault.file, place) if part]
    found = worded(fault.found, lang)
    found = text("message_found", lang, found=found) if found else text("message_blank", lang)
    return " ".join(parts) + (": " if parts else "") + f"{found} → {worded(fault.allowed, lang)}"


def counted(faults: Sequence[Fault], file: str, lang: str, *, short: bool = False) -> str:
    """How many findings of each level there are in a file, as `check` says it; hints where there are any.

    ``short``: errors keep the rest from being looked for, so that "0 warnings" alone would say that there are none.
    """
    if not faults:
        return text("check_none", lang, file=file)
    levels = Counter(fault.level for fault in faults)
    found = text("check_count", lang, file=file, errors=levels["error"], warnings=levels["warning"])
    if levels["hint"]:
        found = text("check_hints", lang, counted=found, hints=levels["hint"])
    return text("check_cut_short", lang, counted=found) if short else found


def message(problem: XlKpiError, lang: str) -> str:
    """Everything that an error says, line by line."""
    if isinstance(problem, InputFaults):
        return "\n".join(line(fault, lang) for fault in problem.faults)
    finished = isinstance(problem.words, Words) and not is_text(problem.words.key)
    words = problem.words.key if finished else str(worded(problem.words, lang))
    return words if problem.file in words else f"{problem.file}: {words}"


def record(fault: Fault, lang: str) -> dict[str, Any]:
    """A fault as data, for ``--json``: ``code`` is the key, ``level`` is no word either, the rest is in words."""
    found = {name: worded(getattr(fault, name), lang) for name in ("level", "sheet", "cell", "found", "allowed")}
    more = {name: worded(value, lang) for name, value in vars(fault).items() if name not in found}
    return {"code": fault.key, **found, "message": line(fault, lang), "do": to_do(fault, lang), **more}
