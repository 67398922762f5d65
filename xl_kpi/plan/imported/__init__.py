"""Figures that come out of files: what the plan holds of them, and what happens when others come."""
