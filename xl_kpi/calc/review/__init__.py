"""The review: days in a stage, which stage of which channel costs how many orders, where the year will end."""
