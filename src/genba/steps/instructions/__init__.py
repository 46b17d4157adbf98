"""Work instructions, inspection standards and QC process charts turned into steps, each part with its place."""

from genba.steps.instructions.extract import extract

__all__ = ["extract"]
