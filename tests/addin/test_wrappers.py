"""The generated functions mean what xlwings' own generator writes for the same module; where not, it is listed.

Differences, each with its reason:

- The book given to xlwings is the add-in, not the active workbook: xlwings runs Python code that it finds in
  sheets of that book, and a workbook may have come by mail.
- An error is a real Excel error, not the text of a traceback.
- In the function wizard the result is #GETTING_DATA, not Empty, which shows as 0.
- Help is in Excel's language; xlwings knows one text, so there both languages stand together.
- The functions are listed under the catalog's categories.
- Names are in upper case, as in the docs and in other hosts: Excel shows a function as its VBA declares it.  VBA
  knows no case, and Python is asked for the function by its own name.
- On the Mac, where xlwings has no functions in cells, they are left out, so that LAMBDA names can answer.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.addin.parts import modules, texts, wrapped
from tests.addin.vba_host import Excel, VBARuntimeError, cells
from xl_kpi.addin.desktop import vba_wrappers
from xl_kpi.catalog.functions import functions

ROOT = Path(__file__).parents[2]
# Runs where xlwings was imported with stand-ins for the Windows packages, in a process of its own.
GENERATE = """
import io, json, sys, types
for name in ("pythoncom", "pywintypes", "win32com", "win32com.client"):
    sys.modules[name] = types.ModuleType(name)
sys.modules["pythoncom"].CoInitialize = lambda: None
sys.modules["pywintypes"].com_error = type("com_error", (Exception,), {})
sys.modules["win32com.client"].Dispatch = lambda found: found
import xlwings
from xlwings import udfs as generator
xlwings.func, xlwings.arg, xlwings.ret = generator.xlfunc, generator.xlarg, generator.xlret
import udfs.functions as module
text = io.StringIO()
generator.generate_vba_wrapper("udfs.functions", module, text, types.SimpleNamespace(Name="xl_kpi.xlam"))
found = {
    one.__xlfunc__["name"]: {
        "help": one.__xlfunc__["ret"]["doc"],
        "arguments": [[arg["name"], "optional" in arg, arg["doc"]] for arg in one.__xlfunc__["args"]],
        "in_wizard": one.__xlfunc__["call_in_wizard"],
        "volatile": one.__xlfunc__["volatile"],
    }
    for one in vars(module).values() if hasattr(one, "__xlfunc__")
}
print(json.dumps({"text": text.getvalue(), "functions": found}))
"""


@pytest.fixture(scope="module")
def theirs() -> dict:
    done = subprocess.run([sys.executable, "-c", GENERATE], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def signatures(source: str) -> dict[str, str]:
    """Function → its arguments, as the text declares them."""
    return dict(re.findall(r"^(?:Public )?Function (\w+)\((.*)\)(?: As Variant)?$", source, re.MULTILINE))


def raised(found: dict[str, str]) -> dict[str, str]:
    """The same with the functions' names in upper case, where arguments are called so as well (LTV_CAC has LTV)."""
    word = re.compile(rf"\b(?:{'|'.join(found)})\b")
    return {name.upper(): word.sub(lambda match: match[0].upper(), each) for name, each in found.items()}


def test_the_same_functions_with_the_same_arguments(theirs):
    assert signatures(modules()["KpiFunctions"]) == raised(signatures(theirs["text"]))
    assert len(signatures(theirs["text"])) == len(functions())


def test_all_functions_are_ours_in_the_order_of_the_catalog_and_by_its_names():
    assert [one.name for one in wrapped()] == [entry.name for entry in functions()]
    assert list(signatures(modules()["KpiFunctions"])) == [entry.name for entry in functions()]


def test_no_other_word_of_the_project_spells_a_function_in_small_letters():
    # The VBA editor keeps one spelling of a word for the whole project: an argument "ltv" would rename LTV.
    names = {entry.name for entry in functions()}
    for name, source in modules().items():
        spoken = re.sub(r"\'[^\n]*", "", re.sub(r'"(?:[^"\n]|"")*"', "", source))
        assert not {word for word in re.findall(r"\w+", spoken) if word.upper() in names and word not in names}, name


def test_none_is_volatile_and_none_runs_in_the_wizard(theirs):
    assert {name for name, one in theirs["functions"].items() if one["volatile"] or one["in_wizard"]} == set()
    assert "Volatile" not in "".join(modules()[name] for name in ("KpiFunctions", "KpiCall"))


def test_both_languages_of_our_help_make_up_the_help_of_xlwings(theirs):
    for one in wrapped():
        found = theirs["functions"][one.python_name]
        assert found["help"] == f"{one.help['ja']} / {one.help['en']}"
        for argument, (name, optional, doc) in zip(one.arguments, found["arguments"], strict=True):
            assert (argument.name, argument.optional) == (name, optional)
            assert doc == f"{argument.help['ja']} / {argument.help['en']}"


def test_no_help_is_cut():
    # Excel shows 255 characters; a longer text would lose its end.
    helps = vba_wrappers.help_texts(wrapped())
    full = {f"function_{one.name}": one.help for one in wrapped()}
    assert all(0 < len(text) <= 255 for said in helps.values() for text in said.values())
    assert {key: helps[key] for key in full} == full


@pytest.fixture
def both(theirs) -> tuple[Excel, Excel]:
    """Our functions and those of xlwings' generator, each in an Excel of its own."""
    generated = '#Const App = "Microsoft Excel"\n' + theirs["text"]
    bare = {name: text for name, text in modules().items() if name in ("KpiVersion", "KpiTexts", "KpiRibbon")}
    return Excel(modules(), texts()), Excel(bare | {"KpiTheirs": generated}, texts())


@pytest.mark.parametrize("name", [entry.name for entry in functions()])
def test_python_is_asked_the_same(both, name):
    count = len(next(one for one in wrapped() if one.name == name).arguments)
    given = [cells([0.2], [0.3]) if place % 2 else 50.0 for place in range(count)]
    asked = []
    for excel in both:
        excel.answer = lambda function, arguments: 834.5
        assert excel.run(name, *given) == 834.5
        module, function, arguments, _, caller = excel.calls[-1]
        asked.append((module, function, [id(item) if item in given[1:2] else item for item in arguments.items]))
        assert caller is excel.caller
    assert asked[0] == asked[1]


def test_a_left_out_argument_is_handed_on_as_left_out(both):
    for excel in both:
        excel.answer = lambda function, arguments: str(arguments[2])
    ours, theirs_ = (excel.run("required_leads", 50.0, 0.2) for excel in both)
    assert ours == theirs_ == "Missing"


def test_the_book_is_the_add_in_and_not_the_active_workbook(both):
    for excel in both:
        excel.answer = lambda function, arguments: 1
        excel.run("nps", cells([9.0, 10.0]))
    ours, theirs_ = both
    assert ours.calls[-1][3] is ours.book
    assert theirs_.calls[-1][3] is theirs_.active_book


def test_an_error_of_python_is_an_excel_error_and_not_a_text(both):
    def fail(function, arguments):
        raise VBARuntimeError(-2147467259, "Traceback: TypeError: unsupported operand")

    for excel in both:
        excel.answer = fail
    ours, theirs_ = (excel.run("required_leads", 50.0, 0.2) for excel in both)
    assert ours == ("error", 2015)
    assert theirs_ == "Traceback: TypeError: unsupported operand"


def stub(code: str) -> ModuleType:
    module = ModuleType("stub")
    exec(code, module.__dict__)  # noqa: S102 - text of this test
    return module


def catalog_stub(change: dict[str, str]) -> ModuleType:
    """A module with all functions of the catalog, some of them changed."""
    lines = []
    for one in wrapped():
        arguments = ", ".join(arg.name + ("=None" if arg.optional else "") for arg in one.arguments)
        lines.append(change.get(one.python_name, f"def {one.python_name}({arguments}): pass"))
    return stub("\n".join(lines))


def test_the_stub_itself_fits_the_catalog():
    assert vba_wrappers.wrappers(catalog_stub({})) == wrapped()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"nps": ""}, "stub has no nps"),
        ({"nps": "def nps(values): pass"}, r"NPS: the catalog has the arguments \(\('scores', False\),\)"),
        ({"nps": "def nps(scores=None): pass"}, "NPS: the catalog has"),
        ({"nps": "def nps(*scores): pass"}, "a cell can't give \\*scores"),
        ({"nps": "def nps(*, scores): pass"}, "a cell can't give scores"),
        ({"nps": "def nps(to): pass"}, "to can't name an argument in VBA"),
        ({"nps": "def nps(_scores): pass"}, "_scores can't name an argument in VBA"),
    ],
)
def test_functions_that_do_not_fit_stop_the_build(change, reason):
    with pytest.raises(vba_wrappers.CannotWrap, match=reason):
        vba_wrappers.wrappers(catalog_stub(change))
