"""What no module that travels names stays at home: functions, classes and constants of modules, and imports."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_NAME = re.compile(r"[^\W\d]\w*")
_ABOVE = ("dataclass", "cache", "contextmanager")  # decorators that enter what stands below them nowhere


@dataclass
class _Part:
    """A statement of a module's first level, or one name of an import there.

    ``defined`` the names that it gives to something of the module; ``named`` how often it mentions each name, and
    ``used`` those of them that may be a name of the module.
    """

    first: int
    last: int
    defined: tuple[str, ...] = ()
    named: Counter[str] = field(default_factory=Counter)
    used: set[str] = field(default_factory=set)
    imported: ast.Import | ast.ImportFrom | None = None

    @property
    def said_by_itself(self) -> dict[str, int]:
        """How often it mentions what it defines, which an import does for its module alone."""
        return {} if self.imported else {name: self.named[name] for name in self.defined}


def without_unused(sources: Mapping[str, str], whole: tuple[str, ...]) -> dict[str, str]:
    """The sources with blank lines for what none of them names: every line keeps its number.

    Arguments: path → source; ``whole`` begins the paths of modules that stay as they are, because others call them.
    Result: imports that their module makes no use of (those of types, once these are gone) are gone, and so is what
    stands at a module's first level and is named nowhere, not even in a text; and what only that had named.
    Special cases: of several that share a name all stay or none does; names with two underscores stay, what another
    decorator than ours stands above, and methods, which may be asked for by a name that is put together.
    Example: f goes from ``def f(): return g``, and then g, where no other source names f.
    """
    modules = {path: list(_parts(source, path)) for path, source in sources.items()}
    everywhere, own = Counter[str](), Counter[str]()  # how often a name is said, and that by what has it
    for part in (part for parts in modules.values() for part in parts):
        everywhere.update(part.named)
        own.update(part.said_by_itself)
    may_go = {path: parts for path, parts in modules.items() if not path.startswith(whole)}
    gone: dict[str, list[_Part]] = {path: [] for path in may_go}
    found = True
    while found:
        found = False
        for path, parts in may_go.items():
            used = set().union(*(part.used for part in parts))
            left = [part for part in parts if _is_needed(part, used, everywhere, own)]
            if len(left) < len(parts):
                found, may_go[path] = True, left
                kept = {id(part) for part in left}
                for part in parts:
                    if id(part) not in kept:
                        gone[path].append(part)
                        everywhere.subtract(part.named)
                        own.subtract(part.said_by_itself)
    return {path: _without(source, gone.get(path, [])) for path, source in sources.items()}


def _is_needed(part: _Part, used: set[str], everywhere: Counter[str], own: Counter[str]) -> bool:
    if part.imported:
        return part.defined[0] in used
    return not part.defined or any(everywhere[name] > own[name] for name in part.defined)


def _parts(source: str, path: str) -> Iterator[_Part]:
    lines = source.split("\n")
    for node in ast.parse(source).body:
        first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
        last = node.end_lineno or node.lineno
        if isinstance(node, ast.Import | ast.ImportFrom) and getattr(node, "module", "") != "__future__":
            # a package's own module hands on what it imports
            for one in node.names:
                part = _Part(first, last, named=Counter(_NAME.findall(f"{one.name} {one.asname or ''}")))
                if one.name != "*" and not path.endswith("__init__.py"):
                    part.defined, part.imported = (one.asname or one.name.partition(".")[0],), node
                yield part
            continue
        names = _defined(node)
        part = _Part(first, last, () if any(name.startswith("__") for name in names) else names)
        part.named = Counter(_NAME.findall("\n".join(lines[first - 1 : last])))
        part.used = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
        if "__all__" in names:
            part.used |= set(part.named)
        yield part


def _defined(node: ast.stmt) -> tuple[str, ...]:
    """The names that a statement gives to something of the module; none for one that may do more than that."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        above = [one.func if isinstance(one, ast.Call) else one for one in node.decorator_list]
        return (node.name,) if all(getattr(one, "id", "") in _ABOVE for one in above) else ()
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    parts = [part for target in targets for part in getattr(target, "elts", [target])]
    names = tuple(part.id for part in parts if isinstance(part, ast.Name))
    return names if len(names) == len(parts) else ()


def _without(source: str, gone: list[_Part]) -> str:
    """A source without those parts, of an import that stays without those names."""
    lines = source.split("\n")
    for part in gone:
        if not part.imported:
            lines[part.first - 1 : part.last] = [""] * (part.last - part.first + 1)
    for node in {part.imported for part in gone if part.imported}:
        _cut(lines, node, {part.defined[0] for part in gone if part.imported is node})
    return "\n".join(lines)


def _cut(lines: list[str], node: ast.Import | ast.ImportFrom, gone: set[str]) -> None:
    """Take names out of an import; the lines of one without names are blank."""
    left = {one for one in node.names if (one.asname or one.name.partition(".")[0]) not in gone}
    last = node.end_lineno or node.lineno
    if not left:
        lines[node.lineno - 1 : last] = [""] * (last - node.lineno + 1)
        return
    for row in {one.lineno for one in node.names}:
        here = [one for one in node.names if one.lineno == row]
        line, stay = lines[row - 1], [one for one in here if one in left]
        words = ", ".join(line[one.col_offset : one.end_col_offset] for one in stay)
        around = line[: here[0].col_offset], line[here[-1].end_col_offset :]
        if stay or row in (node.lineno, last):
            lines[row - 1] = words.join(around)
        else:
            lines[row - 1] = ""
