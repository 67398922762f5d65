"""What the user typed: reading it, checking it, and the numbers that follow."""
