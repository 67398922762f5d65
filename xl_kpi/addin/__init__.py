"""Excel add-ins: the one for the desktop, and the code that xlwings Lite runs."""
