"""Simulated homes that live for weeks under faults, compared with what must be there."""
