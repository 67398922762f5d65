"""What compares a plan with reality: the review, the report, when the next one is."""
