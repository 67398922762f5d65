"""Periods beside the plan's own: the one that follows."""
