"""xlwings Lite's part in a workbook that exists: put in or taken out, and the LAMBDA names the other way round."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from xl_kpi.addin.lite.put_in import add_lite, remove_lite, warnings_of
from xl_kpi.commands.examine import open_workbook
from xl_kpi.errors import Refused, XlKpiError, told_in
from xl_kpi.workbook.package.safety import read_package
from xl_kpi.workbook.package.save import save


@dataclass(frozen=True)
class LiteFile:
    """What was done to a workbook: whether it changed, where its previous version went, the language of messages,
    and what a person has to look at."""

    path: Path
    changed: bool
    backup: Path | None
    lang: str
    warnings: tuple[str, ...] = ()


def put_lite(path: str | Path, words: str, lang: str | None = None, *, remove: bool = False) -> LiteFile:
    """Put our code for xlwings Lite into a workbook, or take it out again.

    Arguments: ``path`` any .xlsx or .xlsm, of ours or not; ``words`` the language of messages about the file,
    ``lang`` that of all others (None: that of the plan in it, else ``words``); ``remove`` takes the code out.
    Special cases: the same version is there already, or there is nothing to take out: the file is left alone.
    Errors: BadFile when it is no workbook or damaged; Refused when it holds xlwings Lite code that is not ours
    or was edited by hand, is signed, is open elsewhere, or a later version wrote the plan in it.
    In each case nothing was changed.
    """
    file = Path(path)
    data = read_package(file, words)
    found = _plan_language(file, words)
    language = lang or found
    with told_in(language, file.name):
        changed = (remove_lite if remove else add_lite)(data, language)
    told = tuple(warnings_of(changed, language))
    if changed == data:
        return LiteFile(file, False, None, language, told)
    return LiteFile(file, True, save(file, changed, language).backup, language, told)


def _plan_language(file: Path, words: str) -> str:
    """The language of the plan in a workbook.  Errors: Refused when a later version wrote it."""
    try:
        return open_workbook(file, words).lang
    except Refused:
        raise
    except XlKpiError:  # the functions serve in a workbook without a plan, too
        return words
