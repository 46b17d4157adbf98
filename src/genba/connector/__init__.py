"""Outgoing HTTP to other participants: guarded addresses, limits, messages sent until they are acknowledged."""
