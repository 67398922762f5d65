"""The VBA text keeps the rules of the VBA editor and is whole: every block closed, every name declared."""

from __future__ import annotations

import re

import pytest
from pyopenvba.exceptions import VBACompileError

from tests.addin.parts import modules, ours
from tests.addin.vba_host import MAC, WINDOWS, parsed, readable
from xl_kpi.addin.desktop import vba

SYSTEMS = {"Windows": WINDOWS, "Mac": MAC}
# One procedure or block opens and closes; written down by hand from the language reference.
BLOCKS = {
    "Sub": r"^\s*(?:Public |Private )?Sub \w+\(",
    "Function": r"^\s*(?:Public |Private )?Function \w+\(",
    "If": r"^\s*If .* Then\s*$",
    "Select": r"^\s*Select Case ",
    "With": r"^\s*With ",
}


def code(source: str) -> str:
    """Statements each on one line, without comments and texts in quotes."""
    source = re.sub(r'"(?:[^"\n]|"")*"', '""', source).replace(" _\n", " ")
    return re.sub(r"'[^\n]*", "", source)


@pytest.mark.parametrize("name", list(modules()))
def test_text_keeps_the_rules_of_the_editor(name):
    assert list(vba.broken_rules(name, modules()[name])) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("x = 1\n' \u76ee\u6a19", "M, line 2: not ASCII"),
        ("x" * 1024, "M, line 1: 1024 characters"),
        ("\n".join(["x = 1 + _"] * 25 + ["1"]), "M, line 25: a statement of more than 25 lines"),
    ],
)
def test_a_broken_rule_is_found_with_its_line(text, found):
    assert list(vba.broken_rules("M", text)) == [found]


def test_the_longest_lines_and_statements_that_the_editor_takes_are_no_fault():
    assert list(vba.broken_rules("M", "x" * 1023 + "\n" + "\n".join(["x = 1 + _"] * 24 + ["1"]))) == []


@pytest.mark.parametrize("name", list(ours()))
def test_every_module_of_ours_declares_its_variables(name):
    assert re.search(r"^Option Explicit$", modules()[name], re.MULTILINE)


@pytest.mark.parametrize("name", list(modules()))
@pytest.mark.parametrize("system", list(SYSTEMS))
def test_every_module_compiles_on_both_systems(name, system):
    module = parsed(modules()[name], SYSTEMS[system], name)
    assert module.procedures or name == "KpiVersion" or (name, system) == ("KpiFunctions", "Mac")


@pytest.mark.parametrize("system", list(SYSTEMS))
def test_blocks_are_closed(system):
    for name, source in ours().items():
        lines = code(readable(source, SYSTEMS[system], name))
        for block, opening in BLOCKS.items():
            opened = len(re.findall(opening, lines, re.MULTILINE))
            closed = len(re.findall(rf"^\s*End {block}\b", lines, re.MULTILINE))
            assert opened == closed, (name, block)
        assert len(re.findall(r"^\s*(?:For|Do)\b", lines, re.MULTILINE)) == len(
            re.findall(r"^\s*(?:Next|Loop)\b", lines, re.MULTILINE)
        ), name


def test_the_parser_of_the_tests_refuses_what_is_not_closed():
    with pytest.raises(VBACompileError):
        parsed("Sub A()\n    If True Then\nEnd Sub\n")


def test_every_variable_is_declared():
    # The interpreter does not look at a variable before it runs, so the test reads the text: what is assigned
    # is an argument, a Dim, a module's variable, or the function's own name.
    for name, source in ours().items():
        lines = code(readable(source, WINDOWS, name))
        module_names = set(re.findall(r"^(?:Private|Public) (?:Const )?(\w+) As", lines, re.MULTILINE))
        for procedure in re.findall(
            r"^(?:Public |Private )?(?:Sub|Function) .*?^End (?:Sub|Function)", lines, re.M | re.S
        ):
            head = procedure.split("\n", 1)[0]
            known = set(re.findall(r"\w+", head)) | set(re.findall(r"^\s*Dim (\w+)", procedure, re.M)) | module_names
            assigned = set(re.findall(r"^\s*(?:Set |For Each |For )?(\w+)(?:\([^=]*\))? (?:=|In) ", procedure, re.M))
            assert assigned <= known, (name, head, assigned - known)


def test_a_function_is_absent_on_the_mac_where_lambda_names_answer():
    assert parsed(modules()["KpiFunctions"], WINDOWS).procedures
    assert not parsed(modules()["KpiFunctions"], MAC).procedures


def test_texts_that_vba_asks_for_exist():
    from tests.addin.parts import texts

    assert vba.text_keys()  # else the search for them is broken
    assert set(vba.text_keys()) <= set(texts())
