"""What a workbook keeps of itself: the log, what went, what was renamed, how it comes back."""
