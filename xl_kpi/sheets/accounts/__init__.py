"""企業リスト: its page, the formulas over its rows, and what the tabs of ABM show of it."""
