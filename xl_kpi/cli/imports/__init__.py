"""``xl-kpi import`` on a terminal: what it says, what it asks."""
