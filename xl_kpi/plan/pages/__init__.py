"""What is typed on pages of their own: which of them a plan has, and the tables that stand there."""
