"""What in a file of the user's points at cells of ours: formulas in every part, and words that name a place."""
