"""Measures genba against its peers, side by side, in one run."""
