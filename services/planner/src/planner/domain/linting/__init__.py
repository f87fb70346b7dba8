"""What must be true of a domain before anything is planned with it, and what had better be."""
