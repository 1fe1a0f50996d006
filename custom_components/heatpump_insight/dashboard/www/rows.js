/** Which rows the pictures ask for. */
import { byStart } from "./figures.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export const only = (ids, ...names) =>
  Object.fromEntries(names.map((name) => [name, ids[name]]));

/** The last 365 days for all years: their hours are many, and the house of once is another. */
export function yearAtMost(period) {
  if (period.unit !== "all") return period;
  const end = Math.ceil(Date.now() / HOUR) * HOUR;
  return { start: end - 365 * DAY, end };
}

/** All that a heat pump and its home use, by the names of the pictures. */
const used = ({ system, meter }) => ({
  ...only(system?.statistics ?? {}, "heat", "electricity", "carbon", "cost"),
  house: meter?.statistics.energy,
  houseCarbon: meter?.statistics.carbon,
  houseCost: meter?.statistics.cost,
});

/** Its hours, at most a year of them, asked for once for all pictures. */
export const hours = ({ rows, period, ...of }) =>
  rows(used(of), yearAtMost(period), "hour", "change");

/** The same of the whole period: by hours, or by days where these are too many. */
export const amounts = ({ rows, period, ...of }) =>
  rows(used(of), period, period.unit === "all" ? "day" : "hour", "change");

/** What is known by its start, of each name that was loaded. */
export function changes(loaded) {
  return Object.fromEntries(
    Object.entries(loaded).map(([name, rows]) => [name, byStart(rows, "change")]),
  );
}
