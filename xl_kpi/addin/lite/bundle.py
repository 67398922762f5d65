"""main.py for xlwings Lite: the pure part of the project, packed, under a top that says what it is."""

from __future__ import annotations

import ast
import base64
import bz2
import hashlib
import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from xl_kpi.catalog import text
from xl_kpi.sheets import page_modules

ROOTS = ("udfs", "udfs.functions", "udfs.macros")
OURS = ("xl_kpi", "udfs")
# Imported on the desktop only: the one works on files and asks in windows, the other speaks to Excel for Windows.
DESKTOP = ("udfs.desktop", "xl_kpi.workbook.writing.host_com")
# What the texts begin with that only the command line, mails, downloads and the add-in for the desktop say.
OF_COMMANDS = (
    "addin", "attendees", "build", "calendar", "cli", "collect", "contents", "cover", "delimiter", "demo", "dialog",
    "distribute", "doctor", "encoding", "export", "file", "graft", "help", "import", "journal", "lite", "mail",
    "mailed", "map", "measured", "new", "recipient", "remind", "report", "restore", "ribbon", "save", "show", "smtp",
    "suggest", "templates", "usage", "vba",
)  # fmt: skip
KEPT = ("place",)  # functions of which something asks for the type of the result
_MARK = "# xl_kpi main.py sha256:"

_LINES = r'"""(?s:.*?)"""'  # a text of several lines
_TEXTS_OF_COMMANDS = re.compile(
    rf"^(?:{'|'.join(OF_COMMANDS)})_\w+ *= *\{{ *ja *= (?:{_LINES}, *en *= {_LINES}|.*)\}} *\n", re.MULTILINE
)

_REMARKS = re.compile(r"^#.*\n", re.MULTILINE)

_WORD = re.compile(rb"[A-Za-z_][A-Za-z_0-9]{2,}")
_PAGES = ("xl_kpi/sheets/", "xl_kpi/kpi/")

# Letters of base 85 that XML has to escape, and what stands in for them: nothing grows on the way into a workbook.
_PLAIN, _SAFE = b"&<>", b".,:"
_LINE = 2000  # characters of PACKED on a line: few lines, and none that an editor refuses to show

# Runs inside xlwings Lite; PACKED stands above it.
_INSTALL = '''
def files() -> dict[str, bytes]:
    """Every module and catalog file by its path, as it is in the project."""
    packed = base64.b85decode("".join(PACKED.split()).encode().translate(bytes.maketrans(b".,:", b"&<>")))
    words, _, data = bz2.decompress(packed).partition(b"\\0")
    for word in words.split():
        data = data.replace(bytes.fromhex(word[:2].decode()), word[2:])
    parts = data.split(b"\\0")
    return {name.decode(): content for name, content in zip(parts[::2], parts[1::2])}


def install() -> None:
    """Write the files into a folder and let Python import from there; an earlier version makes way."""
    folder = Path(tempfile.gettempdir(), "xl_kpi-" + hashlib.sha256(PACKED.encode()).hexdigest()[:16])
    if str(folder) in sys.path:
        return
    for name, content in files().items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    sys.path[:] = [str(folder), *(path for path in sys.path if "xl_kpi-" not in path)]
    for name in [name for name in sys.modules if name.partition(".")[0] in ("xl_kpi", "udfs")]:
        del sys.modules[name]
    importlib.invalidate_caches()


install()

from udfs.functions import *  # noqa: E402, F403
from udfs.macros import *  # noqa: E402, F403
'''


@cache
def main_py(version: str) -> str:
    """The code that xlwings Lite runs: functions and scripts with every module and catalog file they need.

    ``version`` as it is told at the top.  Result: Python source; the same version of the project gives the
    same text.  Its first line holds the digest of the rest, by which ``is_ours`` knows it again.
    Errors: as for ``packed``.
    """
    head = [f"# {line}".rstrip() for lang in ("ja", "en") for line in ["", *_head(lang, version)]]
    imports = "".join(f"import {name}\n" for name in ("base64", "bz2", "hashlib", "importlib", "sys", "tempfile"))
    body = "\n".join(head) + "\n\n" + imports + "from pathlib import Path\n\n"
    body += f'PACKED = """\n{packed(sources())}\n"""\n' + _INSTALL
    return f"{_MARK}{_digest(body)}\n{body}"


def packed(files: Mapping[str, str]) -> str:
    """The files as lines of letters that neither JSON nor XML has to escape: compressed, then base 85.

    Pages, other modules and the catalog's texts are compressed each by themselves: they have few words in common.
    A byte that no file has stands for each of the words that take most room.
    Errors: ValueError for a text with a null character, which stands between the files.
    """
    if any("\0" in name or "\0" in content for name, content in files.items()):
        raise ValueError("a source with a null character can't travel")
    parts: dict[str, list[str]] = {}
    for name, content in files.items():
        parts.setdefault(_kind(name), []).append(f"{name}\0{content}")
    streams = ["\0".join(parts[kind]).encode() for kind in sorted(parts)]
    words = _words(b"".join(streams))
    table = b" ".join(f"{code:02x}".encode() + word for word, code in words.items()) + b"\0"
    short = [_WORD.sub(lambda word: bytes([words[word[0]]]) if word[0] in words else word[0], one) for one in streams]
    ends = [b"\0"] * (len(short) - 1) + [b""]
    data = bz2.compress(table) + b"".join(bz2.compress(one + end) for one, end in zip(short, ends, strict=True))
    letters = base64.b85encode(data).translate(bytes.maketrans(_PLAIN, _SAFE)).decode("ascii")
    return "\n".join(letters[start : start + _LINE] for start in range(0, len(letters), _LINE))


def _kind(name: str) -> str:
    """With which others a file is compressed."""
    if not name.endswith(".py"):
        return "text"
    return "page" if name.startswith(_PAGES) else "module"


def _words(data: bytes) -> dict[bytes, int]:
    """The words that take most room, each with a byte that nothing else uses."""
    free = sorted({*range(1, 256)} - {*data})
    counts = Counter(_WORD.findall(data))
    return dict(zip(sorted(counts, key=lambda word: (-counts[word] * (len(word) - 1), word)), free))


def is_ours(code: str) -> bool:
    """Whether a main.py was written by ``main_py``, of whatever version, edited or not."""
    return code.startswith(_MARK)


def is_edited(code: str) -> bool:
    """Whether somebody changed a main.py of ours; other line ends and a blank end are no change."""
    first, _, body = code.replace("\r\n", "\n").partition("\n")
    return first.removeprefix(_MARK).strip() != _digest(body)


def sources() -> dict[str, str]:
    """Path → text of every module that the functions and scripts import, and of the catalog's files that they read.

    Found by following the imports (the pages' modules: by the table of sheets), so that a module that needs a file
    or a heavy package never travels.  Docstrings, comments and types stay at home, and so does
    data of the catalog that only modules name which do, and texts that only commands say.
    """
    found: dict[str, str] = {}
    waiting = [*ROOTS, *page_modules().values()]
    while waiting:
        module = waiting.pop()
        path = _path(module)
        if path is None or path in found or module in DESKTOP:
            continue
        source = _resource(path).read_text("utf-8")
        tree = ast.parse(source)
        plain = without_comments(without_docstrings(source, tree))
        found[path] = without_annotations(plain) if path.startswith("xl_kpi/") else plain
        package = module if path.endswith("/__init__.py") else module.rpartition(".")[0]
        waiting.extend(_imports(tree, package))
    found.update(_data(found))
    return dict(sorted(found.items()))


def _data(modules: Mapping[str, str]) -> dict[str, str]:
    """Path → text of the catalog's data, but for what is read by modules of it alone that are not among ``modules``."""
    items = {f"xl_kpi/catalog/{item.name}": item for item in _resource("xl_kpi/catalog").iterdir()}
    home = [item.read_text("utf-8") for path, item in items.items() if path.endswith(".py") and path not in modules]
    data = {path: item for path, item in items.items() if _is_data(item)}
    left = {path for path, item in data.items() if any(f'"{item.name}"' in source for source in home)}
    left -= {path for path, item in data.items() if any(f'"{item.name}"' in source for source in modules.values())}
    found = {path: _REMARKS.sub("", item.read_text("utf-8")) for path, item in data.items() if path not in left}
    return {path: _without_commands(source) if "/texts_" in path else source for path, source in found.items()}


def _without_commands(texts: str) -> str:
    """Texts without those of ``OF_COMMANDS``, each of which stands on a line of its own."""
    return _TEXTS_OF_COMMANDS.sub("", texts)


def without_docstrings(source: str, tree: ast.AST) -> str:
    """The source with blank lines where its docstrings stand, which nobody reads in there: every line keeps its number.

    Arguments: ``tree`` what ``source`` says.
    Special cases: a docstring stays where nothing else is in its body, or where more stands on its lines.
    """
    lines = source.split("\n")
    for node in ast.walk(tree):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if len(node.body) < 2 or ast.get_docstring(node, clean=False) is None:
            continue
        said = node.body[0]
        first, last = said.lineno - 1, said.end_lineno or said.lineno
        if lines[first][: said.col_offset].strip() or lines[last - 1].rstrip()[-3:] not in ('"""', "'''"):
            continue
        lines[first:last] = [""] * (last - first)
    return "\n".join(lines)


def without_comments(source: str) -> str:
    """The source without its comments; every line keeps its number and what it does."""
    lines = source.split("\n")
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip()
    return "\n".join(lines)


def without_annotations(source: str) -> str:
    """The source without its types, which nothing asks for there: every line keeps its number.

    Special cases: those of ``KEPT`` functions stay, by which pages say what they hand out; so does one that runs over
    several lines.  A class keeps a sign for each of its fields, which are what says that they are there.
    """
    lines = source.encode("utf-8").split(b"\n")  # the tree counts bytes
    for row, first, end, left in sorted(_types(ast.parse(source), lines), reverse=True):
        lines[row - 1] = lines[row - 1][:first] + left + lines[row - 1][end:]
    return b"\n".join(lines).decode("utf-8")


def _types(tree: ast.AST, lines: list[bytes]) -> Iterator[tuple[int, int, int, bytes]]:
    """Where types stand: row, first column and the one after the last, what is left in their place."""
    fields = {id(one) for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for one in node.body}
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign) and node.lineno == node.annotation.end_lineno:
            end = node.annotation.end_col_offset or 0
            if id(node) in fields:
                yield node.lineno, node.annotation.col_offset, end, b"0"
            elif node.value is not None:
                yield node.lineno, node.target.end_col_offset or 0, end, b""
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name not in KEPT:
            yield from _types_of_function(node, lines)


def _types_of_function(
    node: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[bytes]
) -> Iterator[tuple[int, int, int, bytes]]:
    about = node.args
    for one in (*about.posonlyargs, *about.args, *about.kwonlyargs, about.vararg, about.kwarg):
        if one and one.annotation and one.lineno == one.annotation.end_lineno:
            yield one.lineno, one.col_offset + len(one.arg.encode("utf-8")), one.annotation.end_col_offset or 0, b""
    if node.returns and node.returns.lineno == node.returns.end_lineno:
        before = lines[node.returns.lineno - 1][: node.returns.col_offset].rstrip()
        if before.endswith(b"->"):
            first = len(before[:-2].rstrip())
            yield node.returns.lineno, first, node.returns.end_col_offset or 0, b""


def _is_data(item: Traversable) -> bool:
    return item.name.endswith((".toml", ".csv"))


def _resource(path: str) -> Traversable:
    package, *rest = path.split("/")
    return files(package).joinpath(*rest)


def _path(module: str) -> str | None:
    """The file of one of our modules; None for what is none (a name imported from a module, other packages)."""
    if module.partition(".")[0] not in OURS:
        return None
    path = module.replace(".", "/")
    for candidate in (f"{path}/__init__.py", f"{path}.py"):
        if "/" in candidate and _resource(candidate).is_file():
            return candidate
    return None


def _imports(tree: ast.AST, package: str) -> Iterator[str]:
    """Every module that is imported, with the packages above it; ``from x import y`` may mean the module x.y."""
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")
                base = ".".join([*above[: len(above) - node.level + 1], *([base] if base else [])])
            names = [base, *(f"{base}.{alias.name}" for alias in node.names)]
        for name in names:
            parts = name.split(".")
            yield from (".".join(parts[:count]) for count in range(1, len(parts) + 1))


def _head(lang: str, version: str) -> list[str]:
    return text("lite_head", lang, version=version).strip("\n").split("\n")


def _digest(body: str) -> str:
    return hashlib.sha256(body.rstrip().encode("utf-8")).hexdigest()
