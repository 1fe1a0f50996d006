"""Polite, bounded HTTP to one service: the only place where bytes are sent and received."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final

import aiohttp
import orjson
from yarl import URL

from .errors import CannotConnect, QuotaExceeded, ServiceError, UnexpectedAnswer

VERSION: Final = "0.1.0"
USER_AGENT: Final = f"HeatPumpInsight/{VERSION} (+https://github.com/heat-pump-insight/heat-pump-insight)"

MAX_BODY: Final = 32_000_000
"""Bytes that a body may have once it is decompressed."""

MAX_REDIRECTS: Final = 3

_CHUNK: Final = 64 * 1024
# Up to here parsing takes well under a millisecond; above, a thread does it.
_SMALL_BODY: Final = 64 * 1024
_LONGEST_RETRY_AFTER: Final = 31 * 86400.0

_HEADERS: Final = {
    "User-Agent": USER_AGENT,
    "Accept": "application/json, text/plain;q=0.9",
    # Only what Python always carries, so that no answer needs a further library.
    "Accept-Encoding": "gzip, deflate",
}
_REDIRECTS: Final = frozenset(
    {
        HTTPStatus.MOVED_PERMANENTLY,
        HTTPStatus.FOUND,
        HTTPStatus.SEE_OTHER,
        HTTPStatus.TEMPORARY_REDIRECT,
        HTTPStatus.PERMANENT_REDIRECT,
    }
)
_SAME_METHOD_REDIRECTS: Final = frozenset(
    {HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a service answered, for its client to judge.

    `path` is the path as errors may name it. `content_type` is lower case and without
    parameters. `body` is decompressed and has at most `MAX_BODY` bytes.
    """

    service: str
    path: str
    status: int
    content_type: str
    body: bytes = field(repr=False)
    cookies: Mapping[str, str] = field(repr=False)

    def error[E: ServiceError](self, kind: type[E], detail: str) -> E:
        """Return an error of this kind about this answer."""
        return kind(self.service, self.path, detail)

    def json(self) -> object:
        """Return the parsed body; raises UnexpectedAnswer where it is no strict JSON."""
        if self.content_type != "application/json":
            raise self.error(
                UnexpectedAnswer, f"status {self.status} and no JSON, perhaps a page"
            )
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            # Its message and its `doc` quote the body.
            raise self.error(
                UnexpectedAnswer, f"status {self.status} and broken JSON"
            ) from None

    async def read[T](self, reader: Callable[[Answer], T]) -> T:
        """Return what the reader makes of this answer; a big one is read in a thread.

        The event loop is thus not held while a megabyte becomes records.
        """
        if len(self.body) <= _SMALL_BODY:
            return reader(self)
        return await asyncio.get_running_loop().run_in_executor(None, reader, self)


class Transport:
    """Polite, bounded GET and POST to one service on one host.

    A request and its body take at most its timeout, a body at most `MAX_BODY` bytes, and
    `concurrency` requests run at once. Redirects are followed on the same scheme, host and
    port only, so that no token leaves for another place. The session must have a
    `DummyCookieJar`: HeatpumpMonitor.org serves requests of one cookie one after another.

    Every failure is a `ServiceError`: `CannotConnect` (no connection, timeout, 5xx),
    `QuotaExceeded` (426, 429, 503 with Retry-After) or `UnexpectedAnswer` (too big, led
    elsewhere). Other statuses are answers: the service's client judges them.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        service: str,
        *,
        headers: Mapping[str, str] | None = None,
        concurrency: int = 2,
    ) -> None:
        """Take scheme://host[:port] of the service and its name for errors.

        Raises ValueError where the URL has a path, a query or user information.
        """
        self._session = session
        self._origin = _origin(url)
        self._service = service
        self._headers = {**_HEADERS, **(headers or {})}
        self._slots = asyncio.Semaphore(concurrency)

    async def get(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        hide: Iterable[str] = (),
        headers: Mapping[str, str] | None = None,
        timeout: float = 30,
    ) -> Answer:
        """GET a path; errors show it with each string of `hide` masked."""
        url = self._origin.with_path(path).with_query(params or {})
        shown = _masked(path, hide)
        return await self._ask("GET", url, shown, headers=headers, timeout=timeout)

    async def post_form(
        self,
        path: str,
        form: Mapping[str, str],
        *,
        hide: Iterable[str] = (),
        headers: Mapping[str, str] | None = None,
        timeout: float = 30,
    ) -> Answer:
        """POST a form to a path; errors show it with each string of `hide` masked."""
        url = self._origin.with_path(path)
        shown = _masked(path, hide)
        return await self._ask(
            "POST", url, shown, form=form, headers=headers, timeout=timeout
        )

    async def _ask(
        self,
        method: str,
        url: URL,
        shown: str,
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None,
        timeout: float,
    ) -> Answer:
        """Ask once a slot is free, within the timeout, and map every failure."""
        sent = {**self._headers, **(headers or {})}
        try:
            async with self._slots, asyncio.timeout(timeout):
                return await self._follow(method, url, form, shown, sent)
        except TimeoutError:
            raise CannotConnect(
                self._service, shown, f"no complete answer within {timeout:g} s"
            ) from None
        except (aiohttp.ClientError, OSError) as error:
            # Neither its text nor itself: aiohttp quotes whole URLs, read keys included.
            raise CannotConnect(
                self._service, shown, f"the request failed ({type(error).__name__})"
            ) from None

    async def _follow(
        self,
        method: str,
        url: URL,
        form: Mapping[str, str] | None,
        shown: str,
        headers: Mapping[str, str],
    ) -> Answer:
        """Send a request and follow redirects that stay on the service's host."""
        for _ in range(MAX_REDIRECTS + 1):
            async with self._session.request(
                method, url, data=form, headers=headers, allow_redirects=False
            ) as response:
                if response.status not in _REDIRECTS:
                    return await self._receive(response, shown)
                target = self._here(url, response.headers.get("Location", ""))
                if target is None:
                    raise UnexpectedAnswer(
                        self._service, shown, "a redirect to another place"
                    )
                url = target
                if response.status not in _SAME_METHOD_REDIRECTS:
                    method, form = "GET", None
        raise UnexpectedAnswer(self._service, shown, "too many redirects")

    def path_of(self, link: str) -> str | None:
        """Return the path of a link that stays on this host and has no query, else None."""
        target = self._here(self._origin, link)
        return None if target is None or target.raw_query_string else target.path

    def _here(self, base: URL, link: str) -> URL | None:
        """Return where a link leads if it stays on scheme, host and port, else None."""
        if not link:
            return None
        try:
            target = base.join(URL(link))
            here = target.origin() == self._origin and target.user is None
        except ValueError:
            return None
        return target if here else None

    async def _receive(self, response: aiohttp.ClientResponse, shown: str) -> Answer:
        """Return the answer with its body; raise what any service means by its status."""
        retry_after = _retry_after(response.headers.get("Retry-After"))
        match response.status:
            case HTTPStatus.UPGRADE_REQUIRED | HTTPStatus.TOO_MANY_REQUESTS as status:
                raise QuotaExceeded(
                    self._service, shown, f"status {status}", retry_after
                )
            case HTTPStatus.SERVICE_UNAVAILABLE if retry_after is not None:
                raise QuotaExceeded(self._service, shown, "status 503", retry_after)
            case status if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise CannotConnect(self._service, shown, f"status {status}")
        body = bytearray()
        async for chunk in response.content.iter_chunked(_CHUNK):
            body += chunk
            # What was unpacked already comes without waiting: let others run between.
            await asyncio.sleep(0)
            if len(body) > MAX_BODY:
                raise UnexpectedAnswer(
                    self._service, shown, f"more than {MAX_BODY // 1_000_000} MB"
                )
        content_type, _, _ = response.headers.get("Content-Type", "").partition(";")
        return Answer(
            service=self._service,
            path=shown,
            status=response.status,
            content_type=content_type.strip().lower(),
            body=bytes(body),
            cookies={name: cookie.value for name, cookie in response.cookies.items()},
        )


def _origin(url: str) -> URL:
    """Return scheme://host[:port] as a URL; raises ValueError for anything more or less."""
    parsed = URL(url)
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise ValueError("the URL is not http(s)://host[:port]")
    origin = parsed.origin()
    if parsed != origin.with_path("/"):
        raise ValueError("the URL has more than scheme, host and port")
    return origin


def _masked(path: str, hide: Iterable[str]) -> str:
    """Return the path with every secret in it shown as an ellipsis."""
    for secret in sorted(filter(None, hide), key=len, reverse=True):
        path = path.replace(secret, "…")
    return path


def _retry_after(value: str | None) -> float | None:
    """Return the seconds that a Retry-After header asks for, given as such or as a date."""
    if value is None:
        return None
    try:
        if value.strip().isdecimal():
            seconds = float(value)
        else:
            date = parsedate_to_datetime(value)
            # A date in "-0000" is UTC of an unknown zone and comes back naive.
            date = date if date.tzinfo else date.replace(tzinfo=UTC)
            seconds = (date - datetime.now(UTC)).total_seconds()
    except ValueError, OverflowError:
        return None
    return min(max(seconds, 0.0), _LONGEST_RETRY_AFTER)
