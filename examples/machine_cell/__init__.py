"""設備 MC-07: an invented machine cell, two days of its signals, its production records and the truth about both."""
