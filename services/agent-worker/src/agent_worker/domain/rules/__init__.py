"""What people declare of a table's data, and what agents propose to declare."""
