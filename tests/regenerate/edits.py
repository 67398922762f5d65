"""Random changes of a plan's structure, each with the one that takes it back, as a person would type them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from hypothesis import strategies as st

from xl_kpi.calc import month_start
from xl_kpi.calc.lag import Lag
from xl_kpi.plan.model import Channel, Kpi, Plan, Stage

Edit = Callable[[Plan], Plan]
Pair = tuple[Edit, Edit]


def _moved(plan: Plan, start: dt.date) -> Plan:
    """Another first month: what was typed stays with its calendar month."""
    shift = (plan.start.year - start.year) * 12 + plan.start.month - start.month
    return plan.with_(start=start, actuals={(what, month + shift): v for (what, month), v in plan.actuals.items()})


def _without(rows: tuple, row: object) -> tuple:
    return tuple(one for one in rows if one != row)


def _at(rows: tuple, position: int, row: object) -> tuple:
    return (*rows[:position], row, *rows[position:])


def _changed(rows: tuple, id_: object, key: Callable, **fields: object) -> tuple:
    return tuple(replace(one, **fields) if key(one) == id_ else one for one in rows)


def _id(row: object) -> str:
    return row.id


def _kpi_id(row: Kpi) -> tuple[str, str]:
    return row.channel, row.id


@st.composite
def edits(draw, plan: Plan) -> Pair:
    """One change of ``plan`` and its inverse; both work on the plan as it stands when they are made."""
    return draw(st.sampled_from(KINDS))(draw, plan)


def _months(draw, plan: Plan) -> Pair:
    months = draw(st.integers(1, 8))
    return (lambda p: p.with_(months=months)), (lambda p: p.with_(months=plan.months))


def _start(draw, plan: Plan) -> Pair:
    start = month_start(plan.start, draw(st.integers(-5, 5)))
    return (lambda p: _moved(p, start)), (lambda p: _moved(p, plan.start))


def _language(draw, plan: Plan) -> Pair:
    other = "en" if plan.lang == "ja" else "ja"
    return (lambda p: p.with_(lang=other)), (lambda p: p.with_(lang=plan.lang))


def _kind(draw, plan: Plan) -> Pair:
    kind = draw(st.sampled_from(("orders", "revenue", "customers")))
    old = plan.goal.kind
    return (
        lambda p: p.with_(goal=replace(p.goal, kind=kind)),
        lambda p: p.with_(goal=replace(p.goal, kind=old)),
    )


def _stage_gone(draw, plan: Plan) -> Pair:
    used = {channel.stage for channel in plan.channels} | {plan.stages[0].id, plan.stages[-1].id}
    free = [stage for stage in plan.stages if stage.id not in used]
    if not free:
        return _months(draw, plan)
    stage = draw(st.sampled_from(free))
    position = plan.stages.index(stage)
    return (
        lambda p: p.with_(stages=tuple(one for one in p.stages if one.id != stage.id)),
        lambda p: p.with_(stages=_at(p.stages, position, stage)),
    )


def _stage_new(draw, plan: Plan) -> Pair:
    number = draw(st.integers(0, 9))
    new = Stage(f"new{number}", f"新しい段階{number}", "営業", 0.5, Lag(3, 9))
    if new.id in {stage.id for stage in plan.stages}:
        return _months(draw, plan)
    position = draw(st.integers(1, len(plan.stages) - 1))
    return (
        lambda p: p.with_(stages=_at(p.stages, position, new)),
        lambda p: p.with_(stages=tuple(one for one in p.stages if one.id != new.id)),
    )


def _stages_swapped(draw, plan: Plan) -> Pair:
    position = draw(st.integers(1, len(plan.stages) - 3))

    def swap(p: Plan) -> Plan:
        rows = list(p.stages)
        rows[position], rows[position + 1] = rows[position + 1], rows[position]
        return p.with_(stages=tuple(rows))

    return swap, swap


def _renamed(draw, plan: Plan) -> Pair:
    table = draw(st.sampled_from(("stages", "channels")))
    row = draw(st.sampled_from(getattr(plan, table)))
    return (
        lambda p: p.with_(**{table: _changed(getattr(p, table), row.id, _id, name="別の名前")}),
        lambda p: p.with_(**{table: _changed(getattr(p, table), row.id, _id, name=row.name)}),
    )


def _switched(draw, plan: Plan) -> Pair:
    channel: Channel = draw(st.sampled_from(plan.channels))
    return (
        lambda p: p.with_(channels=_changed(p.channels, channel.id, _id, on=not channel.on)),
        lambda p: p.with_(channels=_changed(p.channels, channel.id, _id, on=channel.on)),
    )


def _channel_gone(draw, plan: Plan) -> Pair:
    channel = draw(st.sampled_from(plan.channels))
    position = plan.channels.index(channel)
    return (
        lambda p: p.with_(channels=tuple(one for one in p.channels if one.id != channel.id)),
        lambda p: p.with_(channels=_at(p.channels, position, channel)),
    )


def _reversed(draw, plan: Plan) -> Pair:
    def turn(p: Plan) -> Plan:
        return p.with_(channels=p.channels[::-1], kpis=p.kpis[::-1])

    return turn, turn


def _kpi_gone(draw, plan: Plan) -> Pair:
    named = " ".join(kpi.target + " " + kpi.actual + " " + kpi.weight for kpi in plan.kpis).split()
    free = [kpi for kpi in plan.kpis if kpi.id not in named and kpi.target.strip() not in {s.id for s in plan.stages}]
    if not free:
        return _months(draw, plan)
    kpi = draw(st.sampled_from(free))
    position = plan.kpis.index(kpi)
    return (
        lambda p: p.with_(kpis=tuple(one for one in p.kpis if _kpi_id(one) != _kpi_id(kpi))),
        lambda p: p.with_(kpis=_at(p.kpis, position, kpi)),
    )


def _kpi_computed(draw, plan: Plan) -> Pair:
    """A KPI that was typed becomes a formula: its cells are no place for typing any more."""
    kpi = draw(st.sampled_from([kpi for kpi in plan.kpis if kpi.actual == "input"] or list(plan.kpis)))
    return (
        lambda p: p.with_(kpis=_changed(p.kpis, _kpi_id(kpi), _kpi_id, actual="2 * 3")),
        lambda p: p.with_(kpis=_changed(p.kpis, _kpi_id(kpi), _kpi_id, actual=kpi.actual)),
    )


KINDS = (
    _months, _start, _language, _kind, _stage_gone, _stage_new, _stages_swapped, _renamed, _switched, _channel_gone,
    _reversed, _kpi_gone, _kpi_computed,
)  # fmt: skip


@st.composite
def filled_plans(draw, plan: Plan) -> Plan:
    """A plan with actuals, open pipeline and answers in some of the places that it has."""
    from xl_kpi.plan.agreement import items
    from xl_kpi.plan.history.slots import has_place, typed_series
    from xl_kpi.plan.keys import actual_key
    from xl_kpi.plan.model import Answer

    fits = has_place(plan)  # KPIs that are off stand on no sheet
    on = {channel.id for channel in plan.channels_on} | {"stage"}
    series = typed_series(plan.stages, plan.channels, plan.kpis, plan.goal.kind)
    rows = [w for w in series if w.partition(":")[0] in on and fits(actual_key(w, plan.start))]
    cells = st.tuples(st.sampled_from(rows), st.integers(0, plan.months - 1))
    answer = st.builds(
        Answer,
        state=st.sampled_from(("agreed", "objected")),
        by=st.sampled_from(("佐藤", "")),
        on=st.sampled_from((dt.date(2026, 5, 1), "")),
        comment=st.sampled_from(("", "=1+1")),
        value=st.floats(1, 1000),
    )
    return plan.with_(
        actuals=draw(st.dictionaries(cells, st.floats(0, 1).map(lambda x: round(x, 3)), max_size=30)),
        pipeline=draw(st.dictionaries(st.sampled_from([s.id for s in plan.stages]), st.integers(0, 99), max_size=4)),
        answers=draw(st.dictionaries(st.sampled_from([item.key for item in items(plan)]), answer, max_size=4)),
    )
