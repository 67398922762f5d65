"""Pyodide for the tests of the xlwings Lite part: Python in Node with xlwings' own runtime."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".venv" / "pyodide"
SECONDS = 300  # a hung run is a failure, not a wait

# What the add-in does with main.py: it becomes the module that functions and scripts are looked up in.
AS_MODULE = """
import asyncio, json, sys, types
module = types.ModuleType("main")
sys.modules["main"] = module
exec(compile(main_source, "main.py", "exec"), module.__dict__)
"""


@pytest.fixture(scope="session")
def pyodide(tmp_path_factory) -> Callable[..., dict[str, Any]]:
    """``pyodide(main, code, input, …)``: the code's last value, the actions sent to Excel, the seconds.

    ``code`` finds main.py as ``module`` and ``input`` as ``job``; it ends in an expression that is JSON text.
    ``formulas`` and ``formats`` are what the Excel side can be asked for.
    """
    node, wheels = shutil.which("node"), list(FOLDER.glob("xlwings-*.whl"))
    if node is None or not wheels or not (FOLDER / "node_modules" / "pyodide").is_dir():
        reason = "Pyodide is not installed (scripts/pyodide.sh installs it or says what is missing)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("pyodide")

    def run(main: str, code: str, input: Any = None, **asked: Any) -> dict[str, Any]:
        job, result = folder / "job.json", folder / "result.json"
        loaded = f"main_source = {main!r}\n{AS_MODULE}\njob = json.loads(job_text)\n"
        job.write_text(json.dumps({"main": loaded, "code": code, "input": input, **asked}), "utf-8")
        result.unlink(missing_ok=True)
        command = [node, str(Path(__file__).with_name("runtime.mjs")), str(FOLDER), str(job), str(result)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
        assert result.exists(), f"{done.stdout[-3000:]}{done.stderr[-3000:]}"
        return json.loads(result.read_text("utf-8"))

    return run
