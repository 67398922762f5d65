"""What pages are put together from: blocks that place themselves one below the other and hand out addresses."""
