"""The hidden calculation sheet: the goal day by day, and what other pages look up there."""
