"""Lists of leads that stand in data bases."""
