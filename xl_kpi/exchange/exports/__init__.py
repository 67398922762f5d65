"""Files that other systems let one download: what they are, and the rows that count in them."""
