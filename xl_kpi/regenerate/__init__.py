"""The steps of making the sheets anew, the same for a file and for an open book."""
