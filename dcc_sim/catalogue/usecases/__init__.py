"""One row per GBCS use case."""
