"""Eclipse EDC as a live peer: the same calls a company with that connector would make."""
