"""``python -m benchmarks.styled``: a workbook with 20,000 cell styles, as old ones have them, against a usual one."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from statistics import median
from zipfile import ZIP_DEFLATED, ZipFile

from rich.console import Console

from benchmarks.plans import default_plan
from benchmarks.timing import interleaved
from tests.new_files import new_file
from xl_kpi.commands.channels import switch_channels
from xl_kpi.commands.examine import check

TARGET = 2.0  # × the time of a usual workbook
ROUNDS = 5
STYLES = 20_000
NOW = dt.datetime(2026, 5, 20, 10, 30)
_PART = "xl/styles.xml"


def styled(console: Console) -> bool:
    """Prints how long checking and writing take, both as a ratio; whether the target is met."""
    usual = new_file(default_plan(), plan_id="benchmark", who="", now=NOW)
    with tempfile.TemporaryDirectory() as folder:
        files = {"usual": Path(folder, "usual.xlsx"), "styled": Path(folder, "styled.xlsx")}
        files["usual"].write_bytes(usual)
        files["styled"].write_bytes(with_styles(usual, STYLES))
        again = Path(folder, "again.xlsx")

        def write(path: Path) -> None:
            shutil.copyfile(path, again)
            switch_channels(again, off=["webinar"], words="ja")

        jobs = {"check": lambda path: check(path, "ja"), "write": write}
        contestants = {
            (job, name): (lambda do=do, path=path: do(path)) for job, do in jobs.items() for name, path in files.items()
        }
        times = interleaved({" ".join(names): run for names, run in contestants.items()}, ROUNDS)
    good = True
    for job in jobs:
        ratio = median(a / b for a, b in zip(times[f"{job} styled"], times[f"{job} usual"], strict=True))
        good = good and ratio <= TARGET
        console.print(
            f"{'[green]PASS[/]' if ratio <= TARGET else '[red]FAIL[/]'}: {job} with {STYLES:,} cell styles in "
            f"{1000 * median(times[f'{job} styled']):.0f} ms, {ratio:.2f} × a usual workbook, "
            f"target at most {TARGET:g} ×"
        )
    console.print()
    return good


def with_styles(data: bytes, count: int) -> bytes:
    """A workbook with so many more named styles, and a format of each."""
    with ZipFile(BytesIO(data)) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    styles = parts[_PART].decode("utf-8")
    named = re.search(r"<cellStyleXfs.*?</cellStyleXfs>", styles, re.DOTALL)
    assert named
    first = len(re.findall("<xf ", named[0]))
    for list_, entry in (
        ("cellStyleXfs", '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"><alignment indent="{k}"/></xf>'),
        ("cellXfs", '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="{n}"><alignment indent="{k}"/></xf>'),
        ("cellStyles", '<cellStyle name="style {n}" xfId="{n}"/>'),
    ):
        more = "".join(entry.format(k=k % 200, n=first + k) for k in range(count))
        styles = styles.replace(f"</{list_}>", f"{more}</{list_}>")
        head = re.search(rf'<{list_} count="(\d+)"', styles)
        assert head
        styles = styles.replace(head[0], f'<{list_} count="{int(head[1]) + count}"')
    parts[_PART] = styles.encode("utf-8")
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return made.getvalue()


if __name__ == "__main__":
    sys.exit(0 if styled(Console(width=110, highlight=False)) else 1)
