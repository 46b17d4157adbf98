"""One module per use case; `platform` wires the parts together."""
