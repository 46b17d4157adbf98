"""Builds what users get: a wheel, and archives for Windows and Linux that install without internet access."""
