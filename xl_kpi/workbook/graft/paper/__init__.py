"""How a user prints one of our sheets."""
