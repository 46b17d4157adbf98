"""Invented input for demonstrations and tests; imports nothing of genba."""
