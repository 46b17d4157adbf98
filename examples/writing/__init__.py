"""Write Office, PDF and archive files from scratch, byte for byte the same for the same input."""
