"""The field's exchange format for planning domains, problems and plans."""
