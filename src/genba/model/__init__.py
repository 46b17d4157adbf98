"""Plain immutable data that every part shares; nothing here reads, writes or decides."""
