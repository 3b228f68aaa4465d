"""The only room with I/O."""
