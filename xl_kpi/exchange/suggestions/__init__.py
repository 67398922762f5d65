"""Tables of systems that nobody knows: what their columns are taken for, and the maps that say it for good."""
