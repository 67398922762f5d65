"""レビュー: the review of the plan in words and tables."""
