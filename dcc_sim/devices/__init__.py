"""Emulated meters over virtual time."""
