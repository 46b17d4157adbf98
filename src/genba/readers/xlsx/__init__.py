"""Excel workbooks (xlsx, xlsm, xltx): cells as stored and as displayed, and everything that lies on top of them."""

from genba.readers.xlsx.workbook import read

__all__ = ["read"]
