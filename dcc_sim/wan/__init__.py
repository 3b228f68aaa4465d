"""The link between hub and device."""
