"""The command line: each command calls one use case and shows its result."""
