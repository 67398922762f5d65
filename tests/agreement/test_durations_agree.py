"""所要日数 counted twice: by its cells, in three engines, and by pandas from the same rows; and from totals alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import pytest
from scipy.stats import binomtest

from tests.agreement.books import Built, Values, built, read_back, serial
from tests.agreement.comparison import against_python
from tests.agreement.selected import often
from tests.agreement.sheet_xml import read_values
from tests.agreement.test_formulas import ALLOWED, functions_of
from tests.regenerate.typing_in import type_in
from tests.sheets.lead_plans import Rows, made_leads, with_leads
from xl_kpi.plan.leads.durations import LONGEST, ORIGINS, REASONS, Durations
from xl_kpi.plan.model import Plan
from xl_kpi.sheets import Context, from_context
from xl_kpi.sheets.leads.duration_origins import ALL, BESIDE, NONE, REST
from xl_kpi.sheets.leads.durations import DurationsAt
from xl_kpi.workbook.writing.stored_values import evaluate

AS_OF = dt.date(2026, 12, 31)
COUNTS = [2, 300]
STAGES = ("leads", "mql", "sql", "opportunities", "proposals", "orders")
PAIRS = list(zip(STAGES, STAGES[1:]))
PHASES = [("leads", "mql"), ("mql", "opportunities"), ("opportunities", "orders"), ("leads", "orders")]


@dataclass(frozen=True)
class Oracle:
    """The page's figures out of a frame of the typed rows; text is compared in capitals."""

    rows: Rows
    standards: Mapping[str, float]

    def __post_init__(self) -> None:
        columns = [*STAGES, "source", "channel", "outcome", "lost_reason", "number"]
        frame = pd.DataFrame.from_dict(self.rows, orient="index").reindex(columns=columns)
        for stage in STAGES:
            frame[stage] = pd.to_datetime(frame[stage])
        frame["origin"] = frame.source.fillna(frame.channel)
        for name, text in (("word", frame.origin), ("why", frame.lost_reason)):
            frame[name] = text.map(lambda one: one.upper() if isinstance(one, str) else None)
        frame["lost"] = frame.outcome == "lost"
        frame["won"] = (frame.outcome == "won") | (frame.orders.notna() & ~frame.lost)
        object.__setattr__(self, "frame", frame)

    def took(self, start: str, end: str, frame: pd.DataFrame | None = None) -> pd.Series:
        frame = self.frame if frame is None else frame
        days = (frame[end] - frame[start]).dt.days
        return days[days >= 0]

    def open(self) -> pd.DataFrame:
        """Open leads: their last stage, since when, for how long."""
        frame = self.frame[~self.frame.won & ~self.frame.lost]
        last = (
            frame[list(STAGES)].notna().apply(lambda row: max((s for s in STAGES if row[s]), key=STAGES.index), axis=1)
        )
        since = pd.Series([frame.at[i, stage] for i, stage in last.items()], index=frame.index, dtype="datetime64[ns]")
        found = pd.DataFrame({"stage": last, "since": since, "number": frame.number})
        found["days"] = (pd.Timestamp(AS_OF) - found.since).dt.days
        return found[found.days >= 0]

    def late(self) -> pd.DataFrame:
        found = self.open()
        found["standard"] = found.stage.map(self.standards)
        return found[found.days > found.standard].sort_values("days", ascending=False, kind="stable")

    def top(self, column: str, frame: pd.DataFrame, most: int) -> list[str]:
        """The words of a column, the most frequent first, of equal ones that which comes first, in capitals."""
        words = frame[column].dropna()
        first = {word: place for place, word in reversed([*enumerate(words)])}
        counts = words.value_counts()
        return sorted(counts.index, key=lambda word: (-counts[word], first[word]))[:most]

    def figures(self) -> Iterator[tuple[tuple[str, str, str], Any]]:
        """(block, row, column) → number."""
        late = self.late()
        opened = self.open()
        for block, pairs in (("steps", PAIRS), ("phases", PHASES)):
            for number, (start, end) in enumerate(pairs):
                row, days = str(number), self.took(start, end)
                between = STAGES[STAGES.index(start) : STAGES.index(end)]
                standard = sum(self.standards[stage] for stage in between)
                both = self.frame[[start, end]].dropna()
                yield (block, row, "count"), len(days)
                for column, value in (
                    ("median", days.median()), ("p80", days.quantile(0.8)), ("mean", days.mean()),
                    ("over", (days > standard).mean()),
                ):  # fmt: skip
                    yield (block, row, column), "" if days.empty else float(value)
                yield (block, row, "standard"), standard
                yield (block, row, "turned"), int((both[end] < both[start]).sum())
                if block == "steps":
                    yield (block, row, "open"), int((opened.stage == start).sum())
                    yield (block, row, "waiting"), int((late.stage == start).sum())
        for number in range(LONGEST):
            one = late.iloc[number] if number < len(late) else None
            yield ("late", str(number), "name"), "" if one is None else one.number
            yield ("late", str(number), "days"), "" if one is None else int(one.days)
        yield from self.by_origin()
        yield from self.lost()

    def by_origin(self) -> Iterator[tuple[tuple[str, str, str], Any]]:
        for number, word in enumerate([*self.top("word", self.frame, ORIGINS), None]):
            frame = self.frame if word is None else self.frame[self.frame.word == word]
            row = ALL if word is None else str(number)
            mql, sql = frame[frame.mql.notna()], frame[frame.sql.notna()]
            days, closing = self.took("mql", "sql", frame), self.took("sql", "orders", frame)
            for block, entered, passed, took in (
                ("handover", len(mql), len(days), days), ("closing", len(sql), int(sql.won.sum()), closing),
            ):  # fmt: skip
                ends = binomtest(passed, entered).proportion_ci(method="wilson") if entered else None
                yield (block, row, "entered"), entered
                yield (block, row, "passed"), passed
                yield (block, row, "rate"), passed / entered if entered else ""
                yield (block, row, "low"), ends.low if ends else ""
                yield (block, row, "high"), ends.high if ends else ""
                yield (block, row, "median"), "" if took.empty else float(took.median())
            yield ("closing", row, "lost"), int(sql.lost.sum())
            for place, why in enumerate(self.top("why", self.frame[self.frame.lost], BESIDE), 1):
                yield ("lost_by", row, f"reason {place}"), int((sql.lost & (sql.why == why)).sum())

    def lost(self) -> Iterator[tuple[tuple[str, str, str], Any]]:
        lost = self.frame[self.frame.lost]
        told, upto = lost.why.notna().sum(), 0
        for number, why in enumerate(self.top("why", lost, REASONS)):
            count = int((lost.why == why).sum())
            upto += count
            yield ("reasons", str(number), "name"), why
            yield ("reasons", str(number), "count"), count
            yield ("reasons", str(number), "share"), count / told
            yield ("reasons", str(number), "upto"), upto / told
        yield ("reasons", REST, "count"), int(told - upto)
        yield ("reasons", NONE, "count"), int(lost.why.isna().sum())
        yield ("reasons", ALL, "count"), len(lost)


def plan_of(rows: Rows) -> Plan:
    return with_leads(rows, leads_as_of=AS_OF, standard_mql=8.5)


def shown(plan: Plan, values: Values) -> dict[tuple[str, str, str], Any]:
    """What stands on the page, by block, row and column."""
    ctx = Context(plan)
    from_context(ctx)
    at = ctx.at(DurationsAt)
    blocks = {
        "steps": at.stages.steps, "phases": at.stages.phases, "late": at.stages.late, "handover": at.origins.handover,
        "closing": at.origins.closing, "reasons": at.origins.reasons, "lost_by": at.origins.lost,
    }  # fmt: skip
    found = {}
    for block, table in blocks.items():
        assert table is not None
        keys = {key: str(number) for number, key in enumerate(key for key in table.keys if key != "heads")}
        for key in [*keys, ALL, "other", REST, NONE]:
            if key in table._down:
                for column in table._at:
                    cell = table.cell(key, column)
                    value = values.get((cell.sheet, cell.row, cell.column))
                    found[block, keys.get(key, key), column] = "" if value is None else serial(value)
    return found


def alike(want: Any, got: Any) -> bool:
    """Words in whatever case, numbers to 1e-9."""
    if isinstance(want, str) or isinstance(got, str):
        return str(want).upper() == str(got).upper()
    return bool(got == pytest.approx(want, rel=1e-9, abs=1e-9))


def differences(plan: Plan, rows: Rows, values: Values) -> list[str]:
    figures = Durations(plan)
    oracle = Oracle(rows, {step.start: float(figures.standard(step)) for step in figures.steps})
    on_page, found = shown(plan, values), []
    for place, want in oracle.figures():
        got = on_page[place]
        if not alike(want, got):
            found.append(f"{place}: pandas {want!r}, page {got!r}")
    return found


@pytest.fixture(scope="module")
def books() -> dict[int, Built]:
    return {count: built(plan_of(made_leads(count))) for count in COUNTS}


@pytest.mark.parametrize("count", COUNTS)
def test_the_page_is_what_pandas_counts_and_what_python_computed(count, books):
    values = read_values(books[count].data)
    assert against_python(books[count], values, "stored") == []
    assert differences(books[count].plan, made_leads(count), values) == []
    assert functions_of(books[count].spec) - ALLOWED == set()


def test_what_was_typed_is_read_back(books):
    back = read_back(books[300].data)
    assert back.tables["tbl_leads"] == books[300].plan.tables["tbl_leads"]
    assert back.settings["standard_mql"] == 8.5 and back.settings["leads_as_of"] == AS_OF


@pytest.mark.long  # the page of the whole book goes through LibreOffice in test_full_book
@pytest.mark.slow
@pytest.mark.parametrize("count", often([300, 5000], [300]))
def test_libreoffice_agrees(count, books, libreoffice_values, tmp_path):
    """In the long run as many leads as a workbook holds."""
    book = books.get(count) or built(plan_of(made_leads(count)))
    values = libreoffice_values(book.at(tmp_path, f"leads{count}"))
    assert against_python(book, values, "LibreOffice") == []
    assert differences(book.plan, made_leads(count), values) == []


def test_what_is_typed_later_counts_at_once(books, tmp_path):
    """A reason becomes the most frequent one, an open lead orders, a row more is typed below the last one."""
    rows = made_leads(300)
    lost = [id_ for id_, row in rows.items() if row.get("outcome") == "lost"][:90]
    waiting = next(id_ for id_, row in rows.items() if "outcome" not in row and "sql" in row)
    typed: dict[str, Any] = {f"tbl_leads[{id_}].lost_reason": "自社開発" for id_ in lost}
    typed |= {f"tbl_leads[{waiting}].orders": dt.date(2026, 12, 1), f"tbl_leads[{waiting}].outcome": "受注"}
    new = {"number": "L-9", "source": "展示会", "leads": dt.date(2026, 4, 1), "mql": dt.date(2026, 4, 3)}
    typed |= {f"tbl_leads[r301].{column}": value for column, value in new.items()}
    path = type_in(books[300].at(tmp_path, "typed"), typed)
    for id_ in lost:
        rows[id_] |= {"lost_reason": "自社開発"}
    rows[waiting] |= {"orders": dt.date(2026, 12, 1), "outcome": "won"}
    rows["r301"] = new
    assert differences(books[300].plan, rows, evaluate(path.read_bytes())) == []
    again = built(read_back(path.read_bytes()))
    assert differences(again.plan, rows, read_values(again.data)) == []


def totals_of(rows: Rows, plan: Plan) -> Rows:
    """The rows of tbl_lead_totals that stand for these leads, as pandas adds them up."""
    figures = Durations(plan)
    oracle = Oracle(rows, {step.start: float(figures.standard(step)) for step in figures.steps})
    frame, found = oracle.frame, []

    def add(figure: str, step: str = "", channel: str = "", key: str = "", value: Any = None, count: int = 0) -> None:
        cells = {"figure": figure, "step": step, "channel": channel, "key": key, "value": value, "count": count}
        found.append({name: one for name, one in cells.items() if one not in ("", None)})

    add("as_of", key=AS_OF.isoformat(), value=len(frame), count=len(frame))
    origins = [(word, frame[frame.word == word]) for word in dict.fromkeys(frame.word.dropna())]
    spelled = {word: part.origin.iloc[0] for word, part in origins}
    for word, part in [("", frame), *origins]:
        key = spelled.get(word, "")
        for stage in STAGES:
            add("reached", stage, key=key, count=int(part[stage].notna().sum()))
        for start, end in [*PAIRS, *PHASES[1:], ("sql", "orders")]:
            days = oracle.took(start, end, part)
            step = start if (start, end) in PAIRS else f"{start}>{end}"
            for name, value in (("mean", days.mean()), ("median", days.median()), ("p80", days.quantile(0.8))):
                add(f"days_{name}", step, key=key, value=None if days.empty else float(value), count=len(days))
        sql = part[part.sql.notna()]
        add("won", "sql", key=key, count=int(sql.won.sum()))
        for step, lost in (("sql", sql[sql.lost]), *([("", part[part.lost])] if not word else [])):
            add("lost", step, channel=key, count=len(lost))
            for why in dict.fromkeys(lost.why.dropna()):
                same = frame[frame.lost & (frame.why == why)].lost_reason.iloc[0]
                add("lost", step, channel=key, key=same, count=int((lost.why == why).sum()))
    late, opened = oracle.late(), oracle.open()
    for start, end in [*PAIRS, *PHASES[1:]]:
        step = start if (start, end) in PAIRS else f"{start}>{end}"
        between = STAGES[STAGES.index(start) : STAGES.index(end)]
        days, both = oracle.took(start, end), frame[[start, end]].dropna()
        over = days > sum(oracle.standards[stage] for stage in between)
        add("over", step, value=int(over.sum()), count=len(days))
        add("reversed", step, count=int((both[end] < both[start]).sum()))
        if (start, end) in PAIRS:
            add("open", start, value=int((late.stage == start).sum()), count=int((opened.stage == start).sum()))
    return {f"r{number}": row for number, row in enumerate(found, 1)}


def test_totals_give_the_same_page_but_for_the_list(books):
    rows, plan = made_leads(300), books[300].plan
    tables = {key: table for key, table in plan.tables.items() if key != "tbl_leads"}
    other = replace(plan, tables={**tables, "tbl_lead_totals": totals_of(rows, plan)})
    book = built(other)
    by_rows, by_totals = shown(plan, read_values(books[300].data)), shown(other, read_values(book.data))
    same = {place: by_rows[place] for place in by_totals if place[0] != "late"}
    assert len(same) > 300
    assert {place: (one, by_totals[place]) for place, one in same.items() if not alike(one, by_totals[place])} == {}
    assert read_back(book.data).tables["tbl_lead_totals"] == other.tables["tbl_lead_totals"]


def test_an_empty_page_says_what_to_do_and_has_no_error(tmp_path):
    book = built(with_leads({}))
    values = read_values(book.data)
    (page,) = (sheet.name for sheet in book.spec.sheets if sheet.key == "durations")
    here = [value for (sheet, _, _), value in values.items() if sheet == page]
    assert any("リードがまだありません" in str(value) for value in here)
    assert not [value for value in here if str(value).startswith("#")]
