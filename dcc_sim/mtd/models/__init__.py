"""Operating models: who sends which flow to whom."""
