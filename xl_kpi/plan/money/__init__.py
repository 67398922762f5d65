"""Money: in which unit cells hold it, and figures that look as if they were typed in another one."""
