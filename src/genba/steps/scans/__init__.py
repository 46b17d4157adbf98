"""Pictures are read: pages of print become nodes, words in other pictures are noted with their figure.

Runs after `structure.sheets`, so that every figure stands among a document's nodes, and before texts are normalised.
"""

from genba.steps.scans.reading import read as read
