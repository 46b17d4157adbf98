"""A seeded machine cell that knows its own truth: arm, spindle, force sensor, camera and PLC, each on its own clock."""
