"""What the sheets say in words and ``xl-kpi check`` says too: one row a finding, with its level and its words in both.

An error is found by ``plan.checks`` or ``plan.goal.contradictions`` or when a cell is read; what a sound plan makes one
doubt, and what was typed since the sheets were written, is found by the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from xl_kpi.errors import Fault, Phrase, Words

SHARE_SLACK = Fraction(1, 10_000)  # ±0.01 %: three channels of 33.33 % are 99.99 %
FEW_KPIS, MANY_KPIS = 3, 5  # domain K10


@dataclass(frozen=True)
class Finding:
    """One finding: ``key`` is the code and the text of ``check``, ``words`` the text on the page ``sheet``.

    ``live``: it stands in a formula that knows the condition, so that the sheet says it as soon as it is typed; else
    the sheet says it as of its writing.  ``written``: it is about a sheet that was written before, not about the plan.
    """

    key: str
    level: str
    sheet: str
    words: str
    live: bool = True
    written: bool = False


def _alone(key: str, level: str) -> Finding:
    """A finding that is told by `check` and on 点検 alone, in the same words."""
    return Finding(key, level, CHECK, key, live=False)


CHECK = "check"  # the page 点検, which says all of them; these stand on no other page
FORMULAS = "formula_"  # the keys of all that may be wrong with a formula begin so (in a channel that is off)

FINDINGS = (
    Finding("plan_check_goal_positive", "error", "settings", "warn_goal"),
    Finding("plan_check_goal_twice", "warning", "settings", "warn_goal_twice"),
    Finding("plan_check_as_text", "warning", "settings", "warn_as_text", written=True),
    Finding("plan_check_order_value", "error", "settings", "warn_order_value"),
    Finding("plan_check_monthly_fee", "error", "settings", "warn_monthly_fee"),
    Finding("plan_check_fee_unused", "warning", "settings", "warn_fee_unused"),
    Finding("plan_check_fee_counted", "hint", "settings", "warn_fee_counted"),
    Finding("plan_check_margin", "error", "settings", "warn_margin"),
    Finding("plan_check_growth_large", "warning", "settings", "warn_growth_large"),
    Finding("plan_check_margin_none", "warning", "settings", "warn_margin_none"),
    Finding("plan_check_covered", "warning", "settings", "warn_covered"),
    Finding("plan_check_existing_pending", "warning", "settings", "warn_existing", written=True),
    Finding("plan_check_delivery", "warning", "settings", "warn_delivery"),
    Finding("plan_check_goal_months", "warning", "settings", "warn_goal_months"),
    Finding("plan_check_months_changed", "warning", "settings", "warn_months", written=True),
    Finding("plan_check_start_moved", "warning", "settings", "warn_start_moved", written=True),
    Finding("plan_check_kind_changed", "warning", "settings", "warn_kind_changed", written=True),
    Finding("plan_check_unit_changed", "warning", "settings", "warn_unit_changed", written=True),
    Finding("plan_check_shares", "warning", "settings", "warn_shares"),
    Finding("plan_check_shares_zero", "error", "settings", "warn_shares_zero"),
    Finding("plan_check_outlook", "warning", "settings", "warn_outlook"),
    Finding("plan_check_shortage", "warning", "settings", "warn_shortage"),
    Finding("plan_check_capacity", "warning", "settings", "warn_capacity"),
    Finding("plan_check_too_dear", "warning", "settings", "warn_too_dear"),
    Finding("plan_check_unit_cost", "warning", "settings", "warn_unit_cost"),
    Finding("plan_check_amounts", "warning", "settings", "warn_amounts"),
    Finding("plan_check_digits", "warning", "settings", "warn_digits"),
    Finding("plan_check_curve_pending", "warning", "settings", "warn_curve", written=True),
    Finding("plan_monthly_differs", "error", "settings", "warn_monthly"),
    Finding("plan_customers_differ", "error", "settings", "warn_customers"),
    Finding("plan_customers_goal_differ", "error", "settings", "warn_customers_goal"),
    Finding("plan_check_next_pending", "warning", "settings", "warn_next", written=True),
    Finding("plan_check_stage_pending", "warning", "settings", "warn_stages", written=True),
    Finding("plan_check_channel_pending", "warning", "settings", "warn_waiting", written=True),
    Finding("plan_check_orders_pending", "warning", "settings", "warn_orders_pending", written=True),
    Finding("plan_check_no_channel", "warning", "settings", "warn_no_channel"),
    Finding("plan_check_no_leads", "warning", "settings", "warn_no_leads"),
    Finding("plan_check_closed_blank", "warning", "settings", "warn_closed_blank"),
    Finding("plan_check_closed_late", "warning", "settings", "warn_closed_late"),
    Finding("plan_check_late", "hint", "settings", "warn_late"),
    Finding("plan_check_example", "hint", "settings", "warn_example"),
    Finding("plan_check_as_text", "warning", "funnel", "check_as_text", written=True),
    Finding("plan_rate", "error", "funnel", "check_rate_missing"),
    Finding("plan_rate_ask", "error", "funnel", "check_rate"),
    Finding("reader_lag_order", "error", "funnel", "check_lag_order"),
    Finding("plan_lag_curve", "error", "funnel", "check_curve_end"),
    Finding("plan_check_curve_pending", "warning", "funnel", "check_curve_pending", written=True),
    Finding("stage_order_missing", "error", "funnel", "check_order"),
    Finding("plan_check_stage_pending", "warning", "funnel", "check_stage_pending", written=True),
    Finding("plan_check_example", "hint", "funnel", "example_mark"),
    Finding("plan_check_channel_pending", "warning", "channels", "check_pending", written=True),
    Finding("plan_check_capacity", "warning", "channels", "check_capacity"),
    Finding("plan_rate_ask", "error", "channels", "check_rate"),
    Finding("plan_check_rates_unused", "hint", "channels", "check_rates_unused"),
    Finding("plan_check_too_dear", "warning", "channels", "check_too_dear"),
    Finding("plan_check_unit_cost", "warning", "channels", "check_unit_cost"),
    Finding("plan_check_shares", "warning", "channels", "check_shares"),
    Finding("plan_check_shares_zero", "error", "channels", "check_shares_zero"),
    Finding("plan_check_share_zero", "warning", "channels", "check_share_zero"),
    Finding("plan_check_kpi_few", "warning", "channels", "check_kpi_few"),
    Finding("plan_check_kpi_many", "warning", "channels", "check_kpi_many"),
    Finding("plan_check_sheet_signs", "warning", "channels", "check_sheet_name", live=False),
    Finding("plan_check_sheet_reserved", "warning", "channels", "check_sheet_name", live=False),
    Finding("plan_check_sheet_long", "warning", "channels", "check_sheet_name", live=False),
    Finding("plan_check_sheet_twice", "warning", "channels", "check_sheet_name", live=False),
    Finding("plan_check_example", "hint", "channels", "example_mark"),
    Finding("plan_check_amounts", "warning", "kpis", "check_amounts"),
    Finding("plan_check_split", "warning", "kpis", "check_split", live=False),
    Finding(FORMULAS, "warning", "kpis", "check_formula", live=False),
    Finding("plan_check_ksf_none", "hint", "ksf", "ksf_check_none"),
    Finding("plan_check_action_late", "warning", "actions", "action_late"),
    *(
        Finding(f"plan_check_advice_{what}", "warning", "advice", f"advice_bad_{what}", live=False)
        for what in ("channel", "kpi", "word", "threshold", "action", "row")
    ),
    Finding("plan_check_no_margin", "warning", "economics", "econ_no_margin"),
    Finding("plan_check_ltv_endless", "warning", "economics", "econ_endless"),
    Finding("plan_check_ltv_cac", "warning", "economics", "econ_poor"),
    Finding("plan_check_lead_dear", "warning", "economics", "econ_may_no"),
    Finding("plan_check_cost_channel", "warning", "economics", "econ_shared_instead"),
    Finding("plan_check_segment_lost", "warning", "economics", "econ_lost_more"),
    Finding("plan_check_segment_margin", "warning", "economics", "econ_margin_none"),
    Finding("plan_check_people_short", "warning", "people", "people_short"),
    Finding("plan_check_work_unknown", "warning", "people", "people_no_such"),
    Finding("plan_check_handover_rate", "warning", "alignment", "trend_below"),
    Finding("plan_check_handover_days", "warning", "alignment", "trend_above"),
    Finding("plan_check_feedback", "warning", "alignment", "trend_below"),
    Finding("plan_check_trust", "warning", "brand", "trend_below"),
    Finding("plan_check_mention_late", "warning", "brand_log", "mention_late"),
    Finding("plan_check_aware", "warning", "brand_log", "survey_aware"),
    Finding("plan_check_stage_slow", "warning", "durations", "durations_slow"),
    Finding("plan_check_leads_wait", "warning", "durations", "durations_waits"),
    Finding("plan_check_lost_reason", "hint", "durations", "durations_dominates"),
    _alone("plan_check_score_unknown", "hint"),
    _alone("plan_check_score_kinds", "hint"),
    _alone("plan_check_score_weights", "warning"),
    _alone("plan_check_score_bounds", "warning"),
    _alone("plan_check_score_reversed", "warning"),
    Finding("plan_check_content_weights", "warning", "content", "content_no_weights"),
    Finding("plan_check_touch_unknown", "warning", "content", "content_unknown"),
    _alone("plan_check_not_whole", "warning"),
    _alone("plan_check_weeks_wrong", "warning"),
    _alone("plan_check_weeks_waiting", "warning"),
    _alone("plan_check_ksf_gone", "warning"),
    _alone("plan_check_typed_over", "warning"),
    _alone("plan_check_id_twice", "error"),
    _alone("plan_check_id_changed", "error"),
    _alone("plan_check_smart_title", "hint"),
    _alone("plan_check_smart_stage", "hint"),
    _alone("plan_check_smart_name", "hint"),
    _alone("plan_check_smart_definition", "hint"),
    _alone("plan_check_smart_owner", "hint"),
    _alone("plan_check_smart_rhythm", "hint"),
    _alone("plan_check_smart_source", "hint"),
    _alone("plan_check_no_value", "warning"),
    _alone("plan_check_order_small", "warning"),
    _alone("plan_check_goal_no_growth", "hint"),
    _alone("plan_check_goal_covered", "hint"),
    _alone("plan_check_rate_published", "hint"),
    _alone("plan_check_kpi_published", "hint"),
    _alone("plan_check_cost_published", "hint"),
    _alone("plan_check_rate_history", "warning"),
    _alone("plan_check_money_apart", "warning"),
    _alone("plan_check_rate_raised", "warning"),
    _alone("plan_check_assumed_digits", "hint"),
    _alone("plan_check_guess", "warning"),
    _alone("plan_check_basis", "hint"),
    _alone("plan_check_kpi_easy", "hint"),
    _alone("plan_check_kpi_hard", "hint"),
    _alone("plan_check_no_path", "warning"),
    _alone("plan_check_twice", "warning"),
    _alone("plan_check_budget", "warning"),
    _alone("plan_check_stated_again", "warning"),
    _alone("plan_check_too_long", "warning"),
    _alone("plan_check_deadline_passed", "warning"),
    _alone("plan_check_agreement_late", "warning"),
    _alone("plan_check_unsigned", "hint"),
    _alone("plan_check_closed_early", "warning"),
    _alone("plan_check_to_come", "warning"),
    _alone("plan_check_meeting_to_come", "warning"),
    _alone("plan_check_action_early", "warning"),
    _alone("plan_check_next_late", "warning"),
)


def of_sheet(sheet: str) -> Iterator[Finding]:
    """The findings that a page tells, in its order."""
    return (one for one in FINDINGS if one.sheet == sheet)


def waits(fault: Fault) -> bool:
    """Whether a finding is about sheets that wait for a regenerate: what was typed is not in all of their numbers."""
    return fault.key in {one.key for one in FINDINGS if one.written}


def fault(key: str, found: Phrase, cell: str, **values: Phrase) -> Fault:
    """A finding as ``check`` tells it."""
    level = next(one.level for one in FINDINGS if one.key == key)
    return Fault(found, Words(key, **values), cell=cell, level=level)
