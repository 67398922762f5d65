"""The back of a report: the words that it uses."""

from __future__ import annotations

from xl_kpi import catalog

# Words of the glossary that a report uses, in the order in which it does.
TERMS = (
    "kgi", "kpi", "kpi_tree", "funnel", "lead", "mql", "sql", "opportunity", "proposal", "stage_rate", "lag",
    "attainment", "outlook", "open_pipeline", "ratio_of_totals", "same_month_ratio", "estimated_rate",
)  # fmt: skip


def terms(lang: str) -> list[tuple[str, str, str]]:
    """Name, definition and formula of the words that a report uses."""
    words = map(catalog.term, TERMS)
    return [(one.name[lang], one.definition[lang], one.formula[lang] if one.formula else "") for one in words]
