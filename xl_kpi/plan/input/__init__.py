"""What a person typed, read: amounts, dates, percentages, choices."""
