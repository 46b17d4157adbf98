"""genba turns a factory's own files into AI-ready data products."""

__version__ = "0.1.0"
