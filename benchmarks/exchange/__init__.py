"""Figures of the exchange, beside its peers: catalogue, negotiations, transfers, data plane, start and memory."""
