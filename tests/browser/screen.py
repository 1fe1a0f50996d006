"""What a person does on a page of Home Assistant, and sees there.

Home Assistant's pages are made of elements with shadow roots. What is put into a dialog
from outside is not below the element of the role `dialog`, but below the dialog's own.
"""

from pathlib import Path
import re
from typing import Final

from playwright.async_api import Download, Locator, Page, expect

from .words import said

# The frontend's own elements, by what a person would call them.
_FORM: Final = "dialog-data-entry-flow"
_FINISH: Final = re.compile("^(Skip and f|F)inish$")
_QUESTION: Final = "dialog-box"
_LIST_OF_INTEGRATIONS: Final = "dialog-add-integration"


class Screen:
    """A page, with a person before it."""

    def __init__(self, page: Page, url: str) -> None:
        """Take a page that shows Home Assistant at its address."""
        self.page = page
        self._url = url
        self.form = Form(page)

    async def open(self, path: str) -> None:
        """Type an address of Home Assistant, and wait until its page is there."""
        await self.page.goto(f"{self._url}{path}")
        await expect(self.page.locator("home-assistant-main")).to_be_visible()

    async def click(self, name: str) -> None:
        """Click the button of a name."""
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def answer(self, button: str) -> None:
        """Answer the question that is asked."""
        question = self.page.locator(_QUESTION)
        await question.get_by_role("button", name=button, exact=True).click()

    async def sees(self, text: str) -> None:
        """Wait until a text is on the page."""
        await expect(self.page.get_by_text(text).first).to_be_visible()

    async def misses(self, text: str) -> None:
        """Wait until a text is no longer on the page."""
        await expect(self.page.get_by_text(text)).to_have_count(0)

    async def find_integration(self, sought: str) -> Locator:
        """Search among all integrations, and return the row that is left."""
        await self.click("Add integration")
        search = self.page.locator(_LIST_OF_INTEGRATIONS).get_by_placeholder(
            "Search for a brand name"
        )
        await search.click()
        await self.page.keyboard.type(sought)
        row = self.page.locator("ha-integration-list-item")
        await expect(row).to_have_count(1)
        return row

    def entry(self, title: str) -> Locator:
        """Return an entry on the integration's page, with all that belongs to it."""
        return self.page.locator("ha-config-entry-row").filter(has_text=title)

    def heat_pump(self, title: str) -> Locator:
        """Return a heat pump on the integration's page, with its device."""
        return self.page.locator("ha-config-sub-entry-row").filter(has_text=title)

    async def press(self, row: Locator, button: str) -> None:
        """Click the button of an entry or a heat pump."""
        await row.get_by_role("button", name=button, exact=True).first.click()

    async def choose(self, row: Locator, item: str) -> None:
        """Open the three dots of an entry or a heat pump, and choose."""
        await self.press(row, "Menu")
        await self.page.get_by_role("menuitem", name=item, exact=True).click()

    async def download(self, button: Locator, into: Path) -> Path:
        """Click what downloads a file, and return where it was put."""
        async with self.page.expect_download() as waiting:
            await button.click()
        download: Download = await waiting.value
        path = into / download.suggested_filename
        await download.save_as(path)
        return path


class Form:
    """The dialog in which one form of a flow after the other is filled in."""

    def __init__(self, page: Page) -> None:
        """Take the page on which it shows."""
        self._page = page
        self.root = page.locator(_FORM)

    async def shows(self, title: str) -> None:
        """Wait until the form of a title is shown."""
        heading = self.root.locator("ha-dialog-header, [slot=headerTitle]")
        await expect(heading.get_by_text(title, exact=True).first).to_be_visible()

    async def sees(self, text: str) -> None:
        """Wait until a text is in the form."""
        await expect(self.root.get_by_text(text).first).to_be_visible()

    async def choose(self, item: str) -> None:
        """Choose an item of a menu, or of a list."""
        await self.root.get_by_text(item, exact=True).click()

    async def fill(self, label: str, value: str) -> None:
        """Type into the field of a label, in place of what is there."""
        await self._type(self._field(self.root, label), value)

    async def fill_time(self, label: str, value: str) -> None:
        """Type a time of day such as `23:30` into the field of a label."""
        field = self.root.get_by_role("group", name=_labelled(label))
        for part, typed in zip(("hh", "mm"), value.split(":"), strict=True):
            await self._type(self._field(field, part), typed)

    async def fill_date(self, label: str, months_ago: int) -> None:
        """Choose the first day of an earlier month in the calendar of a field."""
        await self._field(self.root, label).click()
        calendar = self._page.locator("ha-dialog-date-picker")
        for _ in range(months_ago):
            await calendar.locator("[slot=previous]").click()
        await calendar.get_by_role("button", name=re.compile("^1 ")).click()
        await calendar.get_by_role("button", name="OK", exact=True).click()

    async def mark(self, item: str) -> None:
        """Choose an item among those that are all shown."""
        await self.root.get_by_role("radio", name=item).click()

    async def _type(self, field: Locator, value: str) -> None:
        await field.click()
        await field.press("ControlOrMeta+a")
        await self._page.keyboard.press("Delete")
        await self._page.keyboard.type(value)

    async def open_list(self, label: str, sought: str) -> None:
        """Open the list of a field, and search in it."""
        await self.root.get_by_role("button", name=label, exact=True).click()
        await self._page.locator("ha-picker-combo-box").get_by_role("textbox").click()
        await self._page.keyboard.type(sought)

    async def take(self, item: str) -> None:
        """Take an item of the list that is open."""
        await self._page.get_by_role("option", name=item).click()

    async def pick(self, label: str, sought: str, item: str) -> None:
        """Open the list of a field, search in it, and take an item."""
        await self.open_list(label, sought)
        await self.take(item)

    async def unfold(self, section: str) -> None:
        """Open a section where it is folded away."""
        head = self.root.get_by_role("button", name=section, exact=True)
        if await head.get_attribute("aria-expanded") != "true":
            await head.click()

    async def submit(self) -> None:
        """Send the form."""
        await self.root.get_by_role("button", name="Submit", exact=True).click()

    async def finish(self) -> None:
        """Leave the last dialog of a flow, which for devices asks for names and areas."""
        await self.root.get_by_role("button", name=_FINISH).click()
        await self.gone()

    async def end(self, path: str, **placeholders: str) -> None:
        """Read with which words a flow ended, and close it."""
        await self.sees(said(path, **placeholders))
        await self.close()

    async def close(self) -> None:
        """Leave the flow."""
        await self.root.get_by_role("button", name="Close", exact=True).first.click()
        await self.gone()

    async def gone(self) -> None:
        """Wait until the dialog is gone."""
        await expect(self.root.get_by_role("button")).to_have_count(0)

    def _field(self, within: Locator, label: str) -> Locator:
        name = _labelled(label)
        text = within.get_by_role("textbox", name=name)
        return text.or_(within.get_by_role("spinbutton", name=name))


def _labelled(label: str) -> re.Pattern[str]:
    """Return what a label is: one that has to be filled in has a star."""
    return re.compile(rf"^{re.escape(label)} ?\*?$")
