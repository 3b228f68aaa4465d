"""Frames, cryptography and keys of GBCS messages."""
