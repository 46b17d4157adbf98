"""Clocks compared and signals brought to common time, with intervals that hold or a refusal. No effects."""
