"""Lists with a row for each person: one row each, and who of them registered and came."""
