/** Texts in the user's language, and numbers and dates as the user reads them. */

const DOMAIN = "heatpump_insight";

/** What the user's choice of a number format means, as locales of the browser. */
const NUMBER_LOCALES = {
  comma_decimal: ["en-US", "en"],
  decimal_comma: ["de", "es", "it"],
  space_comma: ["fr", "sv", "cs"],
  quote_decimal: ["de-CH"],
  none: ["en-US"],
  system: undefined,
};

const texts = new Map();

/** The texts of a language, asked for once. */
export function textsOf(connection, language) {
  if (!texts.has(language)) {
    const answer = connection.sendMessagePromise({
      type: "frontend/get_translations",
      language,
      category: "common",
      integration: [DOMAIN],
    });
    texts.set(
      language,
      answer.then(({ resources }) => resources),
    );
    // A failure is asked for again.
    answer.catch(() => texts.delete(language));
  }
  return texts.get(language);
}

/** What a user reads: texts, numbers and dates. */
export async function wordsOf(hass) {
  return new Words(hass, await textsOf(hass.connection, hass.locale.language));
}

/** A text of the translations, with what is put in for its placeholders. */
export function textIn(resources, key, put = {}) {
  const text = resources[`component.${DOMAIN}.common.${key}`] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => put[name] ?? whole);
}

export class Words {
  constructor(hass, resources) {
    this.resources = resources;
    this.locale = hass.locale;
    this.zone = hass.config.time_zone;
    this.currency = hass.config.currency;
    this.formats = new Map();
  }

  text(key, put) {
    return textIn(this.resources, key, put);
  }

  get numberLocale() {
    const format = this.locale.number_format;
    return format in NUMBER_LOCALES ? NUMBER_LOCALES[format] : this.locale.language;
  }

  /** A number with so many digits after the decimal sign, and a unit. */
  number(value, digits = 0, unit = "") {
    if (!Number.isFinite(value)) return "–";
    const text = this.#numberFormat(digits).format(value);
    return unit ? `${text}\u00a0${unit}` : text;
  }

  /** A number beside an axis, with the digits that tell it from its neighbours. */
  tick(value) {
    return this.#numberFormat(3, { minimumFractionDigits: 0 }).format(value);
  }

  #numberFormat(digits, more = {}) {
    const key = `${digits} ${JSON.stringify(more)}`;
    if (!this.formats.has(key)) {
      const format = new Intl.NumberFormat(this.numberLocale, {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
        useGrouping: this.locale.number_format !== "none",
        ...more,
      });
      this.formats.set(key, format);
    }
    return this.formats.get(key);
  }

  /** An amount with as many digits as it needs to be told from others. */
  amount(value, unit) {
    const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
    return this.number(value, digits, unit);
  }

  /** An amount of the home's currency. */
  money(value, digits = 2) {
    return Number.isFinite(value) ? this.#money(digits).format(value) : "–";
  }

  /** What stands for the currency beside an axis. */
  get currencySign() {
    const parts = this.#money(0).formatToParts(0);
    return parts.find(({ type }) => type === "currency").value;
  }

  #money(digits) {
    return this.#numberFormat(digits, { style: "currency", currency: this.currency });
  }

  /** A moment of Home Assistant's time zone, as the options of Intl tell. */
  date(moment, options) {
    const key = JSON.stringify(options);
    // To make a format takes a hundred times as long as to use it.
    if (!this.formats.has(key)) this.formats.set(key, this.#dateFormat(options));
    return this.formats.get(key).format(moment);
  }

  #dateFormat(options) {
    // With `hour12` some languages would write 24:00.
    const hourCycle = { 12: "h12", 24: "h23" }[this.locale.time_format];
    const make = (more) =>
      new Intl.DateTimeFormat(this.locale.language, {
        timeZone: this.zone,
        ...(options.hour && hourCycle ? { hourCycle } : {}),
        ...options,
        ...more,
      });
    const format = make();
    // Twelve hours are written with as few digits as they have: 1:00 am.
    return format.resolvedOptions().hour12 ? make({ hour: "numeric" }) : format;
  }
}
