"""Public schemes: one rule catalog each, evaluated without side effects."""
