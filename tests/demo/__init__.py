"""A real Home Assistant with the integration and both services, all on this machine."""
