"""Recipes: which steps run on a document, in TOML; loading and applying them."""
