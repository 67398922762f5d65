"""Data in and out of the plan: actuals, mailing, merging (nothing lives here yet)."""
