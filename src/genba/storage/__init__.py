"""Where things are kept: files on disk, and the state of a run in SQLite."""
