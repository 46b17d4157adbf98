"""The two listeners: protocol and data outside, management for this machine."""
