"""What is doubtful on pages on which people type row by row, and what these pages count."""
