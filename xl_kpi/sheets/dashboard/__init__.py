"""ダッシュボード: the one page of a plan that a manager reads in a minute."""
