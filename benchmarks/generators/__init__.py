"""Seeded generators of files whose contents are known exactly; they know nothing of the code they measure."""
