/**
 * Which part of the history is looked at: a day, a month, a year, or all of it.
 *
 * A day is one of Home Assistant's time zone, whose days may have 23 or 25 hours.
 */

/** By what each part is shown, as the recorder calls it. */
export const BUCKETS = { day: "hour", month: "day", year: "month", all: "year" };

const FORMATS = {
  day: { weekday: "short", day: "numeric", month: "long", year: "numeric" },
  month: { month: "long", year: "numeric" },
  year: { year: "numeric" },
};
const BUCKET_FORMATS = {
  hour: { hour: "2-digit", minute: "2-digit" },
  day: { day: "numeric" },
  month: { month: "short" },
  year: { year: "numeric" },
};
const FULL_BUCKET_FORMATS = {
  hour: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  day: { weekday: "short", day: "numeric", month: "short", year: "numeric" },
  month: { month: "long", year: "numeric" },
  year: { year: "numeric" },
};
/** All of the history, the same for whoever asks this year: before neither service was there. */
export const EVER = {
  start: Date.UTC(2010, 0, 1),
  end: Date.UTC(new Date().getUTCFullYear() + 1, 0, 2),
};
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const formats = new Map();

function partsOf(zone) {
  if (!formats.has(zone)) {
    const format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
    });
    formats.set(zone, format);
  }
  return formats.get(zone);
}

/** The local date and hour of a moment: year, month 1 to 12, day, hour. */
export function local(moment, zone) {
  const parts = { second: 0 };
  for (const { type, value } of partsOf(zone).formatToParts(moment)) {
    parts[type] = Number(value);
  }
  return parts;
}

/** The moment of a local midnight; days and months beyond their range go on. */
export function midnight(year, month, day, zone) {
  const wanted = Date.UTC(year, month - 1, day);
  let moment = wanted;
  // Once for the offset, and once more where the clock changes in between.
  for (let turn = 0; turn < 2; turn += 1) {
    const { year: y, month: m, day: d, hour, minute } = local(moment, zone);
    moment += wanted - Date.UTC(y, m - 1, d, hour, minute);
  }
  // Where the clock skips midnight, the day begins an hour later.
  return local(moment, zone).day === new Date(wanted).getUTCDate() ? moment : moment + HOUR;
}

/** A part of the history: `unit` of the one in which a moment lies. */
export class Period {
  constructor(unit, moment, zone) {
    this.unit = unit;
    this.zone = zone;
    const { year, month, day } = local(moment, zone);
    [this.start, this.end] = {
      day: () => [midnight(year, month, day, zone), midnight(year, month, day + 1, zone)],
      month: () => [midnight(year, month, 1, zone), midnight(year, month + 1, 1, zone)],
      year: () => [midnight(year, 1, 1, zone), midnight(year + 1, 1, 1, zone)],
      all: () => [EVER.start, midnight(local(Date.now(), zone).year + 1, 1, 1, zone)],
    }[unit]();
  }

  get bucket() {
    return BUCKETS[this.unit];
  }

  /** The starts of its buckets, as far as `until`. */
  buckets(until) {
    const end = Math.min(this.end, until);
    const { year, month, day } = local(this.start, this.zone);
    const start = {
      hour: (step) => this.start + step * HOUR,
      day: (step) => midnight(year, month, day + step, this.zone),
      month: (step) => midnight(year, month + step, 1, this.zone),
      year: (step) => midnight(year + step, 1, 1, this.zone),
    }[this.bucket];
    const found = [];
    for (let step = 0; start(step) < end; step += 1) found.push(start(step));
    return found;
  }

  /** The one before for -1, the one after for 1. */
  next(steps) {
    const moment = steps < 0 ? this.start - DAY / 2 : this.end + DAY / 2;
    return new Period(this.unit, moment, this.zone);
  }

  /** The same moment looked at from nearer or further, but never what is yet to come. */
  as(unit, latest) {
    return new Period(unit, Math.min(this.end - 1, latest), this.zone);
  }

  title(words) {
    return this.unit === "all"
      ? words.text("dashboard_all")
      : words.date(this.start, FORMATS[this.unit]);
  }

  /** What a bucket is called below its bar, and in full. */
  label(start, words) {
    return words.date(start, BUCKET_FORMATS[this.bucket]);
  }

  fullLabel(start, words) {
    return words.date(start, FULL_BUCKET_FORMATS[this.bucket]);
  }

  /** The year around, which a picture of days needs to say anything; all for all. */
  get around() {
    return this.unit === "all" ? this : new Period("year", this.start, this.zone);
  }
}
