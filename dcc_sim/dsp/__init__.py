"""The DCC: access control, inventory, the hub that owns the state."""
