"""Batches that genba-edge wrote, version 1.0, read from the page docs/en/edge.md and without any of its code."""
