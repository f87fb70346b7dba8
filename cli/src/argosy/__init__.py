"""The argosy command: embedded cluster, client, progress."""
