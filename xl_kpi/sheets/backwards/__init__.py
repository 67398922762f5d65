"""逆算: what the plan needs, month by month, and the outlook below it."""
