"""The review: what was reached, where orders were lost, and where the period will end."""
