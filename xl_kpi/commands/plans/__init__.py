"""A plan made and shown: from templates and options to the numbers."""
