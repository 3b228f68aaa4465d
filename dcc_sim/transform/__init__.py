"""Service Request and use case to payload, and back."""
