"""How a text file is laid out as a table: decided from its first bytes, by evidence alone."""
