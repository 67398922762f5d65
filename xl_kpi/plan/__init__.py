"""What was typed: the plan, its entries and records, checks, and the targets that follow."""
