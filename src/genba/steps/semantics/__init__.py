"""Finds codes, names of processes and defects, and references to other documents, each with the words beside it."""

from genba.steps.semantics.finding import mentions

__all__ = ["mentions"]
