"""Every refusal that ends a command says what was found, why or what is allowed, and what to do; and names the file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import xl_kpi
from xl_kpi import errors
from xl_kpi.catalog import text
from xl_kpi.catalog.messages import message
from xl_kpi.catalog.texts import is_text
from xl_kpi.errors import BadFile, Refused, XlKpiError, told_in

HOUSE = Path(xl_kpi.__file__).parent
ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, XlKpiError)}
HELPERS = {"_bad", "refuse", "_refuse", "_unreadable"}  # functions that raise one, the key of its text given to them
NO_SENTENCE = re.compile(r"^file_kind_|_contents$|_comma$|^unexpected_no_words$|^damage_")  # texts within another one
FILE = re.compile(r"\{(?:file|path|folder)\}")
# What they are about is no one file, or is named by whoever asks (``told_in``) or by the line in which they stand.
NO_FILE = {
    "addin_bad_path", "addin_only_excel", "export_needs_data", "source_needs_package",  # of the computer
    "close_none_open", "regenerate_objects",  # of the book that stands open before one's eyes
}  # fmt: skip
WITHIN = re.compile(
    r"^answer_|^plan_growth_or$|^plan_missing$|^plan_monthly_found$|^split_any$|_blank$"
)  # no sentences
TOLD_BY_OTHERS = {"calc_": "rewrite", "lite_": "put_lite", "leads_many_values": "previewed"}
DO_JA = re.compile(r"ください|か？|ですか")  # a request, or a question that is answered by typing
DO_EN = re.compile(
    r"(?:^|[.,:;(] |, or |, and |then | or | and |[.] )(?:Add|Ask|Bring|Check|Choose|Close|Copy|Delete|Download|Draft"
    r"|Export|Give|Install|Keep|Leave|Make|Move|Open|Put|Quit|Reduce|Rename|Remove|Report|Restore|Run|Save|See|Sign|Stop|Try|Type"
    r"|Update|Use)\b",
    re.IGNORECASE,
)


RAISED = (ERRORS - {"InputFaults"}) | HELPERS
SAID = {"Fault", "ManyFaults", "add", "refusal", "Unreadable"}
CALLS = re.compile(rf"\b(?:{'|'.join(sorted(RAISED | SAID))})\(")


def _calls() -> Iterator[tuple[str, ast.Call]]:
    """Each call that raises an error or names a fault, with its module; modules without any are not parsed."""
    for path in sorted(HOUSE.rglob("*.py")):
        source = path.read_text("utf-8")
        for node in ast.walk(ast.parse(source)) if CALLS.search(source) else ():
            if isinstance(node, ast.Call) and _called(node) in RAISED | SAID:
                yield str(path.relative_to(HOUSE)), node


def _called(node: ast.Call) -> str:
    return getattr(node.func, "id", getattr(node.func, "attr", ""))


def _found() -> tuple[dict[str, str], dict[str, str]]:
    """Key of each text that is given to an error which ends a command, and of each that says, of an entry that can't be
    used, what is allowed → the module that raises or says it."""
    keys: dict[str, str] = {}
    faults: dict[str, str] = {}
    for module, node in _calls():
        for each in ast.walk(node):
            if _called(node) in RAISED and isinstance(each, ast.Constant) and isinstance(each.value, str):
                if is_text(each.value) and not NO_SENTENCE.search(each.value):
                    keys.setdefault(each.value, module)
            if _called(node) in SAID and isinstance(each, ast.Call) and _called(each) == "Words":
                if isinstance(each.args[0], ast.Constant) and not WITHIN.search(each.args[0].value):
                    faults[each.args[0].value] = module
    return keys, faults


KEYS, FAULTS = _found()


def test_the_walk_finds_them():
    """So that it does not go blind: those of files, of saving, of mails and of imports."""
    assert len(KEYS) >= 95 and len(FAULTS) >= 40
    assert {"file_damaged", "save_open", "collect_no_stamp", "export_kind", "graft_formats", "version_newer"} <= {*KEYS}


@pytest.mark.parametrize("key", sorted(KEYS))
def test_a_refusal_says_what_why_and_what_to_do(key):
    ja, en = text(key, "ja"), text(key, "en")
    if not any(key.startswith(name) for name in TOLD_BY_OTHERS) and key not in NO_FILE:
        assert FILE.search(ja) and FILE.search(en), f"{KEYS[key]}: which file?"
    for words, do in ((ja, DO_JA), (en, DO_EN)):
        assert do.search(words), f"{KEYS[key]}: what is to be done?"
    # what was found stands before what is to be done: never a request alone
    assert re.split(r"[。．]", FILE.sub("", ja))[0].strip(":： ") and "ください" not in re.split(r"[。、]", ja)[0]


@pytest.mark.parametrize("key", sorted(FAULTS))
def test_an_entry_that_can_t_be_used_is_told_what_can_be_typed(key):
    """Place and what was found stand before it (``messages.line``)."""
    assert DO_JA.search(text(key, "ja")) or is_text(f"do_{key}"), FAULTS[key]


def test_no_text_and_no_message_has_room_for_the_name_of_a_class():
    """The one place in which ``type(…).__name__`` could get into a sentence."""
    for path in HOUSE.rglob("*.py"):
        for line in path.read_text("utf-8").splitlines():
            if "type(" in line and "__name__" in line and path.name != "mailbox.py":
                assert not re.search(r"text\(|Words\(|BadFile|Refused|_unreadable|say\(|reason", line), (
                    path.name,
                    line,
                )


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_who_reads_a_file_says_its_name(lang):
    """Where a sentence does not hold the file's name it begins with it, once."""
    with pytest.raises(Refused) as refused, told_in(lang, "計画.xlsx"):
        raise Refused("lite_twice")
    assert message(refused.value, lang) == f"計画.xlsx: {text('lite_twice', lang)}"
    with pytest.raises(BadFile) as bad, told_in(lang, "計画.xlsx"):
        raise BadFile("file_empty", file="計画.xlsx")
    assert message(bad.value, lang).count("計画.xlsx") == 1
