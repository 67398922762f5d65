"""What the columns of files of any system are taken for, and the map that says so to be corrected and used."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xl_kpi.commands.imports.opening import bytes_of, need_packages
from xl_kpi.errors import BadFile, Refused

if TYPE_CHECKING:
    from xl_kpi.exchange.suggestions.suggest import Suggestion


def suggest_maps(files: Sequence[str | Path]) -> list[Suggestion]:
    """What the columns of each file are taken for.

    Errors: BadFile for what is no table; NeedsData where packages are missing.
    """
    need_packages()
    from xl_kpi.exchange.exports.files import files_in
    from xl_kpi.exchange.suggestions.suggest import suggest

    return [suggest(data, name) for file in map(Path, files) for name, data in files_in(bytes_of(file), file.name)]


def write_map(found: Suggestion, out: str | Path, lang: str) -> Path:
    """The draft of a map as a new file.

    Errors: Refused where there is such a file already: somebody may have corrected it.
    """
    from xl_kpi.exchange.suggestions.map_files import as_toml

    target = Path(out)
    try:
        with target.open("x", encoding="utf-8", newline="\n") as opened:
            opened.write(as_toml(found, lang))
    except FileExistsError:
        raise Refused("suggest_out_exists", file=str(target)) from None
    except OSError as fault:
        raise BadFile("save_in_use", file=str(target)) from fault
    return target
