"""PDF with a text layer: text in reading order, tables, headings, pictures, forms, remarks, files inside."""

from genba.readers.pdf.reading import read as read
