"""Random histories of votes, what they must come to, and the machine that is held against it."""
