"""Keywords and summaries: what a document is about, in its own words unless a language model is configured."""

from genba.steps.digest.keywords import keywords
from genba.steps.digest.summary import summary

__all__ = ["keywords", "summary"]
