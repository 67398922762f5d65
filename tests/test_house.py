"""The plan of the house: who may import whom, what starts without heavy packages, and how modules are kept."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections import Counter

import pytest

from tests.house import (
    FLOORS,
    GROUND,
    OURS,
    ROOT,
    all_imports,
    circle_in,
    drawn,
    files_of,
    imports_in,
    inner_arrows,
    may_import,
    module_name,
    part_of,
    sub_packages,
)

# What each part may import besides the standard library; parts that are not named may import anything
# that pyproject.toml lists, but for the packages in OWNERS.
LIGHT: dict[str, set[str]] = {
    "calc": set(),
    "catalog": set(),
    "formulas": set(),
    "plan": set(),
    "kpi": set(),
    "sheets": {"xlwings"},
    "workbook": {"xlwings"},
    "regenerate": {"xlwings"},
    "open_book": {"xlwings"},
    "udfs": {"xlwings"},
}
# What of a light part works on files, not on plans: it never runs inside Pyodide.
XML = {"lxml", "defusedxml"}
HEAVIER: dict[str, set[str]] = {
    "xl_kpi.workbook.package": XML,
    "xl_kpi.workbook.graft": XML,
    "xl_kpi.workbook.writing.stored_values": {"ironcalc"} | XML,
}
# Packages that only one place may know.
OWNERS = {
    "openpyxl": ("xl_kpi.engine",),
    "ironcalc": ("xl_kpi.workbook.writing.stored_values",),
    "pandas": (
        "xl_kpi.exchange.columns",
        "xl_kpi.exchange.exports",
        "xl_kpi.exchange.suggestions",
        "xl_kpi.exchange.leads",
    ),
    "ibis": ("xl_kpi.exchange.cohorts", "xl_kpi.exchange.leads"),
    "duckdb": ("xl_kpi.exchange.leads",),
    "pyspark": ("xl_kpi.exchange.leads",),
    "python_calamine": ("xl_kpi.exchange.exports",),
    "numpy": ("xl_kpi.exchange.cohorts", "xl_kpi.exchange.leads.engine", "xl_kpi.exchange.suggestions"),
    "scipy": ("xl_kpi.exchange.cohorts",),
    "tomlkit": ("xl_kpi.exchange.suggestions",),
    "jinja2": ("xl_kpi.report.page",),
    "markupsafe": ("xl_kpi.report.page",),
    "vl_convert": ("xl_kpi.report.charts",),
    "typst": ("xl_kpi.report.paper",),
}

MAX_LINES = 400
LONGER: dict[str, str] = {}  # path → the reason why it is not split
MOST_MODULES = 17  # side by side in one folder: about fifteen
# Folders with more for no such reason, and how many: these numbers only shrink.
FULLER: dict[str, int] = {}
MOST_IGNORED = 9  # lines that the type checker is told to let pass


def belongs(module: str, owners: tuple[str, ...]) -> bool:
    return any(module == owner or module.startswith(f"{owner}.") for owner in owners)


def test_the_reader_of_imports_sees_every_way_to_import():
    source = """
import openpyxl.styles as styles
from xl_kpi import calc, __version__
from xl_kpi.plan.model import Plan
from . import near
from ..calc import lag
def later():
    import numpy
"""
    assert list(imports_in(ast.parse(source), "xl_kpi.sheets.funnel", False)) == [
        "openpyxl.styles",
        "xl_kpi.calc",
        "xl_kpi.__version__",
        "xl_kpi.plan.model",
        "xl_kpi.sheets",
        "xl_kpi.calc.lag",
        "numpy",
    ]


def test_every_part_has_its_floor():
    standing = {part_of(module_name(path)) for path in files_of("xl_kpi", "udfs")}
    assert standing - GROUND - {"__main__"} <= set().union(*FLOORS)


def test_imports_go_only_downwards():
    ours = [pair for pair in all_imports() if pair[1].split(".")[0] in OURS]
    assert ours, "no import was found: the test looks in the wrong place"
    assert [f"{module} → {imported}" for module, imported in ours if not may_import(module, imported)] == []


@pytest.mark.parametrize(
    ("module", "imported", "allowed"),
    [
        ("xl_kpi.sheets.channel_tab.page", "xl_kpi.workbook.spec", True),
        ("xl_kpi.workbook.writing.render", "xl_kpi.sheets", False),
        ("xl_kpi.calc.lag", "xl_kpi.catalog", False),
        ("xl_kpi.calc.lag", "xl_kpi.errors", True),
        ("xl_kpi.errors", "xl_kpi.calc", False),
        ("xl_kpi.workbook.package.save", "xl_kpi.engine", False),
        ("xl_kpi.cli", "xl_kpi.commands", True),
        ("xl_kpi.commands", "xl_kpi.cli", False),
        ("xl_kpi.build", "xl_kpi.engine", True),
        ("xl_kpi.commands", "xl_kpi.engine", True),
        ("udfs.functions", "xl_kpi.calc", True),
        ("xl_kpi.exchange.collect", "udfs.macros", False),
        ("workbook_templates", "xl_kpi.plan.source", False),
        ("xl_kpi.commands", "workbook_templates", True),
    ],
)
def test_the_plan_of_the_house(module, imported, allowed):
    assert may_import(module, imported) is allowed


MOST_ARROWS = {"workbook": 25}  # between what stands side by side: more is a knot that nobody can follow


@pytest.mark.parametrize("part", [part for part in sorted(set().union(*FLOORS)) if sub_packages(part)])
def test_the_rooms_of_a_part_import_one_way(part):
    arrows = inner_arrows(part, all_imports())
    # Rooms, not modules: what lies loose in a part counts as a room where a sub-package is at the other end.
    rooms = {pair for pair in arrows if set(pair) & set(sub_packages(part))}
    assert circle_in(rooms) == []
    assert len(arrows) <= MOST_ARROWS.get(part, len(arrows))


def test_modules_of_one_room_stand_in_no_circle():
    inside = [pair for pair in all_imports() if part_of(pair[0]) == part_of(pair[1]) and pair[0] != pair[1]]
    inside = [
        (own, other) for own, other in inside if not own.startswith(f"{other}.") and not other.startswith(f"{own}.")
    ]
    assert circle_in(inside) == []


def test_a_circle_is_found():
    assert set(circle_in([("cells", "graft"), ("graft", "package"), ("package", "cells")])) == {
        "cells",
        "graft",
        "package",
    }
    assert circle_in([("graft", "cells"), ("graft", "package"), ("package", "cells")]) == []


def test_the_house_can_be_drawn():
    lines = list(drawn(all_imports()))
    assert any(line.startswith("workbook: 6 sub-packages") for line in lines), lines


def test_every_folder_says_what_lives_in_it():
    vague = [path for path in files_of(*OURS) if path.name == "__init__.py" and "TODO" in path.read_text("utf-8")]
    assert vague == []


def test_each_part_imports_only_its_packages():
    wrong = []
    for module, imported in all_imports():
        package = imported.split(".")[0]
        if package in sys.stdlib_module_names or package in OURS:
            continue
        allowed = LIGHT.get(part_of(module))
        if allowed is not None and package not in allowed.union(
            *(HEAVIER[one] for one in HEAVIER if belongs(module, (one,)))
        ):
            wrong.append(f"{module} → {imported}")
        if package in OWNERS and not belongs(module, OWNERS[package]):
            wrong.append(f"{module} → {imported}")
    assert not wrong


def test_the_engine_is_reached_by_its_front_door():
    inside = [f"{module} → {name}" for module, name in all_imports() if name.startswith("xl_kpi.engine.")]
    assert not [line for line in inside if not line.startswith("xl_kpi.engine")]


# Stands in the way of heavy packages and notes who asked for them.
GUARD = """
import importlib, json, sys

class Guard:
    asked = []
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] not in BLOCKED:
            return None
        frame = sys._getframe(1)
        while frame.f_globals.get("__name__", "").split(".")[0] in ("importlib", "_frozen_importlib"):
            frame = frame.f_back
        self.asked.append((frame.f_globals["__name__"], name))
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Guard())
for module in MODULES:
    importlib.import_module(module)
print(json.dumps(Guard.asked))
"""


def asked_for(modules: list[str], blocked: tuple[str, ...]) -> list[tuple[str, str]]:
    """(who, what) for each of the packages ``blocked`` that importing ``modules`` asks for."""
    script = f"BLOCKED = {blocked!r}\nMODULES = {modules!r}\n{GUARD}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.returncode == 0, done.stderr
    return [tuple(pair) for pair in json.loads(done.stdout)]


# What reads downloads and lead tables is imported by the command that needs it, when it runs.
# (matplotlib: lifelines brings it for the tests, and xlwings tries it where it is installed.)
DATA = ("pandas", "numpy", "python_calamine", "pyarrow", "duckdb", "ibis", "scipy", "matplotlib", "tomlkit")
REPORT = ("jinja2", "markupsafe", "vl_convert", "typst")  # by the command that makes a report, when it runs
HEAVY = ("openpyxl", "ironcalc", *DATA, *REPORT)


def test_the_guard_sees_who_asks():
    # openpyxl tries numpy by itself: where it stands in the way of numpy only, the guard hears of it.
    assert {who.split(".")[0] for who, what in asked_for(["openpyxl"], ("numpy",)) if what == "numpy"} == {"openpyxl"}


def test_calc_starts_with_the_standard_library_alone():
    assert asked_for(["xl_kpi.calc"], (*HEAVY, "xlwings", "lxml", "defusedxml", "click", "rich")) == []


@pytest.mark.parametrize("module", ["udfs.functions", "udfs.macros"])
def test_what_excel_calls_starts_with_xlwings_alone(module):
    # xlwings tries numpy and pandas where they are installed; we ask for neither.
    asked = asked_for([module], HEAVY)
    assert [(who, what) for who, what in asked if who.split(".")[0] != "xlwings"] == []


def test_the_command_line_starts_without_the_packages_of_data():
    # openpyxl and xlwings, which `xl_kpi.commands` needs, try numpy and pandas where they are installed; we do not.
    asked = asked_for(["xl_kpi.cli", "xl_kpi.cli.imports.files", "xl_kpi.commands"], (*DATA, *REPORT))
    assert [(who, what) for who, what in asked if who.split(".")[0] in OURS] == []
    rooms = ["xl_kpi.cli", "xl_kpi.cli.imports.files", "xl_kpi.cli.reviews.report"]
    assert asked_for(rooms, (*DATA, *REPORT, "xlwings")) == []


def test_a_report_is_there_before_its_packages_are():
    modules = [module_name(path) for path in files_of("xl_kpi/report")]
    asked = asked_for([*modules, "xl_kpi.commands.reviews.report"], REPORT)
    assert [(who, what) for who, what in asked if who.split(".")[0] in OURS] == []


@pytest.mark.parametrize(
    "part", ["catalog", "formulas", "plan", "kpi", "sheets", "workbook", "regenerate", "open_book"]
)
def test_light_parts_start_without_heavy_packages(part):
    modules = [module_name(path) for path in files_of(f"xl_kpi/{part}")]
    light = [module for module in modules if not belongs(module, tuple(HEAVIER))]
    asked = asked_for(light, (*HEAVY, "lxml", "defusedxml", "click", "rich"))
    assert [(who, what) for who, what in asked if who.split(".")[0] != "xlwings"] == []


def test_no_module_is_a_drawer_for_odds_and_ends():
    drawers = {"utils", "util", "helpers", "helper", "misc", "common"}
    assert not [str(path) for path in files_of(*OURS, "tests", "benchmarks") if path.stem in drawers]


def test_every_module_says_what_lives_in_it():
    silent = [
        str(path.relative_to(ROOT))
        for path in files_of(*OURS, "tests", "benchmarks")
        if not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert not silent


def test_modules_stay_short():
    long = {}
    for path in files_of(*OURS, "benchmarks"):
        lines = len(path.read_text("utf-8").splitlines())
        if lines > MAX_LINES:
            long[path.relative_to(ROOT).as_posix()] = lines
    assert {path: lines for path, lines in long.items() if path not in LONGER} == {}
    assert set(LONGER) <= set(long), "an exception that is no longer needed"


def test_few_modules_stand_side_by_side():
    modules = Counter(
        path.parent.relative_to(ROOT).as_posix() for path in files_of(*OURS, "benchmarks") if path.stem != "__init__"
    )
    full = {folder: n for folder, n in modules.items() if n > MOST_MODULES}
    assert {folder: n for folder, n in full.items() if n > FULLER.get(folder, MOST_MODULES)} == {}
    assert set(FULLER) <= set(full), "an exception that is no longer needed"


def test_the_type_checker_looks_into_every_module():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mypy"]
    assert {*OURS, "benchmarks", "scripts"} == set(settings["files"])
    assert settings["disallow_untyped_defs"] is True
    # The only exceptions are packages of others; none of our modules is left out or looked at less closely.
    assert {option for table in settings["overrides"] for option in table} == {"module", "ignore_missing_imports"}
    assert [name for table in settings["overrides"] for name in table["module"] if name.startswith(OURS)] == []


def test_what_the_type_checker_is_to_let_pass_says_which_fault_and_why():
    told = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in files_of(*OURS, "benchmarks", "scripts")
        for line in path.read_text("utf-8").splitlines()
        if "# type: ignore" in line
    ]
    assert [line for line in told if not re.search(r"# type: ignore\[[a-z-]+\]  # \w", line)] == []
    assert len(told) <= MOST_IGNORED
