"""Tables made tidy: one header row, typed columns, units beside the names, nothing guessed and nothing lost."""

from genba.steps.tables.tidy import tidy

__all__ = ["tidy"]
