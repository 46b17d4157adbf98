"""The official kit's 67 sequences once more, in one process, for machines without Java."""
