"""Engineering drawings as placed texts and ruled lines: title block, lists, notes, dimensions, whatever the format."""
