"""Which pages a plan can do without, and whether they are on.

A page that is off and on which something was typed stays as a hidden sheet, so that nothing is lost and all of it is
there again when the page comes back; one on which nothing was typed is not there at all.
"""

from __future__ import annotations

from xl_kpi.plan.model import Plan

ON, OFF = "on", "off"
PREFIX = "page_"  # of the single entry that switches a page: page_ksf

# Key of the sheet's kind → the switch of a plan that says nothing, in the order of 設定.  Pages that every workbook
# had before there were switches are on.
OPTIONAL = {
    "dashboard": ON,
    "review": ON,
    "kpis": ON,
    "tree": ON,
    "agreement": ON,
    "checks": ON,
    "ksf": OFF,
    "economics": OFF,
    "people": OFF,
    "accounts": OFF,
    "actions": OFF,
    "advice": OFF,
    "alignment": OFF,
    "brand": OFF,
    "sources": OFF,
    "weeks": OFF,
    "lead_list": OFF,
    "durations": OFF,
    "lead_scores": OFF,
    "content": OFF,
    "history": ON,
    "glossary": ON,
    "functions": ON,
}

# Pages that come and go with another: what is typed row by row stands apart from what is computed from it.
BESIDE = {
    "alignment_log": "alignment",
    "brand_log": "brand",
    "brand_answers": "brand",
    "touch_list": "lead_list",
    "lead_days": "durations",
    "content_rows": "content",
    "score_list": "lead_scores",
    "score_calc": "lead_scores",
}

# Pages that are there with any of others: what these count stands on them.
NEEDED_BY = {"lead_list": ("durations", "lead_scores", "content")}


def switched_by(key: str) -> str:
    """The page whose switch decides about a page: its own, but for those of ``BESIDE``."""
    return BESIDE.get(key, key)


def switch(key: str) -> str:
    """The single entry that switches a page on and off."""
    return f"{PREFIX}{key}"


def is_on(plan: Plan, key: str) -> bool:
    """Whether a page is to be seen; pages that are not optional always are.

    Arguments: ``key`` that of the sheet, or of its kind.
    """
    key = switched_by(key)
    if any(is_on(plan, other) for other in NEEDED_BY.get(key, ())):
        return True
    default = OPTIONAL.get(key)
    return default is None or plan.settings.get(switch(key), default) == ON


def with_pages(plan: Plan, on: dict[str, bool]) -> Plan:
    """The plan with some pages switched: key → whether it is on."""
    settings = dict(plan.settings)
    for key, is_wanted in on.items():
        settings.pop(switch(key), None)
        if (ON if is_wanted else OFF) != OPTIONAL[key]:
            settings[switch(key)] = ON if is_wanted else OFF
    return plan.with_(settings=settings)
