"""Ten million leads out of Parquet against pandas: ``python -m benchmarks leads``.

Each side is a process of its own, which reads the file, looks whether an id stands twice, and counts leads by stage,
month and channel (when it happened and by the month in which they began), days between stages, and sources.  pandas
reads the columns that it needs and no others.
"""

from __future__ import annotations

import datetime as dt
import json
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from rich.console import Console
from rich.table import Table

from xl_kpi.plan.model import Channel, Goal, Plan, Stage

LEADS = 10_000_000
ROUNDS = 3
QUICKER, LESS = 5.0, 5.0  # times, from the project's requirements
STAGES = ("leads", "mql", "sql", "opportunities", "orders")
DAYS = ("Lead date", "MQL date", "SQL date", "Opportunity date", "Order date")
CHANNELS = {f"source {k}": ("web", "ads")[k % 2] for k in range(6)}


def leads_speed(console: Console) -> bool:
    """Prints both sides and tells whether the targets were met."""
    with TemporaryDirectory(prefix="xl-kpi-") as folder:
        path = Path(folder) / "leads.parquet"
        # in a process of its own: what this one takes would count for those that it starts
        subprocess.run([sys.executable, "-m", "benchmarks.leads", "write", str(path)], check=True)
        size = path.stat().st_size / 2**20
        runs: dict[str, list[dict[str, Any]]] = {"ours": [], "pandas": []}
        for number in range(ROUNDS):
            for name in [*runs][:: -1 if number % 2 else 1]:
                runs[name].append(_run(name, path))
    table = Table(title=f"{LEADS:,} leads, {size:.0f} MiB of Parquet, median of {ROUNDS}")
    for heading in ("", "seconds", "peak MiB"):
        table.add_column(heading, justify="left" if not heading else "right")
    seconds = {name: median(one["seconds"] for one in each) for name, each in runs.items()}
    memory = {name: median(one["memory"] for one in each) for name, each in runs.items()}
    for name in runs:
        table.add_row(name, f"{seconds[name]:.1f}", f"{memory[name]:,.0f}")
    console.print(table)
    ratio = median(other["seconds"] / one["seconds"] for one, other in zip(runs["ours"], runs["pandas"], strict=True))
    less = memory["pandas"] / memory["ours"]
    same = all(one["told"] == runs["pandas"][0]["told"] for each in runs.values() for one in each)
    good = ratio >= QUICKER and less >= LESS and same
    console.print(
        f"{'[green]PASS[/]' if good else '[red]FAIL[/]'}: {ratio:.1f} × as quick as pandas with 1/{less:.1f} of its "
        f"memory, target {QUICKER:.0f} × and 1/{LESS:.0f}; {'the same' if same else 'OTHER'} figures\n"
    )
    return good


def write_leads(path: Path, count: int) -> None:
    """``count`` leads of two years, the same each time: 40 % become MQL, half of these SQL, and so on."""
    import duckdb

    def part(number: int, upto: int = 1000) -> str:
        return f"cast(hash(i * 1000 + {number}) % 1000 * {upto} / 1000 as integer)"

    def after(day: str, number: int, share: int, days: int) -> str:
        return f"case when {part(number)} < {share} then {day} + {part(number + 1, days)} end"

    duckdb.connect().execute(
        f"""copy (
        with a as (select i, date '2024-01-01' + {part(1, 730)} as d0 from range({count}) t(i)),
        b as (select *, {after("d0", 2, 400, 60)} as d1 from a),
        c as (select *, {after("d1", 4, 500, 40)} as d2 from b),
        d as (select *, {after("d2", 6, 500, 40)} as d3 from c),
        e as (select *, {after("d3", 8, 300, 90)} as d4 from d)
        select 'L' || i as "Lead ID", 'source ' || hash(i * 1000 + 10) % 6 as "Source",
        {", ".join(f'd{place} as "{name}"' for place, name in enumerate(DAYS))},
        case when d4 is not null then 'won' when {part(11)} < 300 then 'lost' end as "Outcome",
        case when d4 is not null then cast({part(12)} * 1000 + 0.25 as decimal(18, 2)) end as "Amount",
        'Company ' || (i // 3) as "Company", 'p' || i || '@example.com' as "Email" from e order by i
        ) to '{path}' (format parquet)"""
    )


def _run(name: str, path: Path) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.leads", name, str(path)], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def ours(path: Path) -> dict[str, object]:
    """What the product counts, by its own calls."""
    from xl_kpi.exchange.leads import aggregates
    from xl_kpi.exchange.leads.reading import read_leads
    from xl_kpi.plan.imported.questions import Asked

    rules = {f"r{k}": {"pattern": name, "channel": to} for k, (name, to) in enumerate(CHANNELS.items())}
    plan = Plan(
        "leads", "en", Goal("orders", 1.0), dt.date(2024, 1, 1), 24, tuple(Stage(one, one) for one in STAGES),
        (Channel("web", "Web", "leads"), Channel("ads", "Ads", "leads")), (), tables={"tbl_origins": rules},
    )  # fmt: skip
    with read_leads([path], plan, Asked()) as read:
        leads = read[0].leads
        event, cohort = aggregates.counts_by_event(leads), aggregates.counts_by_cohort(leads)
        days = aggregates.durations(leads)
        sources = aggregates.by_source(leads)
    return {
        "event": sorted([one.stage, one.channel, f"{one.month:%Y-%m}", one.count] for one in event),
        "cohort": sorted([one.stage, one.channel, f"{one.month:%Y-%m}", one.count] for one in cohort),
        "days": sorted([one.step, one.source, one.count, float(one.median), float(one.p80)] for one in days),
        "sources": sorted([one.key, one.count, one.won, one.lost, str(one.amount)] for one in sources),
    }


def pandas_alone(path: Path) -> dict[str, object]:
    """The same, as it is written with pandas."""
    import pandas as pd

    assert pd.read_parquet(path, columns=["Lead ID"])["Lead ID"].is_unique
    frame = pd.read_parquet(path, columns=["Source", "Outcome", "Amount", *DAYS])
    channel = frame["Source"].map(CHANNELS)
    for day in DAYS:
        frame[day] = pd.to_datetime(frame[day])
    months = {day: frame[day].dt.year * 12 + frame[day].dt.month - 1 for day in DAYS}

    def by_month(counts: Any, stage: str) -> list[list[object]]:
        return [
            [stage, to, f"{int(month) // 12:04}-{int(month) % 12 + 1:02}", int(count)]
            for (to, month), count in counts.items()
        ]

    event, cohort, days = [], [], []
    for stage, day in zip(STAGES, DAYS, strict=True):
        event += by_month(frame.groupby([channel, months[day]]).size(), stage)
        cohort += by_month(frame[frame[day].notna()].groupby([channel, months[DAYS[0]]]).size(), stage)
    for step, first, last in zip(STAGES, DAYS, DAYS[1:]):
        took = (frame[last] - frame[first]).dt.days
        groups = took[took >= 0].groupby(frame["Source"])
        told = pd.DataFrame({"n": groups.size(), "median": groups.median(), "p80": groups.quantile(0.8)})
        days += [
            [step, name, int(n), float(middle), round(float(p80), 6)] for name, n, middle, p80 in told.itertuples()
        ]
    won = frame["Outcome"].eq("won")
    counts = frame.assign(won=won, lost=frame["Outcome"].eq("lost")).groupby("Source")[["won", "lost"]].sum()
    amounts, sizes = frame[won].groupby("Source")["Amount"].sum(), frame.groupby("Source").size()
    sources = [
        [name, int(sizes[name]), int(row.won), int(row.lost), f"{amounts[name]:.2f}"] for name, row in counts.iterrows()
    ]
    return {"event": sorted(event), "cohort": sorted(cohort), "days": sorted(days), "sources": sorted(sources)}


SIDES: Mapping[str, Callable[[Path], dict[str, object]]] = {"ours": ours, "pandas": pandas_alone}

if __name__ == "__main__":
    if sys.argv[1] == "write":
        write_leads(Path(sys.argv[2]), LEADS)
        sys.exit()
    start = perf_counter()
    figures = SIDES[sys.argv[1]](Path(sys.argv[2]))
    took = perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": took, "memory": peak, "told": figures}))
