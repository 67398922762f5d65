"""リード評価: what is typed on the page, the scores of leads, and what goes with orders."""
