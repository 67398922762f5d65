"""What a figure of the review is called, and how its numbers are written."""

from __future__ import annotations

from typing import Protocol

from xl_kpi import catalog
from xl_kpi.catalog.advice import Advice
from xl_kpi.kpi.review.figure_ids import BRAND, FUNNEL, LTV_CAC, OF_CHANNEL, RATES, WAITING, stage_of
from xl_kpi.plan.input.wording import fixed, percent
from xl_kpi.plan.model import Plan


class Named(Protocol):
    """An action, as far as it is named here: the pages that only name figures need nothing of the review."""

    @property
    def channel(self) -> str: ...
    @property
    def kpi(self) -> str: ...
    @property
    def unit(self) -> str: ...


class Held(Named, Protocol):
    """An action with its figures, and the fixed value that these are held against (None: the plan)."""

    @property
    def advice(self) -> Advice: ...
    @property
    def plan(self) -> float: ...
    @property
    def actual(self) -> float: ...
    @property
    def bar(self) -> float | None: ...


def channel_name(plan: Plan, channel: str, lang: str) -> str:
    """What a channel of the advice table is called: its name, all of them, the brand.

    Arguments: ``plan`` with the names in ``lang``.
    """
    if channel == BRAND:
        return catalog.text("advice_brand", lang)
    return next((one.name for one in plan.channels if one.id == channel), catalog.text("advice_whole", lang))


def figure_name(plan: Plan, channel: str, kpi: str, lang: str) -> str:
    """What a figure is called: a KPI by its name, one of a stage by the stage's; the id of one that is gone.

    Arguments: ``plan`` with the names in ``lang``.
    Example: "リード→MQLの転換率" for ``funnel``, ``leads_rate``.
    """
    own = next((one for one in plan.kpis if (one.channel, one.id) == (channel, kpi)), None)
    if own is not None:
        return own.name(lang)
    stage, names = stage_of(kpi), [one.id for one in plan.stages]
    end, standard = kpi.removeprefix(stage), catalog.find_stage(stage) if channel == FUNNEL else None
    if stage in names:
        place = names.index(stage)
        if end == RATES:
            since, to = (one.name for one in plan.stages[place : place + 2])
            return catalog.text("advice_figure_rate", lang, since=since, stage=to)
        return catalog.text(f"advice_figure{end}", lang, stage=plan.stages[place].name)
    if standard is not None:
        word = "advice_figure_rate_on" if end == RATES else f"advice_figure{end}"
        return catalog.text(word, lang, stage=standard.name[lang])
    if kpi == OF_CHANNEL:
        held = next((one.stage for one in plan.channels if one.id == channel), names[0] if names else "")
        name = next((one.name for one in plan.stages if one.id == held), held)
        return catalog.text("advice_figure_volume", lang, stage=name)
    return catalog.text(f"advice_figure_{kpi}", lang) if catalog.is_text(f"advice_figure_{kpi}") else kpi


def action_names(plan: Plan, action: Named, lang: str) -> tuple[str, str]:
    """Channel and figure that an action is about."""
    return channel_name(plan, action.channel, lang), figure_name(plan, action.channel, action.kpi, lang)


def said(action: Named, number: float) -> str:
    """A number of an action in its unit: 23.4%, 1,200, 8.5."""
    return in_unit(action.unit, number)


def in_unit(name: str, number: float) -> str:
    """A number in a unit of the catalog; whole where there is no such unit."""
    unit = catalog.find_unit(name)
    if unit is not None and unit.format == "rate":
        return percent(round(number, 4))
    digits = 1 if unit is not None and unit.format in ("decimal", "day") else 0
    return fixed(number, digits)


def is_planned(action: Named) -> bool:
    """Whether the plan asks a figure to be so and so; of others it says no more than where to look at them."""
    return action.channel != BRAND and action.kpi != LTV_CAC and not action.kpi.endswith(WAITING)


def bar_said(action: Held) -> str:
    """The fixed value that an action's figure is beyond, with all its digits; "" where it is held against the plan."""
    if action.bar is None:
        return ""
    unit = catalog.find_unit(action.unit)
    return percent(action.bar) if unit is not None and unit.format == "rate" else f"{action.bar:,.12g}"


def beyond_said(action: Held, lang: str) -> str:
    """That a figure is beyond a fixed value, with what the plan asks of it; "" where it is held against the plan.

    Example: "基準 5% を下回っています（実績 3%、計画 3%）".
    """
    if action.bar is None:
        return ""
    about = {"bar": bar_said(action), "actual": said(action, action.actual), "plan": said(action, action.plan)}
    planned = "" if is_planned(action) else "_alone"
    return catalog.text(f"reviewed_{action.advice.comparison}{planned}", lang, **about)


def finding_said(plan: Plan, action: Held, lang: str) -> str:
    """What is off, in a sentence.

    Arguments: ``plan`` with the names in ``lang``.
    """
    where, name = action_names(plan, action, lang)
    if action.bar is not None:
        return catalog.text("reviewed_beyond", lang, channel=where, kpi=name, figures=beyond_said(action, lang))
    figures = {"plan": said(action, action.plan), "actual": said(action, action.actual)}
    return catalog.text("reviewed_finding", lang, channel=where, kpi=name, **figures)
