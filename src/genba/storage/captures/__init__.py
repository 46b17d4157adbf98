"""The raw store: captures as they came, bit for bit, with the proof on every read."""
