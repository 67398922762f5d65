"""What makes one doubt the pages that are counted from leads."""
