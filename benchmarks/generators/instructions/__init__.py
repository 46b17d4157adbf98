"""Work instructions with their truth: one content, four layouts, two houses' ways of writing."""
