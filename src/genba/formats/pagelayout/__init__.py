"""The layout of a page inferred from characters and rules: direction, lines, ruby, columns, paragraphs, tables."""
