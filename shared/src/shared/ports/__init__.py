"""The two ports that carry all I/O of the control plane, and the clock."""
