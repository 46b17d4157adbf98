"""What the exchange remembers, in SQLite or PostgreSQL: catalogue, processes, outbox, agreements, the chained log."""
