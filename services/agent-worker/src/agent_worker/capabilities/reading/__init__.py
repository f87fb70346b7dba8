"""Reading: whatever people have becomes a table of texts, and what does not is kept apart."""
