"""Prices in words: what a form tells of the periods and bands that are known."""

from collections.abc import Mapping
from typing import override

from homeassistant.core import HomeAssistant

from .analysis.tariff import Band, Flat, Period, Price, TimeOfUse
from .analysis.tariff_data import WEEKDAYS
from .const import DOMAIN
from .phrases import Phrases, async_phrases


async def async_price_words(hass: HomeAssistant) -> PriceWords:
    """Return the words in the language and the currency of Home Assistant."""
    return PriceWords(await async_phrases(hass, "selector"), hass.config.currency)


def amount(number: float) -> str:
    """Return a sum of money with all digits that matter, without an exponent."""
    return f"{number:.6f}".rstrip("0").rstrip(".")


class PriceWords(Phrases):
    """Says in words what a price is, and from when."""

    def __init__(self, texts: Mapping[str, str], currency: str) -> None:
        """Take the translated texts by their full keys, and the currency of the home."""
        super().__init__(texts)
        self._currency = currency

    @override
    def say(self, key: str, **placeholders: str) -> str:
        """Return a phrase with its placeholders and the currency filled in."""
        return super().say(key, currency=self._currency, **placeholders)

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
