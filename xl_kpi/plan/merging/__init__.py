"""What came back, merged: whose file is the later one, and what stands open to whom."""
