"""Pure functions of the field: no I/O, no Home Assistant, no clock of their own."""
