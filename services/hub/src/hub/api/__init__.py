"""The hub's HTTP API: the fleet, the pipelines, the traces, the votes, and the page to look at.

It reads what the two machines stored, and changes nothing.
"""
