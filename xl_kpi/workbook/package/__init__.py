"""The file as a zip of parts: whether it may be opened, its relations, quick reading, atomic saving."""
