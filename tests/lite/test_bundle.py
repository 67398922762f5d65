"""main.py: readable, complete, the same each time, and known again when it comes back."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from xl_kpi import __version__
from xl_kpi.addin.lite import bundle


@pytest.fixture(scope="module")
def code() -> str:
    return bundle.main_py(__version__)


def test_the_top_says_what_it_is_which_version_and_how_to_remove_it(code):
    top = code.partition("import hashlib")[0]
    assert all(line.startswith("#") or not line for line in top.split("\n"))
    for word in (f"xl_kpi {__version__}", "外す", "To remove it", "regenerate", "xlwings Lite"):
        assert word in top


def test_every_source_stands_there_as_it_is(code):
    files = {}
    for node in ast.parse(code).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).startswith("FILES["):
            files[ast.literal_eval(node.targets[0].slice)] = ast.literal_eval(node.value)
    assert files == {name: f"\n{source}" for name, source in bundle.sources().items()}
    for line in ("def required_leads(", "def book_spec(", 'sheet_settings = {ja = "設定"'):
        assert line in code  # as text, not as an encoded block


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
        "xl_kpi/sheets/tree.py",
        "xl_kpi/workbook/writing/render.py",
        "xl_kpi/catalog/units.toml",
    } <= names
    assert not [name for name in names if "engine" in name or "stored_values" in name or "save.py" in name]


@pytest.mark.parametrize(
    "text", ["plain\n", "with ''' three quotes\n", 'back\\slash \\n \\x41 \'"""\'\n', "日本語　△1,000\n", "no end", ""]
)
def test_a_text_survives_as_a_literal(text):
    # install() drops the line break that follows the opening quotes; a last line is always ended
    assert ast.literal_eval(bundle._literal(text))[1:] == (text if text.endswith("\n") else text + "\n")


@pytest.mark.parametrize("text", ["a\0b\n", "a\r\nb\n"])
def test_what_can_t_be_text_is_refused(text):
    with pytest.raises(ValueError, match="null characters or other line ends"):
        bundle._literal(text)


def test_it_is_known_again_and_so_is_an_edit(code):
    assert bundle.is_ours(code) and not bundle.is_edited(code)
    assert not bundle.is_edited(code.replace("\n", "\r\n") + "\n\n")  # as an editor may leave it
    assert bundle.is_ours(code + "print(1)\n") and bundle.is_edited(code + "print(1)\n")
    assert not bundle.is_ours("import xlwings as xw\n")


def test_it_runs_outside_the_repository_and_again_in_the_same_process(code, tmp_path):
    # catalog files and all; the second run finds everything in place, a changed one replaces it
    script = """
import sys
import xlwings
sys.platform = "emscripten"  # as in the browser, where the macros of the desktop stay away
source = open("main.py", encoding="utf-8").read()
for _ in range(2):
    space = {"__name__": "main"}
    exec(compile(source, "main.py", "exec"), space)
    assert space["required_leads"](7, [0.7, 0.1]) == 100
    assert "regenerate" in space
folder = sys.modules["xl_kpi"].__file__
assert "/xl_kpi-" in folder.replace(chr(92), "/"), folder
exec(compile(source.replace("__version__ = ", "__version__ = 'x' + "), "main.py", "exec"), {"__name__": "main"})
assert sys.modules["xl_kpi"].__version__.startswith("x")
assert len([path for path in sys.path if "xl_kpi-" in path]) == 1
print("done")
"""
    (tmp_path / "main.py").write_text(code, "utf-8")
    # -I: neither the repository nor the editable install's folder is on the path; xlwings is put back
    import xlwings

    packages = xlwings.__path__[0].rpartition("xlwings")[0]
    start = f"import sys; sys.path = [p for p in sys.path if 'site-packages' not in p] + [{packages!r}]\n"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", start + script], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.stdout == "done\n", done.stderr
