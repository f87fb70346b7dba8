"""Asking language models: the one place that knows how; loaded only by agents that have one."""
