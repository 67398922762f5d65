"""main.py for xlwings Lite: the pure part of the project, packed, under a top that says what it is."""

from __future__ import annotations

import ast
import bz2
import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from xl_kpi.addin.lite.local_names import with_few_names
from xl_kpi.addin.lite.plain_source import (
    statements,
    without_annotations,
    without_blank_lines,
    without_comments,
    without_docstrings,
)
from xl_kpi.addin.lite.unused import without_unused
from xl_kpi.catalog import text
from xl_kpi.sheets import page_modules
from xl_kpi.workbook.uncollected import uncollected

ROOTS = ("udfs", "udfs.functions", "udfs.macros")
OURS = ("xl_kpi", "udfs")
# Imported on the desktop only: the one works on files and asks in windows, the other speaks to Excel for Windows.
DESKTOP = ("udfs.desktop", "xl_kpi.workbook.writing.host_com")
# What the texts begin with that only the command line, mails, downloads and the add-in for the desktop say.
OF_COMMANDS = (
    "addin", "answer_breakdown", "answer_channel", "answer_closed", "answer_day", "answer_decimal", "answer_doubled",
    "answer_leads", "answer_names", "answer_outcome", "answer_overlap", "answer_part", "answer_result",
    "answer_results", "answer_rows", "answer_twice", "answer_typed", "answer_weeks", "attendees", "build", "calendar",
    "channels_both", "channels_off", "channels_on", "channels_unknown", "cli", "close_done", "close_month",
    "close_opened", "closed_outside", "collect", "contents", "cover", "delimiter", "demo", "dialog", "distribute",
    "doctor", "encoding", "export", "file", "graft", "help", "import", "interrupted", "journal", "leads_actions",
    "leads_ask", "leads_many", "leads_no", "leads_outside", "leads_problem", "leads_rows", "leads_said", "leads_stage",
    "leads_too", "leads_totals", "leads_touches", "leads_typed", "leads_usual", "level_error", "level_hint",
    "level_warning", "lite", "log_distributed", "mail", "mailed", "map", "measured", "new", "note_actuals",
    "note_backup", "note_closed", "note_macros", "note_own", "note_pipeline", "note_start", "note_stated",
    "origins_leave", "origins_none", "pages_both", "pages_unknown", "plan_source", "recipient", "regenerate_dry",
    "regenerate_nothing", "regenerate_out", "regenerate_suffix", "remind", "report", "restore", "reviewed_check_first",
    "reviewed_first", "reviewed_head", "reviewed_kpi", "reviewed_kpis_more", "reviewed_month", "reviewed_no_next",
    "reviewed_not_over", "reviewed_nothing", "reviewed_of_channel", "reviewed_of_which", "reviewed_pair",
    "reviewed_planned", "reviewed_progress", "reviewed_proposed", "reviewed_to_date", "reviewed_what", "ribbon", "save",
    "show", "smtp", "source_kind", "source_needs", "source_no", "source_table", "source_tables", "source_unknown",
    "source_unreachable", "suggest", "templates", "text_encoding", "unexpected", "usage", "vba", "word_macros",
)  # fmt: skip
_MARK = "# xl_kpi main.py sha256:"

_LINES = r'"""(?s:.*?)"""'  # a text of several lines
_TEXTS_OF_COMMANDS = re.compile(
    rf"^(?:{'|'.join(OF_COMMANDS)})(?:_\w+)? *= *\{{ *ja *= *(?:{_LINES}, *en *= *{_LINES}|.*)\}} *\n", re.MULTILINE
)

_REMARKS = re.compile(r"^#.*\n", re.MULTILINE)
# A text of TOML; else the spaces around a sign, and blank lines, which nobody reads in there.
_ROOM = re.compile(r"""("{3}[\s\S]*?"{3}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')|[ \t]*([=,{}\[\]])[ \t]*|(\n)\n+""")

_WORD = re.compile(rb"[A-Za-z][a-z0-9]+_?")  # a part of a name
_TEXT, _CODE = "text", "code"  # kinds of files
_FURTHER, _BACK, _ELSEWHERE = "\t", "\v", "\f"  # a line stands four letters further in, or out; anywhere

# The letters that neither JSON nor XML has to escape: nothing grows on the way into a workbook.
_SAFE = bytes(sorted({*range(33, 127)} - {*b"&<>'/\"\\"}))
_BYTES, _DIGITS = 33, 41  # 256 ** 33 is just below 87 ** 41
_FIRSTS = 30  # of the bytes that no file has: those that stand for a word together with another one
_OFTEN = 5  # a word that stands there less often takes more room in the list of words
_CODE_BYTES = 1.4  # of what stands for a word, one or two, of which compression leaves less
_LINE = 8000  # characters of PACKED on a line: few lines, and none that an editor refuses to show

# Runs inside xlwings Lite; PACKED stands above it.  In JSON within XML a double quote takes seven letters.
_INSTALL = """
def indented(content: bytes) -> bytes:
    '''A module whose lines say by how much they stand further in (a tab: four) or out than the one before.'''
    if content.startswith(b'\\f\\f'):
        return content[2:]
    found, depth = [], 0
    for line in content.split(b'\\n'):
        text = line.lstrip(b'\\t\\v\\f')
        if line.startswith(b'\\f'):
            depth = len(text) - len(text.lstrip(b' '))
        elif text.strip(b' '):
            depth += 4 * (line.count(b'\\t') - line.count(b'\\v'))
            text = b' ' * depth + text
        found.append(text)
    return b'\\n'.join(found)


def files() -> dict[str, bytes]:
    '''Every module and catalog file by its path, as it is in the project.'''
    safe = sorted({*map(chr, range(33, 127))} - {*map(chr, (34, 38, 39, 47, 60, 62, 92))})
    digits, letters, packed = {letter: digit for digit, letter in enumerate(safe)}, ''.join(PACKED.split()), []
    for start in range(0, len(letters), 41):
        number = 0
        for letter in letters[start : start + 41]:
            number = number * 87 + digits[letter]
        packed.append(number.to_bytes(33, 'big'))
    about, _, data = bz2.decompress(b''.join(packed)).partition(b'\\0')
    texts, free, *words = about.split()
    data = data[: int(texts)] + data[int(texts) :][::-1]
    free = bytes.fromhex(free.decode())
    codes = [bytes([one]) for one in free[:-FIRSTS]]
    codes += [bytes([one, second]) for one in free[-FIRSTS:] for second in range(128, 192)]
    word_of = dict(zip(codes, words))
    one, first = re.escape(free[:-FIRSTS]), re.escape(free[-FIRSTS:])
    data = re.sub(b'[' + first + b'].|[' + one + b']', lambda code: word_of[code[0]], data, flags=re.DOTALL)
    parts = data.split(b'\\0')
    found = {name.decode(): content for name, content in zip(parts[::2], parts[1::2])}
    return {name: indented(content) if name.endswith('.py') else content for name, content in found.items()}


def install() -> None:
    '''Write the files into a folder and let Python import from there; an earlier version makes way.'''
    folder = Path(tempfile.gettempdir(), 'xl_kpi-' + hashlib.sha256(PACKED.encode()).hexdigest()[:16])
    if str(folder) in sys.path:
        return
    for name, content in files().items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    sys.path[:] = [str(folder), *(path for path in sys.path if 'xl_kpi-' not in path)]
    for name in [name for name in sys.modules if name.partition('.')[0] in ('xl_kpi', 'udfs')]:
        del sys.modules[name]
    importlib.invalidate_caches()


install()

from udfs.functions import *  # noqa: E402, F403
from udfs.macros import *  # noqa: E402, F403
""".replace("FIRSTS", str(_FIRSTS))


@cache
def main_py(version: str) -> str:
    """The code that xlwings Lite runs: functions and scripts with every module and catalog file they need.

    ``version`` as it is told at the top.  Result: Python source; the same version of the project gives the
    same text.  Its first line holds the digest of the rest, by which ``is_ours`` knows it again.
    Errors: as for ``packed``.
    """
    head = [f"# {line}".rstrip() for lang in ("ja", "en") for line in ["", *_head(lang, version)]]
    imports = "".join(f"import {name}\n" for name in ("bz2", "hashlib", "importlib", "re", "sys", "tempfile"))
    body = "\n".join(head) + "\n\n" + imports + "from pathlib import Path\n\n"
    body += f"PACKED = '''\n{packed(sources())}\n'''\n" + _INSTALL
    return f"{_MARK}{_digest(body)}\n{body}"


def packed(files: Mapping[str, str]) -> str:
    """The files as lines of letters that neither JSON nor XML has to escape.

    Modules and the catalog's texts are compressed each by themselves: they have few words in common.  Bytes that no
    file has stand for the words that take most room; a line of a module says by how much it stands further in than the
    one before it, and modules are written from the last letter to the first, which takes less room too (and all of
    them are one block of bz2, 900,000 bytes).  33 bytes are a number of 41 letters.
    Errors: ValueError for a text with a null character, which stands between the files.
    """
    if any("\0" in name or "\0" in content for name, content in files.items()):
        raise ValueError("a source with a null character can't travel")
    parts: dict[str, list[str]] = {}
    for name, content in files.items():
        is_text = not name.endswith(".py")
        parts.setdefault(_TEXT if is_text else _CODE, []).append(f"{name}\0{content if is_text else _indents(content)}")
    streams = {kind: "\0".join(parts[kind]).encode() + b"\0" for kind in sorted(parts, reverse=True)}
    free, codes = _codes(b"".join(streams.values()))
    short = {kind: _WORD.sub(lambda word: codes.get(word[0], word[0]), one) for kind, one in streams.items()}
    about = [str(len(short.get(_TEXT, b""))).encode(), free.hex().encode(), *codes]
    data = bz2.compress(b" ".join(about) + b"\0")
    data += b"".join(bz2.compress(one if kind == _TEXT else one[::-1]) for kind, one in short.items())
    data += bytes(-len(data) % _BYTES)
    letters = "".join(map(_letters, (data[start : start + _BYTES] for start in range(0, len(data), _BYTES))))
    return "\n".join(letters[start : start + _LINE] for start in range(0, len(letters), _LINE))


def _letters(data: bytes) -> str:
    """Bytes as letters, as a number is written."""
    number, found = int.from_bytes(data, "big"), ""
    for _ in range(_DIGITS):
        number, digit = divmod(number, len(_SAFE))
        found = chr(_SAFE[digit]) + found
    return found


def _indents(content: str) -> str:
    """A module whose lines say how they stand to the one before (``indented`` of the code for Lite).

    Special cases: blank lines say nothing; a module with a sign for that in it is marked and stays as it is.
    """
    if {_FURTHER, _BACK, _ELSEWHERE} & {*content}:
        return _ELSEWHERE * 2 + content
    found, depth = [], 0
    for line in content.split("\n"):
        text = line.lstrip(" ")
        steps, beside = divmod(len(line) - len(text) - depth, 4)
        if not text:
            found.append(line)
            continue
        found.append(_ELSEWHERE + line if beside else (_FURTHER if steps > 0 else _BACK) * abs(steps) + text)
        depth = len(line) - len(text)
    return "\n".join(found)


def _codes(data: bytes) -> tuple[bytes, dict[bytes, bytes]]:
    """The bytes that nothing uses, and the words that take most room, each with what stands for it.

    That is one of these bytes, or one of the last ``_FIRSTS`` of them and a byte of 128 to 191.
    """
    free = bytes(sorted({*range(1, 256)} - {*data}))
    counts = Counter(_WORD.findall(data))
    words = sorted(
        (word for word in counts if counts[word] >= _OFTEN),
        key=lambda word: (-counts[word] * (len(word) - _CODE_BYTES), word),
    )
    codes = [bytes([one]) for one in free[:-_FIRSTS]]
    codes += [bytes([one, second]) for one in free[-_FIRSTS:] for second in range(128, 192)]
    return free, dict(zip(words, codes, strict=False))


def is_ours(code: str) -> bool:
    """Whether a main.py was written by ``main_py``, of whatever version, edited or not."""
    return code.startswith(_MARK)


def is_edited(code: str) -> bool:
    """Whether somebody changed a main.py of ours; other line ends and a blank end are no change."""
    first, _, body = code.replace("\r\n", "\n").partition("\n")
    return first.removeprefix(_MARK).strip() != _digest(body)


@cache
@uncollected()
def sources() -> Mapping[str, str]:
    """Path → text of every module and catalog file that travels: ``plain_sources``, whose functions have the same few
    local names."""
    return {path: with_few_names(one) if path.startswith("xl_kpi/") and path.endswith(".py") else one
            for path, one in plain_sources().items()}  # fmt: skip


@cache
@uncollected()
def plain_sources() -> Mapping[str, str]:
    """Path → text of every module that the functions and scripts import, and of the catalog's files that they read.

    Found by following the imports (the pages' modules: by the table of sheets), so that a module that needs a file
    or a heavy package never travels.  Docstrings, comments, types, blank lines and what nothing else there names stay
    at home, and so does data of the catalog that only modules name which do, and texts that only commands say.
    """
    whole = {path: _less(path, source, tree) for path, (source, tree) in _reached({}).items()}
    less = without_unused(whole, ("udfs/",))
    found = {path: without_blank_lines(less[path]) for path in _reached(less)}
    found.update(_data(found))
    return dict(sorted(found.items()))


def _reached(sources: Mapping[str, str]) -> dict[str, tuple[str, ast.Module]]:
    """Path → source and tree of every module that functions, scripts and pages import, out of ``sources``, if any."""
    found: dict[str, tuple[str, ast.Module]] = {}
    waiting = [*ROOTS, *page_modules().values()]
    while waiting:
        module = waiting.pop()
        path = _path(module)
        if path is None or path in found or module in DESKTOP:
            continue
        source = sources[path] if sources else _resource(path).read_text("utf-8")
        found[path] = source, (tree := ast.parse(source))
        package = module if path.endswith("/__init__.py") else module.rpartition(".")[0]
        waiting.extend(_imports(tree, package))
    return found


def _less(path: str, source: str, tree: ast.Module) -> str:
    """A module without docstrings and comments, and without types where it is none that Excel calls."""
    plain = without_comments(without_docstrings(source, tree))
    return without_annotations(plain, tree) if path.startswith("xl_kpi/") else plain


def _data(modules: Mapping[str, str]) -> dict[str, str]:
    """Path → text of the catalog's data, but for what is read by modules of it alone that are not among ``modules``."""
    items = {f"xl_kpi/catalog/{item.name}": item for item in _resource("xl_kpi/catalog").iterdir()}
    home = [item.read_text("utf-8") for path, item in items.items() if path.endswith(".py") and path not in modules]
    data = {path: item for path, item in items.items() if _is_data(item)}
    left = {path for path, item in data.items() if any(f'"{item.name}"' in source for source in home)}
    left -= {path for path, item in data.items() if any(f'"{item.name}"' in source for source in modules.values())}
    found = {path: _REMARKS.sub("", item.read_text("utf-8")) for path, item in data.items() if path not in left}
    for path in (one for one in found if one.endswith(".toml")):
        found[path] = _ROOM.sub(lambda part: part[1] or part[2] or part[3], found[path])
    return {path: _without_commands(source) if "/texts_" in path else source for path, source in found.items()}


def _without_commands(texts: str) -> str:
    """Texts without those of ``OF_COMMANDS``, each of which stands on a line of its own."""
    return _TEXTS_OF_COMMANDS.sub("", texts)


def _is_data(item: Traversable) -> bool:
    return item.name.endswith((".toml", ".csv"))


def _resource(path: str) -> Traversable:
    package, *rest = path.split("/")
    return files(package).joinpath(*rest)


@cache
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
    for node in statements(tree):
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
