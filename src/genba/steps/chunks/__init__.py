"""Cuts a document for retrieval: by section, then between nodes and in tables; a step of an instruction stays whole."""

from genba.steps.chunks.cutting import split

__all__ = ["split"]
