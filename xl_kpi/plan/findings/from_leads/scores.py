"""Scores of leads: answers and actions without points, weights and bounds that can't work, a wrong order of bands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from xl_kpi.errors import Fault, Words
from xl_kpi.plan.findings.table import fault
from xl_kpi.plan.input.wording import fixed
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.lead_tables import LEAD_TRAITS
from xl_kpi.plan.pages.optional import is_on
from xl_kpi.plan.scoring.inputs import ACT_BANDS, FIT_BANDS, PAGE, settings_of
from xl_kpi.plan.scoring.points import KIND
from xl_kpi.plan.scoring.scores import Scores
from xl_kpi.plan.scoring.tested import BANDS, REVERSED, BackTest

MOST_NAMED = 5  # words in a message
BOUNDS = (
    ("mql_sure", "mql_maybe"),
    tuple(f"fit_from_{band.lower()}" for band in FIT_BANDS[:-1]),
    tuple(f"act_from_{band}" for band in ACT_BANDS[:-1]),
)


def of_scores(plan: Plan) -> Iterator[Fault]:
    """What makes one doubt the scores, as far as their page is on."""
    if not is_on(plan, PAGE):
        return
    tested = BackTest(plan)
    yield from _without_points(tested.scores)
    if not any(settings_of(plan).weights.values()):
        yield fault("plan_check_score_weights", "0", f"weight_{LEAD_TRAITS[0]}")
    yield from _bounds(plan)
    for group in BANDS:
        if tested.verdict(group) == REVERSED:
            cell, name = ("mql_sure", "fit_from_a", "act_from_1")[[*BANDS].index(group)], Words(f"score_rank_{group}")
            yield fault("plan_check_score_reversed", "", cell, name=name, count=fixed(tested.all.closed))


def _without_points(scores: Scores) -> Iterator[Fault]:
    """Answers and kinds of action of the data of which nobody has said what they are worth, at the first of each."""
    known = {(one.of, one.word.casefold()) for one in (*scores.answers, *scores.kinds) if one.known}
    for trait in LEAD_TRAITS:
        given = [(one.lead.row, one.lead.traits[trait]) for one in scores.leads if trait in one.lead.traits]
        unknown = [(f"tbl_leads[{row}].{trait}", word) for row, word in given if (trait, word.casefold()) not in known]
        yield from _named("plan_check_score_unknown", unknown, of=Words(f"lead_trait_{trait}"))
    done = [used.touch for one in scores.leads for used in one.used if used.touch.kind]
    unknown = [(f"tbl_touches[{one.row}].kind", one.kind) for one in done if (KIND, one.kind.casefold()) not in known]
    yield from _named("plan_check_score_kinds", unknown)


def _named(key: str, unknown: Sequence[tuple[str, str]], **values: Words) -> Iterator[Fault]:
    """One line for all of them: ``unknown`` cell and word of each."""
    if unknown:
        counts = Counter(word for _, word in unknown)
        named = sorted(counts, key=lambda word: (-counts[word], word))
        said = ", ".join(named[:MOST_NAMED]) + (" …" if len(named) > MOST_NAMED else "")
        yield fault(key, "", unknown[0][0], count=f"{len(unknown):,}", words=said, **values)


def _bounds(plan: Plan) -> Iterator[Fault]:
    about = settings_of(plan)
    for keys, numbers in zip(BOUNDS, ((about.sure, about.maybe), about.fit, about.act), strict=True):
        for k in range(1, len(keys)):
            if numbers[k] > numbers[k - 1]:
                value, above = fixed(numbers[k], 1), fixed(numbers[k - 1], 1)
                name = Words(f"label_{keys[k]}")
                yield fault("plan_check_score_bounds", value, keys[k], name=name, value=value, above=above)
