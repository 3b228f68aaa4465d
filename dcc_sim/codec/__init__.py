"""Bytes to values and back; knows no use case."""
