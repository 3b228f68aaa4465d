"""Meter Technical Details: settlement data and industry flows."""
