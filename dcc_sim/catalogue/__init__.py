"""The tables: what a User may ask, which use case answers it, what a use case carries."""
