"""The same few local names in every function of what travels: it does the same, and what Python needs by name stays."""

import ast
import builtins

import pytest

from xl_kpi.addin.lite import bundle
from xl_kpi.addin.lite.local_names import NAMES, with_few_names

OF_PYTHON = {*dir(builtins)} - {"_"}


def test_what_a_tool_leaves_beside_pythons_names_changes_nothing(monkeypatch):
    """Interactive Python and ``doctest`` put their last answer there as ``_``: the same templates before and after."""
    source = "def total():\n    return [[] for _ in (1, 2)]\n"
    before = with_few_names(source)
    monkeypatch.setattr(builtins, "_", 1, raising=False)
    assert with_few_names(source) == before == source.replace("_", "one")


def test_every_module_does_the_same():
    """The same trees but for names; in each function one for what had one, and for all that its module or Python knows
    the same as before."""
    for path, before in bundle.plain_sources().items():
        after = bundle.sources()[path]
        if before == after:
            continue
        old, new = ast.parse(before), ast.parse(after)
        outside = {*OF_PYTHON, *(alias for node in ast.walk(old) for alias in bound_outside(node, old))}
        for there, here in zip(old.body, new.body, strict=True):
            inner = zip(there.body, here.body, strict=True) if isinstance(there, ast.ClassDef) else [(there, here)]
            for one, other in inner:
                pairs = {*zip(names(one), names(other), strict=True)}
                assert len(pairs) == len({first for first, _ in pairs}) == len({last for _, last in pairs}), path
                assert all(first == last for first, last in pairs if first in outside), path
        assert nameless(old) == nameless(new), path


def bound_outside(node, module):
    """What a node at the first level of a module, or at any depth by ``import`` and ``global``, calls something."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.Global):
        yield from node.names
    elif node in module.body:
        yield from [node.name] if hasattr(node, "name") else ()
        yield from (one.id for one in ast.walk(node) if isinstance(one, ast.Name) and not hasattr(node, "name"))


def names(tree):
    """Each name in a tree, in order, also those that are no ``ast.Name``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar | ast.FunctionDef):
            yield from [node.name] if node.name else ()


def nameless(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = ""
    return ast.dump(tree)


FEW = """
LAST = 1

def total(rows, *, start=LAST):
    names = [row for row in rows]
    try:
        amount = start
    except ValueError as fault:
        raise fault
    shown = f"{names}"
    for at, (left, right) in enumerate(rows):
        amount += left * right + at
    return lambda more: amount + more, shown
"""


def test_arguments_errors_texts_and_what_the_module_has_stay():
    """In their order: ``row`` becomes one, ``amount`` row, ``at`` key, ``left`` found, ``right`` column; ``names`` and
    ``shown`` not, as an f-string has the one, and ``shown`` is the last."""
    few = with_few_names(FEW)
    assert "names = [one for one in rows]" in few
    assert "except ValueError as fault" in few and "start=LAST" in few and 'f"{names}"' in few
    space, whole = {}, {}
    exec(few, space)  # noqa: S102 - our own text
    exec(FEW, whole)  # noqa: S102
    answers = [one["total"]([(2, 3), (4, 5)]) for one in (space, whole)]
    assert [answer[0](1) for answer in answers] == [1 + 6 + 0 + 20 + 1 + 1] * 2
    assert answers[0][1] == answers[1][1] == "[(2, 3), (4, 5)]"


@pytest.mark.parametrize(
    "source",
    [
        "def total():\n    amount = 1\n    return locals()\n",
        "def total():\n    amount = 1\n    class Inner:\n        amount = 2\n    return Inner\n",
        "def total():\n    global amount\n    amount = 1\n",
        "amount = 1\ndef total():\n    return [amount for amount in (1, 2)], 3\n",
        "def total():\n    import math as amount\n    return amount\n",
        "def total(of):\n    match of:\n        case [amount, *_]:\n            return amount\n",
        "",
    ],
)
def test_what_is_needed_by_its_name_keeps_it(source):
    assert with_few_names(source) == source


def test_more_names_than_there_are_keep_their_own_and_nothing_else_gets_it():
    """27 names and two more, of which the last one has a name of the list: that one goes to no other."""
    many = [*(f"amount{number}" for number in range(len(NAMES))), "amount", NAMES[1]]
    few = with_few_names("def total():\n" + "".join(f"    {name} = 1\n" for name in many))
    found = [line.split()[0] for line in few.splitlines()[1:]]
    assert len({*found}) == len(many) and found[-1] == NAMES[1]
    assert found[: len(NAMES) - 1] == [name for name in NAMES if name != NAMES[1]]


def test_letters_of_other_scripts_before_a_name_are_counted():
    assert with_few_names("def total():\n    見込み, amount = 1, 2\n    return '日本', amount\n") == (
        "def total():\n    one, row = 1, 2\n    return '日本', row\n"
    )
