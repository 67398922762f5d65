"""Reading ファネル."""
