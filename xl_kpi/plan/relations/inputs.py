"""The single entries on 連携 and ブランド・信頼: from where on a page warns, what the competitors are called."""

from __future__ import annotations

from typing import Any

from xl_kpi.plan.input.field import Field
from xl_kpi.plan.input.reading import read_date, read_number, read_rate, read_share, read_text

_COUNT = {"low": 0, "whole": True}


def _limit(key: str, page: str, reader: Any, format: str, **bounds: Any) -> Field:
    """From where on the page warns; blank: it does not."""
    return Field(key, reader, format=format, bounds=bounds, optional=True, page=page)


RELATIONS = (
    _limit("handover_rate_alert", "alignment", read_rate, "rate"),
    _limit("handover_days_alert", "alignment", read_number, "decimal", low=0, high=730, counted="days"),
    _limit("feedback_alert", "alignment", read_number, "whole", **_COUNT),
    _limit("acted_alert", "alignment", read_share, "rate"),
    Field("brand_own", read_text, optional=True, page="brand"),
    Field("brand_rival1", read_text, optional=True, page="brand"),
    Field("brand_rival2", read_text, optional=True, page="brand"),
    Field("brand_date", read_date, format="date", optional=True, page="brand"),
    _limit("answer_days", "brand", read_number, "day", **_COUNT, high=365, counted="days"),
    _limit("awareness_alert", "brand", read_share, "rate"),
    _limit("nps_alert", "brand", read_number, "decimal", low=-100, high=100),
    _limit("satisfaction_alert", "brand", read_number, "exact", low=1, high=5),
    _limit("review_alert", "brand", read_number, "exact", low=0, high=5),
)
