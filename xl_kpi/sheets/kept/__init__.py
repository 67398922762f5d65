"""Pages that keep what was typed or decided: the log, what went, what came back."""
