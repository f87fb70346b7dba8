"""Contracts as files of the Open Data Contract Standard, version 3."""
