"""Lists of leads, deals and what people did, of any size: read, brought into one shape and counted by Ibis."""
