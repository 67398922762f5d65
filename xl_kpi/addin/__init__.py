"""Builds the Excel add-in and the xlwings Lite part (nothing lives here yet)."""
