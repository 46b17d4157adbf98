"""Writes the page of a signal store: what to do next, the loop as a picture, clocks and losses, models with figures."""

from genba.writers.loop_html.page import encode as encode
