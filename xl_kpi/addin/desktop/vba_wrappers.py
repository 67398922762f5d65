"""The generated VBA module: one worksheet function for each of our Python functions, and their help."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import ModuleType

from xl_kpi.catalog import text
from xl_kpi.catalog.functions import LONGEST_HELP, Function, categories
from xl_kpi.catalog.functions import functions as catalog_functions

LANGUAGES = ("ja", "en")
TAB = {lang: text("ribbon_tab", lang) for lang in LANGUAGES}  # stands before the category in Excel's list

# Words that can't name an argument in VBA (language reference, keywords and statements).
RESERVED = frozenset(
    "addressof alias and any as attribute boolean byref byte byval call case cbool cbyte ccur cdate cdbl cint clng "
    "close const csng cstr currency cvar cverr date debug declare defbool dim do double each else elseif empty end "
    "enum eqv erase error event exit false for friend function get global gosub goto if imp implements in input "
    "integer is let lib like lock long longlong longptr loop lset me mod new next not nothing null object on open "
    "option optional or output paramarray preserve print private property ptrsafe public put raiseevent random read "
    "redim rem resume return rset seek select set shared single spc static step stop string sub tab then to true "
    "type typeof unlock until variant wend while with withevents write xor".split()
)

HEAD = """Attribute VB_Name = "KpiFunctions"
Option Explicit

' Written by xl-kpi from the Python module {module}: its functions as worksheet functions, by the same names
' in upper case, because Excel shows a function as it is declared here, whatever is typed.
' On the Mac there are none: there the LAMBDA names of the workbook itself answer.

#If Mac Then
#Else
"""

WRAPPER = """
Public Function {name}({parameters}) As Variant
    If InWizard() Then
        {name} = NotComputed()
    Else
        {name} = CallPython("{python_name}", Array({arguments}))
    End If
End Function
"""

REGISTER = """
Public Sub RegisterFunctions()
{calls}
End Sub
#End If
"""


@dataclass(frozen=True)
class Argument:
    """An argument of a worksheet function, with its help by language."""

    name: str
    optional: bool
    help: Mapping[str, str]


@dataclass(frozen=True)
class Wrapper:
    """A worksheet function: its name, that of the Python function, its arguments, what it does and its category."""

    name: str
    python_name: str
    arguments: tuple[Argument, ...]
    help: Mapping[str, str]
    category: Mapping[str, str]


class CannotWrap(Exception):
    """A Python function and the catalog disagree, or the function has arguments that a cell can't give."""


def wrappers(module: ModuleType) -> tuple[Wrapper, ...]:
    """The worksheet functions of ``module``: the functions of the catalog, in its order.

    Errors: CannotWrap when ``module`` lacks one, or its arguments are not those of the catalog.
    """
    return tuple(_wrapper(module, entry) for entry in catalog_functions())


def _wrapper(module: ModuleType, entry: Function) -> Wrapper:
    function = getattr(module, entry.python_name, None)
    if function is None:
        raise CannotWrap(f"{module.__name__} has no {entry.python_name}")
    found = signature(function)
    told = tuple((argument.name, argument.optional) for argument in entry.arguments)
    if found != told:
        raise CannotWrap(f"{entry.name}: the catalog has the arguments {told}, {module.__name__} has {found}")
    return Wrapper(
        entry.name,
        entry.python_name,
        tuple(Argument(argument.name, argument.optional, argument.text) for argument in entry.arguments),
        entry.does,
        {lang: f"{TAB[lang]} {name}" for lang, name in categories()[entry.category].items()},
    )


def source(wrapped: Iterable[Wrapper], module_name: str) -> str:
    """The text of the VBA module that calls ``module_name`` for each of ``wrapped``."""
    wrapped = tuple(wrapped)
    names = {one.name for one in wrapped}

    def spelled(argument: Argument) -> str:
        # The VBA editor keeps one spelling of a word for the whole project: "ltv" would rename LTV.
        return argument.name.upper() if argument.name.upper() in names else argument.name

    calls = "\n".join(f'    RegisterFunction "{one.name}", {len(one.arguments)}' for one in wrapped)
    return (
        HEAD.format(module=module_name)
        + "".join(
            WRAPPER.format(
                name=one.name,
                python_name=one.python_name,
                parameters=", ".join(("Optional " if arg.optional else "") + spelled(arg) for arg in one.arguments),
                arguments=", ".join(spelled(arg) for arg in one.arguments),
            )
            for one in wrapped
        )
        + REGISTER.format(calls=calls)
    )


def help_texts(wrapped: Iterable[Wrapper]) -> dict[str, Mapping[str, str]]:
    """The help of functions and arguments by the keys under which VBA asks for it, cut to what Excel shows."""
    texts: dict[str, Mapping[str, str]] = {}
    for one in wrapped:
        key = f"function_{one.name}"
        texts[key] = _cut(one.help)
        texts[f"{key}_category"] = _cut(one.category)
        for number, argument in enumerate(one.arguments, 1):
            texts[f"{key}_{number}"] = _cut(argument.help)
    return texts


def _cut(texts: Mapping[str, str]) -> dict[str, str]:
    return {lang: texts[lang][:LONGEST_HELP] for lang in LANGUAGES}


def signature(function: Callable) -> tuple[tuple[str, bool], ...]:
    """(name, optional) of each argument.  Errors: CannotWrap for *args and for arguments by name only."""
    found = []
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is not inspect.Parameter.POSITIONAL_OR_KEYWORD:
            raise CannotWrap(f"{function!r}: a cell can't give {parameter}")
        if parameter.name.lower() in RESERVED or parameter.name.startswith("_"):
            raise CannotWrap(f"{function!r}: {parameter.name} can't name an argument in VBA")
        found.append((parameter.name, parameter.default is not inspect.Parameter.empty))
    return tuple(found)
