"""Where things stand on a sheet, and what the text of a formula points at."""
