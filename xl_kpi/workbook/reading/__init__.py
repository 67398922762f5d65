"""From a book to what was typed into it: plan, records, what is missing."""
