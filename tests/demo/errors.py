"""What may go wrong with the demo itself."""


class DemoError(Exception):
    """The demo cannot go on; the message says why."""
