"""Which cell is where after a regenerate, and the user's formulas that follow."""
