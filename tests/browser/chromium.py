"""The browser: Chromium as it is installed, signed in at Home Assistant."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
import shutil
import time
from typing import Final

from playwright.async_api import (
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    async_playwright,
    expect,
)

from .complaints import Complaint, is_nobodys_fault
from .errors import BrowserError
from .pictures import DESKTOP

_PROGRAMS: Final = ("chromium", "google-chrome", "chromium-browser")
_ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Letters look the same on every screen.
    "--font-render-hinting=none",
)
_DAY: Final = 86_400
# How long anything may take to show, in milliseconds.
_PATIENCE: Final = 20_000


def program() -> str:
    """Return where Chromium is; raises BrowserError where it is not installed."""
    for name in _PROGRAMS:
        if found := shutil.which(name):
            return found
    raise BrowserError("Chromium is not installed: on Debian, apt-get install chromium")


class Window:
    """A page of Home Assistant, and what the browser complained of since asked last."""

    def __init__(self, page: Page, url: str) -> None:
        """Take a page that will show Home Assistant at its address."""
        self.page = page
        self.url = url
        self._complaints: list[Complaint] = []
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self._add("script", str(error)))
        page.on("requestfailed", self._on_request_failed)

    def complaints(self) -> list[Complaint]:
        """Return what somebody has to look at, and forget it."""
        found, self._complaints = self._complaints, []
        return found

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._add("console", message.text, message.location.get("url", ""))

    def _on_request_failed(self, request: Request) -> None:
        self._add("request", request.failure or "", request.url)

    def _add(self, kind: str, text: str, url: str = "") -> None:
        complaint = Complaint(kind=kind, text=text, url=url)
        if not is_nobodys_fault(complaint, self.url):
            self._complaints.append(complaint)


@asynccontextmanager
async def window(
    url: str, token: str, *, headless: bool = True
) -> AsyncIterator[Window]:
    """Open a window in which the owner of a token is signed in at Home Assistant."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program(), args=list(_ARGUMENTS), headless=headless
        )
        try:
            context = await browser.new_context(
                viewport=DESKTOP,
                locale="en-GB",
                timezone_id="Europe/London",
                color_scheme="light",
                reduced_motion="reduce",
                accept_downloads=True,
            )
            context.set_default_timeout(_PATIENCE)
            expect.set_options(timeout=_PATIENCE)
            await _sign_in(context, url, token)
            yield Window(await context.new_page(), url)
        finally:
            await browser.close()


async def _sign_in(context: BrowserContext, url: str, token: str) -> None:
    """Let every page find the token where a person's signing in leaves it."""
    kept = {
        "access_token": token,
        "refresh_token": "",
        "token_type": "Bearer",
        "expires_in": _DAY,
        "expires": int((time.time() + _DAY) * 1000),
        "hassUrl": url,
        "clientId": f"{url}/",
    }
    text = json.dumps(json.dumps(kept))
    await context.add_init_script(f"localStorage.setItem('hassTokens', {text})")
