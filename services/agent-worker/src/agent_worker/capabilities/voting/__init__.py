"""An elector at work: what it reads, and what it finds there."""
