"""Functions over all documents: from what each leaves behind to what holds between them."""

from genba.steps.collection.relating import relate
from genba.steps.collection.sketching import sketch

__all__ = ["relate", "sketch"]
