"""Keys, signatures, DIDs and verifiable credentials, and the identities built of them."""
