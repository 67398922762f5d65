"""How single cells of our sheets are dressed, and what of that is the user's."""
