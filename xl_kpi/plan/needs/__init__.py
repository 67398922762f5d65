"""What is needed when, as numbers over time."""
