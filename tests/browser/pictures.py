"""Pictures of what is on the page: of every step, and those that the documentation shows."""

import asyncio
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.async_api import FloatRect, Locator, Page, ViewportSize, expect

DESKTOP: Final = ViewportSize(width=1280, height=900)
PHONE: Final = ViewportSize(width=390, height=844)

# So large a picture may be, in bytes.
_MOST: Final = 80_000
_COLOURS: Final = (256, 128, 64, 32, 16)
# What is left around a dialog or a card, in pixels.
_MARGIN: Final = 12
# What stays where it is for so many seconds moves no longer.
_AT_REST: Final = 0.2
# A page of another size is drawn anew within so many seconds.
_REDRAWN: Final = 1.5


class Album:
    """Keeps a picture of each step in one folder, and the named ones in another."""

    def __init__(self, page: Page, steps: Path, named: Path | None) -> None:
        """Begin with empty folders; without the second no named picture is kept."""
        self._page = page
        self._steps = steps
        self._named = named
        self._taken = 0
        for folder in filter(None, (steps, named)):
            folder.mkdir(parents=True, exist_ok=True)

    async def keep_step(self, name: str) -> None:
        """Keep the whole page as it is after a step."""
        self._taken += 1
        file = self._steps / f"{self._taken:02} {name}.png"
        await self._page.screenshot(path=file)

    async def keep(self, name: str, *of: Locator) -> None:
        """Keep the page, or some things on it with a margin, for the documentation."""
        if self._named is None:
            return
        # Nothing is highlighted because the mouse happens to be there, and nothing is told
        # in passing.
        await self._page.mouse.move(0, 0)
        await expect(self._page.locator("ha-toast")).to_have_count(0)
        clip = await self._around(of) if of else None
        taken = await self._page.screenshot(
            clip=clip, animations="disabled", caret="hide"
        )
        (self._named / f"{name}.png").write_bytes(small(taken))

    async def keep_page(self, name: str) -> None:
        """Keep the page at the size that it has, once its charts are drawn."""
        if self._named is None:
            return
        await asyncio.sleep(_REDRAWN)
        await self.keep(name)

    async def keep_on_phone(self, name: str) -> None:
        """Keep the page as a phone shows it, for the documentation."""
        if self._named is None:
            return
        await self._page.set_viewport_size(PHONE)
        await asyncio.sleep(_REDRAWN)
        await self.keep(name)
        await self._page.set_viewport_size(DESKTOP)

    async def _around(self, things: Sequence[Locator]) -> FloatRect:
        """Return where things are that move no longer, with a margin around them."""
        boxes = [await each.bounding_box() for each in things]
        while True:
            await asyncio.sleep(_AT_REST)
            before, boxes = boxes, [await each.bounding_box() for each in things]
            if boxes == before:
                break
        seen = [box for box in boxes if box is not None]
        left = max(min(box["x"] for box in seen) - _MARGIN, 0)
        top = max(min(box["y"] for box in seen) - _MARGIN, 0)
        right = max(box["x"] + box["width"] for box in seen) + _MARGIN
        bottom = max(box["y"] + box["height"] for box in seen) + _MARGIN
        return FloatRect(
            x=left,
            y=top,
            width=min(right, DESKTOP["width"]) - left,
            height=min(bottom, DESKTOP["height"]) - top,
        )


def small(picture: bytes) -> bytes:
    """Return a PNG with as many colours as its size allows, at most 256."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    packed = b""
    for colours in _COLOURS:
        reduced = image.quantize(colours, dither=Image.Dither.NONE)
        out = BytesIO()
        reduced.save(out, "PNG", optimize=True)
        packed = out.getvalue()
        if len(packed) <= _MOST:
            break
    return packed
