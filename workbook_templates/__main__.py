"""``python -m workbook_templates``: the template workbooks, written next to their text sources.

With ``--check`` nothing is written; exit code 1 when a file is not what its source makes.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import workbook_templates
from xl_kpi.addin.lite.parts import WEBEXTENSION
from xl_kpi.addin.lite.put_in import add_lite
from xl_kpi.build import build
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.examples.figures import as_template
from xl_kpi.plan.history.records_codec import as_read
from xl_kpi.plan.model import Goal, Plan
from xl_kpi.plan.records import Records
from xl_kpi.plan.source import plan_from_source

FOLDER = Path(__file__).parent


def plan_of(file: str) -> Plan:
    """The plan of a template workbook: that of its source, its goal as revenue where the file is called so.

    Who has Excel alone can't change the kind of the goal, with which the rows of the sheets change.
    Example: 60 orders at 3 million yen are 180 million.
    """
    name, lang = workbook_templates.WORKBOOKS[file]
    plan = plan_from_source(workbook_templates.source(name), lang, f"{name}.toml")
    if not file.startswith(workbook_templates.OF_REVENUE):
        return plan
    goal = Goal("revenue", (plan.goal.value or 0) * (plan.order_value or 0))
    return plan.with_(goal=goal, currency_unit="million_yen", delivery_days=0)


def made_from_source(file: str) -> bytes:
    """A template workbook as its text source makes it; it remembers what it said, as one that ``new`` makes."""
    _, lang = workbook_templates.WORKBOOKS[file]
    plan = as_template(plan_of(file))
    data = build(plan, records=as_read(Records(last=entries_of(plan))))
    return add_lite(data, lang) if file.endswith(workbook_templates.WITH_LITE) else data


def parts_of(data: bytes, *, code: bool = True) -> dict[str, bytes]:
    """The parts of a workbook by name: how tightly they are packed depends on the computer, what they say does not.

    Arguments: ``code`` with the code for xlwings Lite, which changes with almost every module.
    """
    with ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist() if code or name != WEBEXTENSION}


def main(arguments: list[str]) -> int:
    """Write or check all of them; the exit code.

    Whether the code for xlwings Lite is the newest is not checked: it made the sheets beside it, as both are written
    at once.
    """
    if arguments not in ([], ["--check"]):
        print("python -m workbook_templates [--check]", file=sys.stderr)
        return 2
    stale, writes = 0, not arguments
    for file in workbook_templates.WORKBOOKS:
        path, data = FOLDER / file, made_from_source(file)
        if path.exists() and parts_of(path.read_bytes(), code=writes) == parts_of(data, code=writes):
            continue
        stale += 1
        print(file)
        if writes:
            path.write_bytes(data)
    return 1 if stale and not writes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
