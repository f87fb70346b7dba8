"""Domains as people write them: YAML files, several of which make up one domain."""
