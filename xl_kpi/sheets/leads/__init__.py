"""Pages of leads: the list, what they did, and what is counted from both."""
