"""What a plan's KPI dictionary says: is it right, and which figures of a channel follow from it."""
