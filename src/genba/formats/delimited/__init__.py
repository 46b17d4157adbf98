"""Delimited text as Japanese factories write it: how it is cut into records, where its tables are, how they stream."""
