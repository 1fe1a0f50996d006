"""Prices in words: what a form tells of the periods and bands that are known.

Home Assistant puts fixed texts around them; these are put together here, in the language
of the Home Assistant that they are kept in.
"""

from collections.abc import Iterable, Mapping

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from .analysis.tariff import Band, Flat, Period, Price, TimeOfUse
from .analysis.tariff_data import WEEKDAYS
from .const import DOMAIN


async def async_price_words(hass: HomeAssistant) -> PriceWords:
    """Return the words in the language and the currency of Home Assistant."""
    texts: dict[str, str] = {}
    for category in ("common", "selector"):
        texts |= await async_get_translations(
            hass, hass.config.language, category, {DOMAIN}
        )
    return PriceWords(texts, hass.config.currency)


def amount(number: float) -> str:
    """Return a sum of money with all digits that matter, without an exponent."""
    return f"{number:.6f}".rstrip("0").rstrip(".")


class PriceWords:
    """Says in words what a price is, and from when."""

    def __init__(self, texts: Mapping[str, str], currency: str) -> None:
        """Take the translated texts by their full keys, and the currency of the home."""
        self._texts = texts
        self._currency = currency

    def say(self, key: str, **placeholders: str) -> str:
        """Return a text of its own with its placeholders filled in."""
        text = self._texts[f"component.{DOMAIN}.common.{key}"]
        return text.format(currency=self._currency, **placeholders)

    def period(self, period: Period) -> str:
        """Return from when a price holds, what it is, and the standing charge if any."""
        since = (
            self.say("from_date", date=period.valid_from.isoformat())
            if period.valid_from
            else self.say("from_the_beginning")
        )
        price = self._price(period.price)
        if not period.standing_charge:
            return self.say("period", since=since, price=price)
        charge = amount(period.standing_charge)
        return self.say("period_with_charge", since=since, price=price, charge=charge)

    def band(self, band: Band) -> str:
        """Return the price, the times and the days of a band."""
        return self.say(
            "band",
            price=amount(band.price),
            start=band.start.isoformat("minutes"),
            end=band.end.isoformat("minutes"),
            days=self._days(sorted(band.days)),
        )

    def _price(self, price: Price) -> str:
        match price:
            case Flat():
                return self.say("flat", price=amount(price.price))
            case TimeOfUse():
                bands = "; ".join(map(self.band, price.bands))
                return self.say("time_of_use", bands=bands, price=amount(price.default))
        return self.say("hourly", entity=price.entity_id)

    def _days(self, days: list[int]) -> str:
        """Return days of the week, those that follow one another as a range."""
        if len(days) == len(WEEKDAYS):
            return self.say("every_day")
        runs: list[list[int]] = []
        for day in days:
            if runs and runs[-1][-1] == day - 1:
                runs[-1].append(day)
            else:
                runs.append([day])
        return ", ".join(map(self._run, runs))

    def _run(self, run: list[int]) -> str:
        """Return one day, two beside each other, or the first and the last of more."""
        names = [
            self._texts[f"component.{DOMAIN}.selector.weekday.options.{WEEKDAYS[day]}"]
            for day in (run if len(run) < 3 else (run[0], run[-1]))
        ]
        return (" – " if len(run) > 2 else ", ").join(names)


def as_list(lines: Iterable[str]) -> str:
    """Return lines as a list of Markdown."""
    return "\n".join(f"- {line}" for line in lines)
