"""What several parts share about file formats: containers, encodings, calendars, units, text."""
