"""Workbooks and mails for each person, and what comes back."""
