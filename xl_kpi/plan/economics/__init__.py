"""採算 and 人員: what was typed for them, and the figures that follow from a plan."""
