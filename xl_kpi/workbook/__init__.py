"""What a sheet is as data, and everything between that and a file: reading, writing, moving, grafting."""
