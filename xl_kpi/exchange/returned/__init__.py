"""The cells of ours in a workbook that came back."""
