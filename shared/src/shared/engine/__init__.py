"""The one engine that drives every machine, and the process around it."""
