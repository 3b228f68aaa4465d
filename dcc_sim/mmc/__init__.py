"""Values of a response or alert to MMC XML (Parse & Correlate), and back."""
