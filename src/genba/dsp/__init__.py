"""Dataspace Protocol 2025-1 without I/O: messages, state machines, catalogue and version documents."""
