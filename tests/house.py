"""The house read from its imports: parts, sub-packages, arrows.  ``python -m tests.house`` draws it."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1]
OURS = ("xl_kpi", "udfs", "workbook_templates")

# From the ground up; a part imports only what stands further left. xl_kpi/errors.py and xl_kpi itself
# (the version) lie under everything.
FLOORS = (
    {"calc"},
    {"catalog"},
    {"formulas"},
    {"plan"},
    {"kpi"},
    {"workbook"},
    {"sheets"},
    {"engine"},
    {"build"},
    {"regenerate"},
    {"exchange", "report", "addin", "open_book"},
    {"commands"},
    {"cli"},
    {"__main__"},
    {"udfs"},  # the ribbon's buttons run commands of the command line
)
GROUND = {"errors", ""}

Arrow = tuple[str, str]


def files_of(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_in(tree: ast.AST, module: str, is_package: bool) -> Iterator[str]:
    """The full name of every import, also of those inside functions; relative ones are resolved."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = module.split(".")
                parts = parts[: len(parts) - node.level + is_package]
                base = ".".join([*parts, *([base] if base else [])])
            # `from xl_kpi import calc` imports the part calc, `from xl_kpi.calc import shares` a name in it;
            # `from xl_kpi.workbook import spec` the module spec.
            for alias in node.names:
                yield f"{base}.{alias.name}" if base == "xl_kpi" or is_module(f"{base}.{alias.name}") else base


def is_module(name: str) -> bool:
    """Whether a module or package of ours is called so."""
    path = ROOT.joinpath(*name.split("."))
    return name.split(".")[0] in OURS and (path.with_suffix(".py").is_file() or (path / "__init__.py").is_file())


@cache
def all_imports() -> tuple[Arrow, ...]:
    """(module, what it imports) for everything that ships, each once; read once in a process."""
    pairs: list[Arrow] = []
    for path in files_of(*OURS):
        module = module_name(path)
        found = imports_in(ast.parse(path.read_text("utf-8")), module, path.name == "__init__.py")
        pairs.extend((module, imported) for imported in dict.fromkeys(found))
    return tuple(pairs)


def part_of(module: str) -> str:
    """calc for xl_kpi.calc.lag, udfs for udfs.functions, "" for xl_kpi itself."""
    names = module.split(".")
    return (names[1] if len(names) > 1 else "") if names[0] == "xl_kpi" else names[0]


def room_of(module: str) -> str:
    """The sub-package in which a module stands, or the module where it stands in its part itself: cells for
    xl_kpi.workbook.cells.grid, spec for xl_kpi.workbook.spec, "" for what lies directly in xl_kpi."""
    names = module.split(".")
    return names[2] if names[0] == "xl_kpi" and len(names) > 2 else ""


def sub_packages(part: str) -> list[str]:
    """The sub-packages of a part."""
    folder = ROOT / "xl_kpi" / part
    return sorted(path.parent.name for path in folder.glob("*/__init__.py"))


def inner_arrows(part: str, imports: Iterable[Arrow]) -> Counter[Arrow]:
    """(room, room) → imports between the rooms of one part."""
    found: Counter[Arrow] = Counter()
    for module, imported in imports:
        if part_of(module) == part_of(imported) == part:
            own, other = room_of(module), room_of(imported)
            if own != other and own and other:
                found[own, other] += 1
    return found


def circle_in(arrows: Iterable[Arrow]) -> list[str]:
    """The names along a circle of arrows; empty where there is none."""
    graph: dict[str, set[str]] = {}
    for own, other in arrows:
        graph.setdefault(own, set()).add(other)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as problem:
        return problem.args[1]
    return []


def floor_of(part: str) -> int:
    return next(number for number, parts in enumerate(FLOORS) if part in parts)


def may_import(module: str, imported: str) -> bool:
    """Does the plan of the house allow this import of something of ours?"""
    own, other = part_of(module), part_of(imported)
    if own == other or other in GROUND | {"__version__"} or module.endswith(".__main__"):
        return True
    if own in GROUND or "workbook_templates" in (own, other):
        # Ground and templates import nothing of ours; templates are data that any part may read.
        return other == "workbook_templates"
    return floor_of(other) < floor_of(own)


def drawn(imports: Iterable[Arrow]) -> Iterator[str]:
    """The floors with their arrows, and the rooms of each part that has sub-packages."""
    imports = [pair for pair in imports if pair[1].split(".")[0] in OURS]
    down: dict[str, Counter[str]] = {}
    for module, imported in imports:
        own, other = part_of(module), part_of(imported)
        if own != other and other not in GROUND | {"__version__"}:
            down.setdefault(own, Counter())[other] += 1
    for number, parts in reversed([*enumerate(FLOORS)]):
        for part in sorted(parts):
            to = ", ".join(f"{other} {count}" for other, count in sorted(down.get(part, Counter()).items()))
            yield f"{number:>2}  {part:<11} → {to or '–'}"
    for part in sorted(set().union(*FLOORS)):
        rooms, arrows = sub_packages(part), inner_arrows(part, imports)
        if rooms:
            circle = circle_in(arrows)
            yield f"{part}: {len(rooms)} sub-packages, {len(arrows)} arrows, circle: {' → '.join(circle) or 'none'}"
            for own in sorted({own for own, _ in arrows}):
                yield f"    {own:<14} → " + ", ".join(f"{b} {n}" for (a, b), n in sorted(arrows.items()) if a == own)


if __name__ == "__main__":
    print("\n".join(drawn(all_imports())))
