/** The picture of what is known, and of the holes in it. */
import { calendar } from "./calendar.js";
import { holes, joined, sum } from "./figures.js";
import { DAYS, dayOf, monthsOf } from "./months.js";
import { EVER, local, midnight } from "./periods.js";
import { changes, hours, yearAtMost } from "./rows.js";

const HOUR = 3_600_000;
/** The share of a day of which all is known: green, for more there cannot be. */
const ALL_KNOWN = 0.75;

export const quality = {
  title: "dashboard_quality",
  around: true,
  of: ["system", "meter"],
  async load(what) {
    const { rows, system, meter, period } = what;
    const id = system ? system.statistics.electricity : meter.statistics.energy;
    const [loaded, { months }] = await Promise.all([
      hours({ ...what, period: period.around }),
      rows({ months: id }, EVER, "month", "change"),
    ]);
    return { ...loaded, months };
  },
  draw({ months = [], ...loaded }, { system, period, words }) {
    const { heat, electricity, house } = changes(loaded);
    // An hour of a heat pump is known where its electricity and its heat are.
    const known = system
      ? heat?.size
        ? joined(electricity, heat)[0]
        : electricity
      : house;
    const found = [...(known ?? new Map()).keys()];
    if (!found.length) return null;
    const span = yearAtMost(period.around);
    // Before the first row ever, and after the last, nothing is missing.
    const goesOn = months.some(({ start }) => start >= span.end);
    const began = months.some(({ start }) => start < span.start);
    const first = began ? span.start : found[0];
    const last = goesOn ? span.end - HOUR : found.at(-1);
    const missing = holes(found, began && span.start, goesOn && span.end);
    const perDay = new Map();
    for (const start of found) {
      const { year, month, day } = local(start, words.zone);
      const key = `${year}-${month}-${day}`;
      perDay.set(key, (perDay.get(key) ?? 0) + 1);
    }
    const cellOf = (start) => {
      const { year, month, day } = local(start, words.zone);
      const there = perDay.get(`${year}-${month}-${day}`) ?? 0;
      const next = midnight(year, month, day + 1, words.zone);
      const length = (Math.min(next, last + HOUR) - Math.max(start, first)) / HOUR;
      if (length <= 0) return null;
      return {
        share: there ? (ALL_KNOWN * there) / length : null,
        title: `${dayOf(start, words)}: ${words.text("dashboard_hours_of", {
          hours: words.number(there),
          all: words.number(Math.round(length)),
        })}`,
      };
    };
    const lost = sum(missing.map((hole) => hole.hours));
    const moment = (at) =>
      words.date(at, {
        day: "numeric",
        month: "short",
        year: "numeric",
        hour: "2-digit",
        minute: "2-digit",
      });
    const list = document.createElement("ul");
    list.className = "holes";
    const longest = [...missing].sort((a, b) => b.hours - a.hours).slice(0, 5);
    for (const { from, to, hours: count } of longest) {
      const item = document.createElement("li");
      item.textContent = words.text("dashboard_hole", {
        from: moment(from),
        to: moment(to),
        hours: words.number(count),
      });
      list.append(item);
    }
    const element = document.createElement("div");
    element.append(
      calendar({
        rows: monthsOf(first, last, words, period.unit === "all", cellOf),
        columns: DAYS,
        caption: words.text("dashboard_quality"),
        legend: {
          from: words.text("dashboard_no_hours"),
          to: words.text("dashboard_all_hours"),
        },
        most: ALL_KNOWN,
      }),
      list,
    );
    return {
      figures: [
        [
          words.text("dashboard_known_hours"),
          words.number((100 * found.length) / (found.length + lost), 1, "%"),
        ],
        [words.text("dashboard_holes"), words.number(missing.length)],
        [words.text("dashboard_until"), moment(found.at(-1) + HOUR)],
      ],
      element,
      note: words.text(
        missing.length ? "dashboard_quality_note" : "dashboard_quality_note_whole",
      ),
    };
  },
};
