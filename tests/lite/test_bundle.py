"""main.py: a top to read, complete, small, the same each time, and known again when it comes back."""

from __future__ import annotations

import ast
import builtins
import hashlib
import re
import subprocess
import sys
import tomllib

import pytest

from xl_kpi import __version__
from xl_kpi.addin.lite import bundle
from xl_kpi.addin.lite import parts as lite_parts
from xl_kpi.addin.lite.plain_source import without_annotations, without_blank_lines
from xl_kpi.addin.lite.unused import without_unused
from xl_kpi.catalog.choices import choice_ids
from xl_kpi.plan import fields
from xl_kpi.plan.pages.tables import TABLES
from xl_kpi.sheets import page_modules

DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@pytest.fixture(scope="module")
def code() -> str:
    return bundle.main_py(__version__)


def test_the_top_says_what_it_is_which_version_and_how_to_remove_it(code):
    top = code.partition("import bz2")[0]
    assert all(line.startswith("#") or not line for line in top.split("\n"))
    for word in (
        f"xl_kpi {__version__}",
        "外す",
        "To remove it",
        "中身を読む",
        "To read the source",
        "regenerate",
        "xlwings Lite",
    ):
        assert word in top


def unpacked(code: str) -> dict[str, bytes]:
    """What main.py would write into its folder."""
    space = {"__name__": "main"}
    exec(compile(code.partition("\ninstall()\n")[0], "main.py", "exec"), space)  # noqa: S102 - our own text
    return space["files"]()


def test_every_source_comes_out_as_it_is(code):
    sources = bundle.sources()
    assert unpacked(code) == {name: source.encode() for name, source in sources.items()}
    for name, line in (
        ("udfs/functions.py", "def required_leads("),
        ("xl_kpi/sheets/__init__.py", "def book_spec("),
        ("xl_kpi/catalog/texts_sheets.toml", 'sheet_settings={ja="設定"'),
    ):
        assert line in sources[name]


def test_docstrings_comments_types_and_blank_lines_stay_at_home_and_nothing_else_does():
    for name, source in bundle.plain_sources().items():
        whole = bundle._resource(name).read_text("utf-8")
        if not name.endswith(".py"):
            assert tomllib.loads(source) == tomllib.loads(whole) or "/texts_" in name
            continue
        trees = [ast.parse(one) for one in (whole, source)]
        for node in (node for tree in trees for node in ast.walk(tree)):
            if isinstance(node, DOCUMENTED) and len(node.body) > 1 and ast.get_docstring(node) is not None:
                del node.body[0]
            if isinstance(node, ast.arg):
                node.annotation = None
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                node.returns = None
        trees = [Untyped().visit(tree) for tree in trees]
        lines = iter(whole.split("\n"))
        assert all(any(line_of(there, here) for there in lines) for here in source.split("\n")), name
        assert without_what_is_gone(*trees) == ast.dump(trees[1]), name


def without_what_is_gone(there, here):
    """The first tree without what the second does not define and import, as text."""
    left = {ast.dump(node) for node in here.body}
    defined = {name for node in here.body for name in given_by(node)}
    there.body = [
        node for node in there.body if ast.dump(node) in left or not given_by(node) or given_by(node) & defined
    ]
    for node in there.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            node.names = [one for one in node.names if (one.asname or one.name.partition(".")[0]) in defined]
    return ast.dump(there)


def given_by(node):
    """The names that a statement defines or imports at the first level of a module."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {one.asname or one.name.partition(".")[0] for one in node.names}
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", node)]
    return {one.id for target in targets for one in getattr(target, "elts", [target]) if isinstance(one, ast.Name)}


def test_whatever_is_named_there_is_there():
    sources = {name: ast.parse(source) for name, source in bundle.sources().items() if name.endswith(".py")}
    module = {name.removesuffix("/__init__.py").removesuffix(".py").replace("/", "."): name for name in sources}
    given = {name: {one for node in tree.body for one in given_by(node)} for name, tree in sources.items()}
    for name, tree in sources.items():
        own = {one.id for one in ast.walk(tree) if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)}
        own |= {one.arg for one in ast.walk(tree) if isinstance(one, ast.arg)} | set(dir(builtins)) | {"__name__"}
        own |= {one.name for one in ast.walk(tree) if isinstance(one, ast.ExceptHandler) and one.name}
        own |= {one.rest or "" for one in ast.walk(tree) if isinstance(one, ast.MatchMapping)}
        own |= {one.name or "" for one in ast.walk(tree) if isinstance(one, ast.MatchAs | ast.MatchStar)}
        own |= {one for node in ast.walk(tree) for one in given_by(node)}
        named = {one.id for one in ast.walk(tree) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}
        assert named - own == set(), name
        for node in (one for one in ast.walk(tree) if isinstance(one, ast.ImportFrom) and not one.level):
            if node.module in module:
                there = given[module[node.module]] | {"*", "desktop"}  # which Lite does not ask for
                gone = [
                    one.name
                    for one in node.names
                    if one.name not in there and f"{node.module}.{one.name}" not in module
                ]
                assert gone == [], name
        for node in (one for one in ast.walk(tree) if isinstance(one, ast.Import)):
            assert all(one.name in module for one in node.names if one.name.partition(".")[0] in bundle.OURS), name


def test_what_nothing_names_goes_with_what_only_that_named_and_every_line_keeps_its_number():
    sources = {
        "a.py": "from b import g, h\n\nONE = 1\nTWO = THREE = 2\ndef f():\n    return g(ONE)\ndef k():\n    return h\n",
        "b.py": "import re\nfrom c import (\n    x,\n    y,\n)\ndef g():\n    return x\ndef h():\n    return y\n",
        "udfs/one.py": "from a import k\nimport os\n",
        "c.py": "x = 1\ny: int = 2\n@script\ndef seen(): pass\n__all__ = ['z']\nz = 3\n",
    }
    assert without_unused(sources, ("udfs/",)) == {
        "a.py": "from b import h\n" + "\n" * 5 + "def k():\n    return h\n",
        "b.py": "\nfrom c import (\n\n    y,\n)\n" + "\n" * 2 + "def h():\n    return y\n",
        "udfs/one.py": sources["udfs/one.py"],
        "c.py": "\n" + sources["c.py"].partition("\n")[2],
    }


class Untyped(ast.NodeTransformer):
    """A tree whose variables say nothing of their types."""

    def visit_AnnAssign(self, node):
        if node.value is None:
            node.annotation = ast.Constant(0)
            return node
        return ast.Assign([node.target], node.value, lineno=node.lineno)


def line_of(there: str, here: str) -> bool:
    """Whether a line is what is left of one, but for the 0 of a field."""
    signs = iter(there)
    return all(sign in signs for sign in here.replace(":0", "", here.startswith("    ")))


def test_types_of_arguments_and_results_go_and_nothing_else_does():
    source = (
        "def f(a: int, *b: str, c: dict[str, int] = {}, **d: Any) -> dict[str, int]:\n    x: int = 1\n    return c\n"
    )
    assert without_annotations(source) == "def f(a, *b, c = {}, **d):\n    x = 1\n    return c\n"
    fields = "class A:\n    a: str\n    b: int = 0\n"
    assert without_annotations(fields) == "class A:\n    a:0\n    b:0 = 0\n"
    assert without_annotations("def 数(値: float = 0) -> float: return 値\n") == "def 数(値 = 0): return 値\n"
    kept = "def place(ctx: Context) -> FunnelAt:\n    pass\ndef g(\n    a: dict[\n        str, int],\n):\n    pass\n"
    assert without_annotations(kept) == kept


def test_a_blank_line_within_a_text_is_said_and_stays():
    source = 'def f():\n\n    x = """a\n\n   \nb"""\n\n\n    return x, "c"\n\n'
    less = 'def f():\n    x = """a\n\n   \nb"""\n    return x, "c"\n'
    assert without_blank_lines(source) == less


def named_by_what_travels() -> tuple[set[str], list[str]]:
    """Every text in quotes of the modules that travel, and of each that is put together what it begins with."""
    whole, begins = set(), []
    for name, source in bundle.sources().items():
        if name.endswith(".py"):
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                    begins.append(str(node.values[0].value))
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    whole.add(node.value)
    return whole, [one for one in begins if re.fullmatch(r"[a-z]+_\w*", one)]


def test_texts_that_only_commands_say_stay_at_home_and_nobody_who_travels_asks_for_them():
    left = set()
    for name, source in bundle.sources().items():
        if "/texts_" in name:
            whole, there = (tomllib.loads(one) for one in (bundle._resource(name).read_text("utf-8"), source))
            assert there.items() <= whole.items(), name
            left |= set(whole) - set(there)
    assert left and {one for one in bundle.OF_COMMANDS if any(f"{key}_".startswith(f"{one}_") for key in left)} == {
        *bundle.OF_COMMANDS
    }
    words, begins = named_by_what_travels()
    assert sorted(left & words) == []
    begins += [word for word in words if word.endswith("_") and len(word) > 1]
    # Of some that are put together it is known what stands behind: the names of columns, goals and answers.
    known = {
        "leads_": {one.column for table in TABLES if table.key == "leads" for one in table.columns}
        | {"day", "section"},
        "kind_": set(choice_ids("kind")),
        "answer_": set(choice_ids("answer")),
        "note_": {"score", "lift", "paths"},
        "reviewed_": {way + plan for way in ("above", "below") for plan in ("", "_alone")},
    }
    assert {begin + end for begin, ends in known.items() for end in ends} & left == set()
    begins = [one for one in begins if one not in known]
    assert [(key, begin) for key in left for begin in begins if key.startswith(begin)] == []
    # Texts that are put together of what stands in a table begin with its name: no table, page or field is called so.
    tables = {name.removeprefix("tbl_") for name in [*(one.key for one in TABLES), *fields.TABLES.values()]}
    choices = set(tomllib.loads(bundle._resource("xl_kpi/catalog/choices.toml").read_text("utf-8")))
    names = tables | choices | set(page_modules()) | set(fields.TABLES) | {one.key for one in fields.SINGLES}
    assert names & set(bundle.OF_COMMANDS) == set()


def test_it_keeps_to_its_budget(code):
    # A web Excel is reported to give up at about 2 MB of settings; a quarter of it is ours.  Whoever comes near
    # may leave out what no function and no script needs; sources() follows every import.
    stored = lite_parts.webextension({"main.py": code, "requirements.txt": "xlwings\n"}).encode("utf-8")
    assert len(code.encode("utf-8")) < len(stored) <= 500_000
    assert len(stored) - len(code.encode("utf-8")) < 3_000  # nothing grows by being JSON in XML


def test_no_line_is_longer_than_an_editor_shows(code):
    # Monaco, which xlwings Lite has, shows the first 10,000 letters of a line.
    assert max(map(len, code.split("\n"))) <= 8_000


def test_what_travels_needs_nothing_but_the_standard_library_and_xlwings():
    wanted = set()
    for name, source in bundle.sources().items():
        if name.endswith(".py"):
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Import):
                    wanted |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and not node.level:
                    wanted.add((node.module or "").partition(".")[0])
    assert wanted - set(sys.stdlib_module_names) == {"xlwings", "xl_kpi", "udfs"}
    # the parts of design §3 that run in the browser are there, those that work on files are not
    names = set(bundle.sources())
    assert {
        "udfs/__init__.py",
        "xl_kpi/sheets/tree/page.py",
        "xl_kpi/workbook/writing/render.py",
        "xl_kpi/catalog/units.toml",
    } <= names
    assert not [name for name in names if "engine" in name or "stored_values" in name or "save.py" in name]
    # nor what modules read that stay at home: the words of downloads, the figures of the demonstration
    assert not [name for name in names if name.endswith(("/exports.toml", "/demo.toml"))]


@pytest.mark.parametrize(
    "text",
    [
        "plain\n",
        "with ''' three quotes\n",
        'back\\slash \\n \\x41 \'"""\'\n',
        "日本語　△1,000\n",
        "a\r\nb\n",
        "no end",
        "",
    ],
)
def test_a_text_survives(text):
    files = {"udfs/one.py": text, "xl_kpi/catalog/two.toml": text, "udfs/three.py": "end"}
    head, _, rest = bundle.main_py("1").partition("PACKED = '''\n")
    code = f"{head}PACKED = '''\n{bundle.packed(files)}{rest[rest.index(chr(10) + chr(39) * 3) :]}"
    assert unpacked(code) == {name: content.encode() for name, content in files.items()}


def test_only_letters_that_stay_as_they_are_in_json_and_xml():
    letters = bundle.packed({f"{number}.py": chr(number) * number for number in range(1, 2_000)})
    assert len(letters) > 2_000 and not set(letters) & set("&<>\"'\\/")
    assert lite_parts.escaped(letters).replace("\\n", "\n") == f"&quot;{letters}&quot;"


def test_what_stands_between_the_files_may_stand_in_none():
    with pytest.raises(ValueError, match="null character"):
        bundle.packed({"a.py": "a\0b\n"})


def test_code_of_the_version_before_is_known_again_too():
    # Its modules stood there as text; the first line was made the same way (0.0.9 had this shape).
    body = "#\n# KPI plan (xl_kpi 0.0.9)\n\nFILES: dict[str, str] = {}\n\nFILES[\"udfs/a.py\"] = r'''\nx = 1\n'''\n\n"
    code = f"# xl_kpi main.py sha256:{hashlib.sha256(body.rstrip().encode()).hexdigest()}\n{body}"
    assert bundle.is_ours(code) and not bundle.is_edited(code)
    assert bundle.is_edited(code.replace("x = 1", "x = 2"))


def test_it_is_known_again_and_so_is_an_edit(code):
    assert bundle.is_ours(code) and not bundle.is_edited(code)
    assert not bundle.is_edited(code.replace("\n", "\r\n") + "\n\n")  # as an editor may leave it
    assert bundle.is_ours(code + "print(1)\n") and bundle.is_edited(code + "print(1)\n")
    assert not bundle.is_ours("import xlwings as xw\n")


def test_it_runs_outside_the_repository_and_again_in_the_same_process(code, tmp_path):
    # catalog files and all; an error names file and line; the second run finds everything in place, a changed one
    # replaces it
    script = """
import sys
import traceback
import xlwings
sys.platform = "emscripten"  # as in the browser, where the macros of the desktop stay away
source = open("main.py", encoding="utf-8").read()
for _ in range(2):
    space = {"__name__": "main"}
    exec(compile(source, "main.py", "exec"), space)
    assert space["required_leads"](7, [0.7, 0.1]) == 100
    assert "regenerate" in space
try:
    space["required_leads"](7, [70])
except Exception:
    told = traceback.format_exc().replace(chr(92), "/")
assert "/udfs/functions.py" in told and "return number(calc.required_leads(" in told, told
folder = sys.modules["xl_kpi"].__file__
assert "/xl_kpi-" in folder.replace(chr(92), "/"), folder
other = open("other.py", encoding="utf-8").read()
exec(compile(other, "main.py", "exec"), {"__name__": "main"})
assert sys.modules["xl_kpi"].__version__.startswith("x")
assert len([path for path in sys.path if "xl_kpi-" in path]) == 1
print("done")
"""
    (tmp_path / "main.py").write_text(code, "utf-8")
    changed = {
        name: source.replace("__version__ = ", "__version__ = 'x' + ") for name, source in bundle.sources().items()
    }
    other = code.replace(bundle.packed(bundle.sources()), bundle.packed(changed))
    (tmp_path / "other.py").write_text(other, "utf-8")
    # -I: neither the repository nor the editable install's folder is on the path; xlwings is put back
    import xlwings

    packages = xlwings.__path__[0].rpartition("xlwings")[0]
    start = f"import sys; sys.path = [p for p in sys.path if 'site-packages' not in p] + [{packages!r}]\n"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", start + script], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.stdout == "done\n", done.stderr
