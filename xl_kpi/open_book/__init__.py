"""Regenerate in an open book, through the xlwings API alone."""
