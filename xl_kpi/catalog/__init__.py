"""The domain as data: stages, channels, KPIs, units, terms and texts, in Japanese and English."""

from xl_kpi.catalog.loader import (
    CatalogChannel,
    CatalogKpi,
    CatalogStage,
    Term,
    Unit,
    channel,
    channels,
    currency_units,
    find_channel,
    find_stage,
    find_unit,
    stage,
    stages,
    term,
    terms,
    unit,
    units,
)
from xl_kpi.catalog.texts import LANGUAGES, text

__all__ = [
    "LANGUAGES",
    "CatalogChannel",
    "CatalogKpi",
    "CatalogStage",
    "Term",
    "Unit",
    "channel",
    "channels",
    "currency_units",
    "find_channel",
    "find_stage",
    "find_unit",
    "stage",
    "stages",
    "term",
    "terms",
    "text",
    "unit",
    "units",
]
