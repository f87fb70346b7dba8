"""Columns as they stand in spreadsheets, and what goes wrong in them."""
