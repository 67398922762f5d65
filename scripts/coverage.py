"""``python -m scripts.coverage``: docs/coverage.md, where each id of the domain page is met.

With ``--check`` nothing is written; exit code 1 when the page is not what code, catalog and tests say today.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.domain_ids import ROOT, entries, ids, named_in
from xl_kpi.catalog import channels, text
from xl_kpi.catalog.functions import functions
from xl_kpi.sheets import page_modules

FILE = ROOT / "docs" / "coverage.md"
MOST = 4  # files in one cell of the table
HEAD = """# Where each id of the domain page is met

Written by `make coverage` from what sheets, catalog, functions and tests say they follow (`Source: K3`); a test
compares it.  What the ids ask stands in [domain.md](domain.md).

| id | sheets | catalog | functions and modules | tests |
|---|---|---|---|---|
"""
_SHEETS, _CATALOG, _TEMPLATES = Path("xl_kpi/sheets"), Path("xl_kpi/catalog"), Path("workbook_templates")


_DATA = {_CATALOG, _TEMPLATES}


def main(arguments: list[str]) -> int:
    """Write or check the page; the exit code."""
    if arguments not in ([], ["--check"]):
        print("python -m scripts.coverage [--check]", file=sys.stderr)
        return 2
    made = page()
    if FILE.exists() and FILE.read_text("utf-8") == made:
        return 0
    print(FILE.relative_to(ROOT))
    if not arguments:
        FILE.write_text(made, "utf-8")
    return 1 if arguments else 0


def page() -> str:
    """The whole page."""
    return HEAD + "".join(f"| {' | '.join((one, *row))} |\n" for one, row in rows().items())


def rows() -> dict[str, tuple[str, str, str, str]]:
    """Id → sheets, catalog, functions, tests: each a list in words, "" where there is none."""
    found = {}
    for one in entries():
        files = [path for path, named in named_in().items() if one in named]
        tests = [f"`{path}`" for path in files if path.parts[0] == "tests"]
        found[one] = (
            _listed(_sheets(one, files)),
            _listed(_catalog(path) for path in files if path.suffix == ".toml" and _DATA & {*path.parents}),
            _listed(_functions(one, files)),
            _listed(tests),
        )
    return found


def _listed(words: Iterator[str] | list[str]) -> str:
    found = [*dict.fromkeys(words)]
    more = f" and {len(found) - MOST} more" if len(found) > MOST else ""
    return ", ".join(found[:MOST]) + more


def _sheets(one: str, files: list[Path]) -> Iterator[str]:
    """The sheets that name it, and the tabs of the channels whose KPIs do."""
    modules = {name: key for key, name in page_modules().items()}
    for path in files:
        key = modules.get(".".join(path.with_suffix("").parts))
        if key and key != "tab":
            yield "{} / {}".format(*(text(f"sheet_{key}", lang) for lang in ("ja", "en")))
    for path in files:
        channel = path.stem.removeprefix("kpis_") if path.parent == _CATALOG and path.stem.startswith("kpis_") else ""
        yield from ("{ja} / {en}".format(**known.name) for known in channels() if known.id == channel)
    yield from (f"テンプレート {path.stem} / template {path.stem}" for path in files if path.parent == _TEMPLATES)
    if any(path.parent == _SHEETS and path.stem.startswith("channel_tab") for path in files):
        yield "チャネル別シート / channel tabs"


def _catalog(path: Path) -> str:
    data = tomllib.loads((ROOT / path).read_text("utf-8"))
    count = sum(len(value) for value in data.values() if isinstance(value, list)) or len(data)
    return f"`{path.name}` ({count})"


def _functions(one: str, files: list[Path]) -> Iterator[str]:
    """Excel functions first, then what else is computed: public names whose docstring names the id, or the module."""
    names = {entry.name for entry in functions()}
    for path in files:
        if path.suffix == ".py" and path.parts[0] in ("xl_kpi", "udfs") and _SHEETS not in path.parents:
            yield from sorted(_named(one, path), key=lambda name: name.upper() not in names)


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text("utf-8"))


def _named(one: str, path: Path) -> list[str]:
    excel = {entry.name for entry in functions()}
    found = []
    for node in _tree(path).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            said = [ast.get_docstring(inner) or "" for inner in ast.walk(node) if isinstance(inner, type(node))]
            if any(one in ids(words) for words in said):
                upper = node.name.upper()
                found.append(upper if upper in excel else f"`{node.name}` ({path.parent.name}/{path.stem})")
    return found or [f"`{re.sub('^xl_kpi/', '', str(path))}`"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
