"""Figures taken in: from downloads, from lists of leads."""
