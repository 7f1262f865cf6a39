"""Reader: where in a passage the answer stands, on the encoder's own network with low-rank adapters."""
