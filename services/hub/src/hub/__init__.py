"""The hub knows every agent, routes every message and assigns every task."""
