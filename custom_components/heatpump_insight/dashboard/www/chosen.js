/** The part of the history that all cards of a page show. */
import { Period } from "./periods.js";

class Chosen extends EventTarget {
  /** Starts with the year of now, in Home Assistant's time zone. */
  begin(hass) {
    this.period ??= new Period("year", Date.now(), hass.config.time_zone);
  }

  choose(period) {
    this.period = period;
    this.dispatchEvent(new Event("change"));
  }
}

export const chosen = new Chosen();
