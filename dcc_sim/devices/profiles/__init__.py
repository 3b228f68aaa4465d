"""Which objects a device type has."""
