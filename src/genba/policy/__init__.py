"""Terms as ODRL policies: read, decided, explained; default deny, and nothing is allowed by ignorance."""
