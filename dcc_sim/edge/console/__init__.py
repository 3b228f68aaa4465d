"""What is shown on a terminal, and the same as JSON."""
