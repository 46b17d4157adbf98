"""Engines run work over many files; the default one uses spawned worker processes with limits."""
