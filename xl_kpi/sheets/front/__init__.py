"""The pages that are read first: the front page, the covering page and the agreement."""
