"""Every outside effect as a small protocol; adapters stand in storage, engines and recognisers."""
