"""The actions of a report: what is off, why, what to do, what that brings back, by when, and who does it."""

from __future__ import annotations

from dataclasses import dataclass

from xl_kpi.catalog import text, unit
from xl_kpi.kpi.review.actions import Action, owner_of
from xl_kpi.report.contents import Contents
from xl_kpi.report.wording import few, number


@dataclass(frozen=True)
class ActionLine:
    """One action in words."""

    about: str
    figures: str
    cause: str
    action: str
    brings: str
    by: str
    owner: str


def action_lines(contents: Contents) -> list[ActionLine]:
    """Every action of the review, those that bring most first."""
    return [_line(contents, one) for one in contents.review.actions]


def together(contents: Contents) -> str:
    """What all of them bring at once, where that is more than one; "" otherwise."""
    review = contents.review
    if sum(one.brings_back is not None and not one.overlaps for one in review.actions) < 2:
        return ""
    return text("reviewed_together", contents.lang, orders=few(review.together))


def _line(contents: Contents, one: Action) -> ActionLine:
    review, lang = contents.review, contents.lang
    kpi = review.kpi_of(one)
    measure = kpi.unit if kpi else "rate"
    name = kpi.name(lang) if kpi else _rate_name(contents, one)
    plan, actual = (number(figure, unit(measure).id, lang) for figure in (one.plan, one.actual))
    by = ""
    if one.by is not None:
        late = one.by <= review.to_date.as_of
        by = text("reviewed_late", lang) if late else text("reviewed_by", lang, day=f"{one.by:%Y/%m/%d}")
    return ActionLine(
        about=contents.t("action_about", channel=contents.channel(one.channel), kpi=name),
        figures=contents.t("action_figures", plan=plan, actual=actual),
        cause=one.advice.cause[lang],
        action=one.advice.action[lang],
        brings=_brings(one, lang),
        by=by,
        owner=owner_of(review.named, one),
    )


def _brings(one: Action, lang: str) -> str:
    if one.brings_back is None:
        return text("reviewed_brings_unknown", lang)
    if one.overlaps:
        return text("reviewed_same", lang)
    return text("reviewed_brings", lang, orders=few(one.brings_back))


def _rate_name(contents: Contents, one: Action) -> str:
    stages = contents.named.stages
    place = next((k for k, stage in enumerate(stages) if one.lever == f"rate:{stage.id}"), None)
    if place is None or place + 1 >= len(stages):
        return one.kpi
    return text("reviewed_kind_rate", contents.lang, since=stages[place].name, stage=stages[place + 1].name)
