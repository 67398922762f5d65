"""リード評価: its page, the list of leads with their scores, and the steps from what they did to points."""
