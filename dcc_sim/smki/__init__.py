"""A test PKI: organisation and device certificates."""
