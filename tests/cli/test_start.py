"""The command starts fast: nothing heavy is imported before a command needs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.terminal import ROOT, xl_process
from xl_kpi import __version__
from xl_kpi.commands import open_workbook

HEAVY = (
    "openpyxl", "ironcalc", "rich", "xlwings", "lxml", "defusedxml", "numpy", "pandas", "python_calamine",
    "pyarrow", "duckdb", "ibis", "scipy", "tkinter",
)  # fmt: skip
FILES = ("plan.xlsx", "Google広告_キャンペーン.csv", "Meta広告.xlsx", "GA4_トラフィック獲得.csv")
SCRIPT = """
import json, sys
from xl_kpi.cli import cli
try:
    cli.main(sys.argv[1:])
except SystemExit as end:
    print(json.dumps([end.code, sorted(name for name in sys.modules if "." not in name)]))
"""


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["new", "--help"], ["--version"], ["show"], ["new", "a", "--gaol"], ["import"], ["import", "--help"]],
)
def test_help_and_usage_errors_import_nothing_heavy(arguments):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments], capture_output=True, timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    code, modules = json.loads(done.stdout.decode("utf-8").splitlines()[-1])
    assert code in (0, 2) and "click" in modules
    assert set(HEAVY) & set(modules) == set()


def test_python_runs_the_command_too():
    """For whom `xl-kpi` is "command not found": `python -m xl_kpi`."""
    done = subprocess.run([sys.executable, "-m", "xl_kpi", "--version"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, f"xl-kpi {__version__}\n")


def test_demo_in_a_folder_of_its_own(tmp_path):
    answer = xl_process("demo", cwd=tmp_path)
    assert (answer.code, answer.err) == (0, "")
    # C1: 1,800 leads for 50 customers, 2.78 %; with the stages between 600 MQL, 300 SQL, 150 opportunities
    assert all(number in answer.out for number in ("2.78%", "1,800", " 600", " 300", " 150"))
    path = Path("demo", "plan.xlsx")
    assert answer.out.splitlines()[-1] == f"ブック: {path}"
    made = {file: (tmp_path / "demo" / file).read_bytes() for file in FILES}
    # what it says to type next is typed
    typed = next(line for line in answer.out.splitlines() if " import demo" in line).partition(" #")[0].split()[1:]
    tried = xl_process(*typed, cwd=tmp_path)
    assert (tried.code, tried.err) == (0, "") and "変わる実績はありません" in tried.out
    again = xl_process("demo", cwd=tmp_path)
    assert (again.code, again.err) == (0, "")
    first = tmp_path / "first.xlsx"
    first.write_bytes(made["plan.xlsx"])
    # each workbook has an id and a history of its own; the plan in it is the same, and so are the downloads
    one, other = (open_workbook(file, "ja").read.plan for file in (first, tmp_path / path))
    assert one == other
    assert {*(file.name for file in (tmp_path / "demo").iterdir())} == {*FILES, "plan.xlsx.backups"}
    assert all((tmp_path / "demo" / file).read_bytes() == made[file] for file in FILES if file.endswith(".csv"))


def test_demo_where_a_file_stands_in_the_way(tmp_path):
    (tmp_path / "demo").write_bytes(b"")
    answer = xl_process("demo", cwd=tmp_path)
    assert answer.code == 2 and len(answer.faults) == 1
