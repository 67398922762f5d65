"""The single entries on リード評価, the tables of one's own points, and what counts where nothing is typed (S1, S2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xl_kpi.catalog.scoring import scoring
from xl_kpi.plan.input.field import Field
from xl_kpi.plan.input.reading import read_number, read_share
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.lead_tables import LEAD_TRAITS

PAGE = "lead_scores"
FIT_BANDS, ACT_BANDS = ("A", "B", "C", "D"), ("1", "2", "3", "4")  # the last one has no bound: what is below
VERDICTS = ("sure", "maybe", "not")


def _entry(key: str, low: float = 0, high: float = 100) -> Field:
    return Field(key, read_number, format="decimal", bounds={"low": low, "high": high}, optional=True, page=PAGE)


SCORE_ENTRIES = (
    *(_entry(f"weight_{trait}") for trait in LEAD_TRAITS),
    _entry("points_full", 1, 10_000),
    Field("half_life", read_number, format="day", bounds={"low": 1, "high": 3650, "whole": True, "counted": "days"},
          optional=True, page=PAGE),
    Field("score_fit_share", read_share, format="rate", optional=True, page=PAGE),
    _entry("mql_sure"),
    _entry("mql_maybe"),
    *(_entry(f"fit_from_{band.lower()}") for band in FIT_BANDS[:-1]),
    *(_entry(f"act_from_{band}") for band in ACT_BANDS[:-1]),
)  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """What counts: as typed, else the standard.

    ``weights`` of the qualities by column; ``full`` points that are a score of 100; ``half`` the half-life of an action
    in days, None for none; ``share`` of the fit in the score of both; ``sure`` and ``maybe`` from where on a lead is an
    MQL, or may be one; ``fit`` and ``act`` from where on a score is in each band but the last one.
    """

    weights: Mapping[str, float]
    full: float
    half: float | None
    share: float
    sure: float
    maybe: float
    fit: tuple[float, ...]
    act: tuple[float, ...]


def standard_of(key: str) -> float | None:
    """What counts for an entry where nothing is typed; None for a half-life."""
    standard = scoring()
    if key.startswith("weight_"):
        return standard.weights[key.removeprefix("weight_")]
    for start, bands, bounds in (
        ("fit_from_", FIT_BANDS, standard.fit_bands),
        ("act_from_", ACT_BANDS, standard.act_bands),
    ):
        if key.startswith(start):
            return bounds[bands.index(key.removeprefix(start).upper())]
    one = {"points_full": standard.full, "score_fit_share": standard.fit_share, "mql_sure": standard.sure,
           "mql_maybe": standard.maybe}  # fmt: skip
    return one.get(key)


def settings_of(plan: Plan) -> Settings:
    """What counts in a plan."""

    def used(key: str) -> float:
        typed = plan.settings.get(key)
        standard = standard_of(key)
        return float(typed if typed is not None else standard or 0.0)

    half = plan.settings.get("half_life")
    return Settings(
        {trait: used(f"weight_{trait}") for trait in LEAD_TRAITS}, used("points_full"),
        None if half is None else float(half), used("score_fit_share"), used("mql_sure"), used("mql_maybe"),
        tuple(used(f"fit_from_{band.lower()}") for band in FIT_BANDS[:-1]),
        tuple(used(f"act_from_{band}") for band in ACT_BANDS[:-1]),
    )  # fmt: skip
