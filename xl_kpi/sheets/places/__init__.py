"""Where the blocks of pages stand that most others point at."""
