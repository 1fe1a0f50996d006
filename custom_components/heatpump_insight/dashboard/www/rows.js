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

/** What a heat pump has used, or a meter alone counted, by the names of the pictures. */
function used({ system, meter }) {
  return system
    ? only(system.statistics, "heat", "electricity", "carbon", "cost")
    : {
        house: meter.statistics.energy,
        houseCarbon: meter.statistics.carbon,
        houseCost: meter.statistics.cost,
      };
}

/** What is looked at hour by hour: the energies of a heat pump and of its home. */
function energiesOf({ system, meter }) {
  const house = meter?.statistics.energy;
  return system ? { ...only(system.statistics, "heat", "electricity"), house } : { house };
}

/**
 * The amounts of a period, for pictures by its buckets: by hours, or by days where these are
 * too many. All hours of a period are asked for together, once for all pictures.
 */
export function amounts({ rows, period, ...of }) {
  return period.unit === "all"
    ? rows(used(of), period, "day", "change")
    : rows({ ...used(of), ...energiesOf(of) }, period, "hour", "change");
}

/** The hours of a period, for pictures of hours: at most a year of them. */
export function hours({ rows, period, ...of }) {
  return period.unit === "all"
    ? rows(energiesOf(of), yearAtMost(period), "hour", "change")
    : amounts({ rows, period, ...of });
}

/** What is known by its start, of each name that was loaded. */
export function changes(loaded) {
  return Object.fromEntries(
    Object.entries(loaded).map(([name, rows]) => [name, byStart(rows, "change")]),
  );
}
