"""The one family of errors that the clients raise.

Every error names the service, the path that was asked (never its query) and what was
unexpected. Bodies, queries and everything secret stay out, so each may be logged.
"""


class ServiceError(Exception):
    """A service could not give what was asked."""

    def __init__(self, service: str, path: str, detail: str) -> None:
        """Take the service's name, the path without secrets and a few words on the cause."""
        super().__init__(f"{service} {path}: {detail}")
        self.service = service
        self.path = path
        self.detail = detail


class CannotConnect(ServiceError):
    """The service was not reached, was too slow, or failed on its side (5xx)."""


class Refused(ServiceError):
    """The service itself refused the token, the read key, or access to a system."""


class QuotaExceeded(ServiceError):
    """The service asks to be called less often."""

    def __init__(
        self, service: str, path: str, detail: str, retry_after: float | None = None
    ) -> None:
        """Take also the seconds to wait, where the service named them."""
        super().__init__(service, path, detail)
        self.retry_after = retry_after


class NotFound(ServiceError):
    """What was asked for is not there."""


class UnexpectedAnswer(ServiceError):
    """The answer is not what the service documents: a page, a crash, a truncated body."""
