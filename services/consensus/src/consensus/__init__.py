"""Consensus tallies votes under a timeout: one result a proposal."""
