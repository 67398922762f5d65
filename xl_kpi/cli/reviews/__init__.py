"""``xl-kpi review | report | calendar``."""
