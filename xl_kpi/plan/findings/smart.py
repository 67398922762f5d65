"""SMART (K9): what is missing of a goal and of its KPIs so that somebody can work with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from xl_kpi.errors import Fault, Joined, Phrase, Words
from xl_kpi.formulas.formula import is_input
from xl_kpi.plan.dictionary.shown import shown_kpis
from xl_kpi.plan.findings.table import fault
from xl_kpi.plan.input.wording import fixed
from xl_kpi.plan.keys import KPIS, STAGES
from xl_kpi.plan.model import Kpi, Plan

MOST_NAMED = 5  # rows in one line
_COLUMNS: tuple[tuple[str, str, Callable[[Kpi], bool]], ...] = (
    ("plan_check_smart_name", "name_ja", lambda kpi: kpi.name_ja in ("", kpi.id)),
    ("plan_check_smart_definition", "definition", lambda kpi: not kpi.definition.strip()),
    ("plan_check_smart_owner", "owner", lambda kpi: not kpi.owner.strip()),
    ("plan_check_smart_rhythm", "rhythm", lambda kpi: not kpi.rhythm),
    ("plan_check_smart_source", "source", lambda kpi: not kpi.source.strip()),
    ("plan_check_no_value", "value", lambda kpi: is_input(kpi.target) and kpi.value is None),
)


def smart(plan: Plan) -> Iterator[Fault]:
    """A hint for each thing that goal, stages or KPIs lack, at the first that lacks it.

    Specific are a title, a name, a definition and an owner, measurable a unit (which every row has) and a source,
    bound in time a rhythm; the deadline is the plan's end where none is typed and never lacks.  A target that is an
    input and has no assumption is no target in any month: a warning.  Whether it can be achieved and leads to the goal
    is asked elsewhere.

    Source: K9, K6.
    """
    if not plan.title.strip():
        yield fault("plan_check_smart_title", "", "plan_title")
    nobody = [stage for stage in plan.stages if not stage.owner.strip()]
    if nobody:
        cell = f"{STAGES}[{nobody[0].id}].owner"
        yield fault("plan_check_smart_stage", "", cell, names=named([stage.name for stage in nobody]))
    on = {channel.id: channel.name for channel in plan.channels_on}
    rows = [kpi for channel in plan.channels_on for kpi in shown_kpis(plan, channel)]
    for key, column, lacks in _COLUMNS:
        found = [kpi for kpi in rows if lacks(kpi)]
        if found:
            first = found[0]
            names = named([in_channel(on[kpi.channel], kpi) for kpi in found])
            yield fault(key, "", f"{KPIS}[{first.channel}.{first.id}].{column}", names=names)


def in_channel(channel: str, kpi: Kpi) -> Phrase:
    """A KPI with its channel: 広告 › CVR."""
    return Joined((channel, {"ja": kpi.name_ja, "en": kpi.name_en}), " › ")


def named(names: Sequence[Phrase]) -> Phrase:
    """The names, those after the fifth counted."""
    listed = Joined(tuple(names[:MOST_NAMED]), Words("list_comma"))
    more = len(names) - MOST_NAMED
    return Words("list_more", names=listed, count=fixed(more)) if more > 0 else listed
