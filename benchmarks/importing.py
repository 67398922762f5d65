"""``python -m benchmarks.importing [ROWS]``: a million rows of a download into a workbook, against pandas alone; and
how fast downloads of all systems are recognised.  Each run is a program of its own, whose memory is its own."""

from __future__ import annotations

import datetime as dt
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from rich.console import Console
from rich.table import Table

from benchmarks.plans import default_plan
from tests.exports.downloads import downloads
from tests.new_files import new_file
from xl_kpi.errors import XlKpiError
from xl_kpi.exchange.exports.export import read_export
from xl_kpi.exchange.exports.files import files_in
from xl_kpi.plan.imported.questions import Asked
from xl_kpi.workbook.package.save import save

ROWS = 1_000_000
ROUNDS = 3
FIRST, DAYS = dt.date(2026, 4, 1), 183
# × pandas alone, which splits the same file, believes its types, and adds up by month: beside that, every way to read
# the file is weighed, every cell is looked at, rows that stand twice are looked for, sums are exact and held against
# the total of the file, and a workbook is read, written and read back.
TIME, MEMORY = 12.0, 5.0
EACH = 0.5  # seconds for a download of a few rows, the median

MEASURE = """
import json, resource, sys
from pathlib import Path
from time import process_time
start = process_time()
{work}
status = Path("/proc/self/status")
own = [line.split()[1] for line in status.read_text().splitlines() if "VmHWM" in line] if status.exists() else []
memory = int(own[0]) if own else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({{"seconds": process_time() - start, "kb": memory, "sums": sums}}))
"""
OURS = """
from xl_kpi.commands.imports.files import import_files, preview
found = preview(sys.argv[1], [sys.argv[2]], words="ja")
import_files(found)
sums = {f"{one.kpi} {one.month:%Y-%m}": one.new for one in found.writes if one.kpi in ("cost", "clicks")}
"""
PANDAS = """
import pandas as pd
rows = pd.read_csv(sys.argv[2], skiprows=2, skipfooter=0)
rows = rows[rows["日"] != "--"]
by_month = rows.groupby(rows["日"].str[:7])[["費用", "クリック数"]].sum()
called = {"費用": "cost", "クリック数": "clicks"}
sums = {f"{called[word]} {month}": float(by_month.loc[month, word]) for word in called for month in by_month.index}
"""


def download(path: Path, rows: int) -> None:
    """A report of keywords by day as Google Ads has it, with the total in its last line."""
    draw = random.Random(1)
    sums = [0, 0, 0, 0]
    with path.open("w", encoding="utf-8", newline="\n") as file:
        last = FIRST + dt.timedelta(days=DAYS - 1)
        file.write(f"検索キーワード レポート ({FIRST} - {last})\n\n")
        file.write("キャンペーン,広告グループ,キーワード,日,費用,表示回数,クリック数,コンバージョン\n")
        for row in range(rows):
            day = FIRST + dt.timedelta(days=draw.randrange(DAYS))
            clicks = draw.randrange(60)
            numbers = (
                clicks * draw.randrange(30, 400),
                draw.randrange(60, 5000),
                clicks,
                draw.randrange(3) * (clicks > 3),
            )
            sums = [total + number for total, number in zip(sums, numbers, strict=True)]
            words = f"キャンペーン{row % 40},グループ{row % 400},キーワード{row % 5000}"
            file.write(f"{words},{day},{','.join(map(str, numbers))}\n")
        file.write(f"合計: アカウント,,,--,{','.join(map(str, sums))}\n")


def measured(work: str, *arguments: Path) -> dict:
    """Seconds of the processor, kilobytes at most, and the sums that came out."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE.format(work=work), *map(str, arguments)],
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict = json.loads(done.stdout.splitlines()[-1])
    return found


def many_rows(console: Console, rows: int = ROWS) -> bool:
    """Prints time and memory of both sides; whether the targets are met and the numbers are the same."""
    runs: dict[str, list[dict]] = {"ours": [], "pandas": []}
    with tempfile.TemporaryDirectory() as folder:
        plan, file = Path(folder, "plan.xlsx"), Path(folder, "keywords.csv")
        download(file, rows)
        for _ in range(ROUNDS):
            plan.unlink(missing_ok=True)
            save(plan, new_file(default_plan(), plan_id="benchmark", who="", now=dt.datetime(2026, 4, 1, 9)), "ja")
            for name, work in (("ours", OURS), ("pandas", PANDAS)):
                runs[name].append(measured(work, plan, file))
    same = runs["ours"][0]["sums"] == runs["pandas"][0]["sums"]
    slower = median(a["seconds"] / b["seconds"] for a, b in zip(runs["ours"], runs["pandas"], strict=True))
    larger = median(a["kb"] / b["kb"] for a, b in zip(runs["ours"], runs["pandas"], strict=True))
    table = Table(title=f"{rows:,} rows of CSV, median of {ROUNDS}")
    for heading in ("", "s of the processor", "MB at most"):
        table.add_column(heading, justify="right" if heading else "left")
    for name, words in (
        ("ours", "into the workbook, file to file"),
        ("pandas", "pandas alone: read and grouped"),
    ):
        seconds, most = (median(one[what] for one in runs[name]) for what in ("seconds", "kb"))
        table.add_row(words, f"{seconds:.1f}", f"{most / 1000:.0f}")
    console.print(table)
    good = same and slower <= TIME and larger <= MEMORY
    console.print(
        f"{_verdict(good)}: {slower:.1f} × the time, {larger:.1f} × the memory of pandas alone, targets at most "
        f"{TIME:g} × and {MEMORY:g} ×; the sums by month {'are the same' if same else 'differ'}\n"
    )
    return good


def recognising(console: Console) -> bool:
    """Prints how fast the downloads of the tests are recognised and read; whether all are what they are."""
    files = [one for one in downloads() if not one.refused]
    times, wrong = [], []
    for one in files:
        start = perf_counter()
        try:
            found = [read_export(data, name, asked=Asked()).system for name, data in files_in(one.data, one.name)]
            system = found[0]
        except XlKpiError as problem:
            system = str(problem.key)
        times.append(perf_counter() - start)
        if system != one.system:
            wrong.append(f"{one.name}: {system}")
    good = not wrong and median(times) <= EACH
    console.print(
        f"{_verdict(good)}: {len(files)} downloads recognised and read in {sum(times):.1f} s, the median in "
        f"{1000 * median(times):.0f} ms (target at most {1000 * EACH:.0f}), {len(wrong)} taken for another system "
        f"{', '.join(wrong)}\n"
    )
    return good


def importing(console: Console) -> bool:
    return all([recognising(console), many_rows(console)])


def _verdict(good: bool) -> str:
    return "[green]PASS[/]" if good else "[red]FAIL[/]"


if __name__ == "__main__":
    told = Console(width=110, highlight=False)
    sys.exit(0 if recognising(told) & many_rows(told, int(sys.argv[1]) if sys.argv[1:] else ROWS) else 1)
