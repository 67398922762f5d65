"""企業リスト: what the typed rows of target accounts add up to, and which stage is meant by a word."""
