"""Keeps what is to be looked at where a step failed."""

from collections.abc import Iterable
from pathlib import Path
import shutil
from typing import Final

from playwright.async_api import Error, Page

# All that is open to the page, with what Home Assistant's elements hide in their roots.
_WITH_SHADOW_ROOTS: Final = """() => {
  const roots = [];
  const collect = (node) => {
    for (const each of node.querySelectorAll("*")) {
      if (each.shadowRoot) {
        roots.push(each.shadowRoot);
        collect(each.shadowRoot);
      }
    }
  };
  collect(document);
  return document.documentElement.getHTML({ shadowRoots: roots });
}"""


async def keep_failure(folder: Path, page: Page, *logs: Path) -> None:
    """Keep the picture and the page, as HTML and as it is read aloud, with the logs."""
    _keep_logs(folder, logs)
    try:
        await page.screenshot(path=folder / "page.png")
        (folder / "page.html").write_text(await page.evaluate(_WITH_SHADOW_ROOTS))
        (folder / "page.txt").write_text(await page.locator("body").aria_snapshot())
    except Error as error:
        # The browser itself may be what failed.
        (folder / "page.txt").write_text(f"The page could not be kept: {error}\n")


def _keep_logs(folder: Path, logs: Iterable[Path]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for log in logs:
        if log.exists():
            shutil.copy(log, folder)
