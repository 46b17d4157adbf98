"""Layout inference: from the cells of a sheet to tables, form fields, choices, headings and text, with reasons."""
