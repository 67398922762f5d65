"""The single entries on コンテンツ: the parts of the purchase-intent score, what counts as a next action."""

from __future__ import annotations

from dataclasses import dataclass

from xl_kpi.catalog.content import PARTS, content_standards
from xl_kpi.plan.input.field import Field
from xl_kpi.plan.input.reading import read_number, read_text
from xl_kpi.plan.model import Plan

SECONDS, ACTIONS = "content_seconds", "content_next_actions"
APART = "、"  # between the words of a list that is typed in one cell


def weight_of(part: str) -> str:
    """The entry with the weight of a part of the score."""
    return f"content_weight_{part}"


_STANDARDS = content_standards()
CONTENT = (
    Field(SECONDS, read_number, format="whole", bounds={"low": 1, "high": 86400}, optional=True, page="content",
          default=_STANDARDS.seconds),
    *(Field(weight_of(part), read_number, format="whole", bounds={"low": 0, "high": 1000}, optional=True,
            page="content", default=weight) for part, weight in _STANDARDS.weights.items()),
    Field(ACTIONS, read_text, optional=True, page="content"),
)  # fmt: skip


@dataclass(frozen=True)
class ContentInputs:
    """``seconds`` a use in full takes; ``weights`` of the parts of the score in the order of ``PARTS``; ``actions``
    the kinds of action that count as a next step, with ``APART`` around each."""

    seconds: float
    weights: tuple[float, ...]
    actions: str

    def is_action(self, kind: str) -> bool:
        """Whether a kind of action is a next step."""
        return bool(kind) and f"{APART}{kind}{APART}" in self.actions


def inputs_of(plan: Plan) -> ContentInputs:
    """What the plan says; what it leaves blank is as in the catalog."""
    typed = {one.key: plan.settings.get(one.key, one.default) for one in CONTENT}
    weights = tuple(float(typed[weight_of(part)]) for part in PARTS)
    return ContentInputs(float(typed[SECONDS]), weights, list_of(typed[ACTIONS] or usual_actions(plan.lang)))


def list_of(typed: str) -> str:
    """A list typed in one cell, its words apart by 、 or a comma, as ``ContentInputs`` has it."""
    text = typed.replace(",", APART).replace("，", APART).replace(f"{APART} ", APART).replace(f" {APART}", APART)
    return f"{APART}{text}{APART}"


def usual_actions(lang: str) -> str:
    """The kinds that count where nobody types others: those of both languages, the plan's own first."""
    known = content_standards().next_actions
    return APART.join((*known[lang], *(word for other, words in known.items() if other != lang for word in words)))
