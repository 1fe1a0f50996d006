"""What may go wrong with the test in the browser itself."""


class BrowserError(Exception):
    """The test cannot go on; the message says why."""
