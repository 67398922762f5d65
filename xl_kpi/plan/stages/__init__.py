"""What the stages are in a workbook that somebody has changed: their order, and the steps that it breaks up."""
