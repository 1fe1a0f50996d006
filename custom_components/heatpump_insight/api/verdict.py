"""What HeatpumpMonitor.org means by an answer, since its status is always 200.

Failures are JSON objects with `success` false, whatever was asked; `false` alone means
that nothing is there; PHP's warnings and crashes are pages. Their own words may hold
secrets and are never repeated.
"""

from collections.abc import Callable
from http import HTTPStatus

from .errors import CannotConnect, NotFound, Refused, ServiceError, UnexpectedAnswer
from .reading import Malformed
from .stats import Stats, read_days
from .transport import Answer


def read_json[T](
    reader: Callable[[object], T], when_false: object, answer: Answer
) -> T:
    """Return what the reader makes of the JSON of an answer.

    `false` is the service's word for nothing there: `when_false` takes its place if given.
    """
    parsed = _judged(answer)
    if parsed is False:
        if when_false is None:
            raise answer.error(NotFound, "the service has nothing there")
        parsed = when_false
    try:
        return reader(parsed)
    except Malformed as malformed:
        raise answer.error(UnexpectedAnswer, str(malformed)) from None


def read_daily(answer: Answer) -> tuple[Stats, ...]:
    """Read daily CSV; failures come as JSON in its place."""
    if answer.content_type == "application/json":
        _judged(answer)
    if answer.status != HTTPStatus.OK or answer.content_type != "text/plain":
        raise answer.error(UnexpectedAnswer, f"status {answer.status} and no CSV")
    try:
        return read_days(answer.body)
    except Malformed as malformed:
        raise answer.error(UnexpectedAnswer, str(malformed)) from None


def check_login(answer: Answer) -> None:
    """Check that a login succeeded; raises Refused for a wrong name or password."""
    match answer.json():
        case {"success": True}:
            return
        case {"success": False, "message": str(message)} if "password" in message:
            raise answer.error(Refused, "the user name or the password is wrong")
    _judged(answer)
    raise answer.error(
        UnexpectedAnswer, "the service does not say whether it let us in"
    )


def _judged(answer: Answer) -> object:
    """Return the JSON of an answer that is no failure; raises what the failure means."""
    parsed = answer.json()
    if isinstance(parsed, dict) and parsed.get("success") is False:
        raise _failure(answer, parsed)
    if answer.status != HTTPStatus.OK:
        raise answer.error(UnexpectedAnswer, f"status {answer.status}")
    return parsed


def _failure(answer: Answer, failure: dict[str, object]) -> ServiceError:
    """Return what a failure of the service means; its own words may hold secrets."""
    match failure:
        case {"message": "Invalid access"}:
            return answer.error(Refused, "no access to this system, or no such system")
        case {"message": "invalid app or permissions"}:
            return answer.error(NotFound, "the system has no monitoring app")
        case {"http_code": 0}:
            return answer.error(CannotConnect, "the service does not reach its feeds")
        case {"http_code": 401}:
            return answer.error(
                UnexpectedAnswer,
                "the key that the service keeps for the feeds is wrong",
            )
        case _:
            return answer.error(UnexpectedAnswer, "the service reports a failure")
