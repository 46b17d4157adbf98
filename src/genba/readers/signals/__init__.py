"""Readers of recordings, by kind of file; each is a `SignalReader`, imported when a file of its kind is met."""

SIGNAL_READERS: dict[str, str] = {}
