"""Lossless codecs for columns of numbers; each proves itself by decoding before its output is kept."""
