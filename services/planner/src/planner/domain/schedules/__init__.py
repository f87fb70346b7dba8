"""Goals that begin by themselves: at certain times, or when files or a table have changed."""
