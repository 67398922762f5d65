"""What the figures of the advice table are called there, beside the KPIs of the channels."""

from __future__ import annotations

FUNNEL, BRAND = "funnel", "brand"  # channels of the advice table that are none of the plan
RATES, DAYS, WAITING = "_rate", "_days", "_waiting"  # figures of a stage, behind its id
GAP, OF_CHANNEL, SHARE, LTV_CAC = "gap", "volume", "share", "ltv_cac"
SCORES = ("nps", "satisfaction", "review")  # of the brand, with a level from which on its page warns
NEGATIVE, UNANSWERED = "negative_mentions", "unanswered"


def stage_of(kpi: str) -> str:
    """The stage of a figure of the funnel: mql of mql_rate; "" of others."""
    return next((kpi.removesuffix(end) for end in (RATES, DAYS, WAITING) if kpi.endswith(end)), "")
