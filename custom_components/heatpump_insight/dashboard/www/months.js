/** The days of a calendar, month by month. */
import { local, midnight } from "./periods.js";

/** The numbers of the days of the longest month. */
export const DAYS = Array.from({ length: 31 }, (_, day) => day + 1);

/** What a day is called in full. */
export function dayOf(start, words) {
  return words.date(start, {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
  });
}

/** Rows of months for a calendar, each with a cell for each day from the first to the last. */
export function monthsOf(first, last, words, withYear, cellOf) {
  const rows = [];
  const [from, to] = [local(first, words.zone), local(last, words.zone)];
  const format = withYear ? { month: "short", year: "2-digit" } : { month: "short" };
  for (let at = from.year * 12 + from.month; at <= to.year * 12 + to.month; at += 1) {
    const [year, month] = [Math.floor((at - 1) / 12), ((at - 1) % 12) + 1];
    const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
    const days = DAYS.map((day) =>
      day <= length ? midnight(year, month, day, words.zone) : null,
    );
    rows.push({
      label: words.date(days[0], format),
      cells: days.map((start) => (start === null || start > last ? null : cellOf(start))),
    });
  }
  return rows;
}
