"""What every step has at hand."""

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
import re
from typing import Final

from tests.demo.client import Client, signed_in
from tests.demo.expected import DOMAIN
from tests.simulator import Simulator, World

from .pictures import Album
from .screen import Screen
from .words import said

_ENTRIES: Final = "/api/config/config_entries/entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A person's visit to a Home Assistant beside two simulated services."""

    screen: Screen
    album: Album
    url: str
    token: str = field(repr=False)
    world: World
    simulator: Simulator
    folder: Path
    # The names of the errors that the forms have shown.
    errors_seen: set[str] = field(default_factory=set)

    async def open_integration(self) -> None:
        """Show the integration's own page, once all its entries are at rest.

        Home Assistant's page may show none of them where one is set up while it opens.
        """
        await self.entries_at_rest()
        await self.screen.open(f"/config/integrations/integration/{DOMAIN}")

    @property
    def first_consent(self) -> str:
        """Return the consent of the home that has the heat pump."""
        return next(iter(self.world.tokens.values()))[0]

    def secrets(self) -> set[str]:
        """Return all that nobody but its owner may see."""
        world = self.world
        keys = {system.read_key for system in world.systems.values()}
        consents = {consent for consent, _ in world.meters}
        plain = {consent.replace("-", "") for consent in consents}
        return {*world.tokens, *consents, *plain, *keys} - {""}

    def url_of(self, path: str) -> re.Pattern[str]:
        """Return what the address of a page looks like."""
        return re.compile(f"^{re.escape(self.url)}{path}$")

    def owner(self) -> AbstractAsyncContextManager[Client]:
        """Speak for the owner, of what is not to be done or seen on a page."""
        return signed_in(self.url, self.token)

    async def entries_at_rest(self) -> None:
        """Wait until no entry of the integration is being set up."""
        async with self.owner() as home:
            while any(
                entry["state"] == "setup_in_progress"
                for entry in await home.get(_ENTRIES)
                if entry["domain"] == DOMAIN
            ):
                await asyncio.sleep(0.1)

    async def sees_error(
        self, name: str, flow: str = "config", **placeholders: str
    ) -> None:
        """Wait until the form shows an error, and remember that it was shown."""
        await self.screen.form.sees(said(f"{flow}.error.{name}", **placeholders))
        self.errors_seen.add(name)
