/** Pictures of whole days: how well the heat pump did in each, and at which temperatures. */
import { scatter } from "./charts.js";
import { monthsOf, DAYS, dayOf } from "./months.js";
import { calendar } from "./calendar.js";
import { byStart, line } from "./figures.js";
import { amounts, only } from "./rows.js";

/** A day of which less heat is known says nothing of how well it was made (kWh). */
const LEAST_HEAT = 1;
/** Beyond it a figure of a day is a fault of its meters, not of the heat pump. */
const MOST_COP = 8;
/** Below this outside temperature British homes are heated, by their degree days (°C). */
const HEATED_BELOW = 15.5;

/** The whole days of a heat pump: the COP that is kept of each, its heat and temperatures. */
async function loadDays({ rows, system, period, ...of }) {
  const { around } = period;
  const { statistics } = system;
  const means = only(statistics, "cop", "outside_temperature", "flow_temperature");
  const [energies, loaded] = await Promise.all([
    // The amounts of all years are those of days, and asked for anyway.
    around.unit === "all"
      ? amounts({ rows, system, period, ...of })
      : rows(only(statistics, "heat"), around, "day", "change"),
    rows(means, around, "day", "mean"),
  ]);
  return { ...energies, ...loaded };
}

/** The days that say how well the heat pump did: [{ start, heat, cop, outside, flow }]. */
function goodDays({
  heat = [],
  cop: cops = [],
  outside_temperature = [],
  flow_temperature = [],
}) {
  const made = byStart(heat, "change");
  const outside = byStart(outside_temperature, "mean");
  const flow = byStart(flow_temperature, "mean");
  return cops
    .map(({ start, mean }) => ({
      start,
      cop: mean,
      heat: made.get(start),
      outside: outside.get(start),
      flow: flow.get(start),
    }))
    .filter((day) => day.heat >= LEAST_HEAT && day.cop > 0 && day.cop <= MOST_COP);
}

/** The line through the days on which a home is heated, null where they are too few. */
function heatingLine(points) {
  return line(points.filter(({ x }) => x < HEATED_BELOW));
}

/** Its ends: from the coldest day to where heating ends. */
function across(points, { slope, intercept }) {
  const at = (x) => [x, intercept + slope * x];
  const xs = points.map(({ x }) => x);
  return { from: at(Math.min(...xs)), to: at(Math.min(Math.max(...xs), HEATED_BELOW)) };
}

/** Points of days by their outside temperature. */
function daysOutside(days, field, words) {
  return days
    .filter((day) => day.outside !== undefined && day[field] !== undefined)
    .map((day) => ({
      x: day.outside,
      y: day[field],
      weight: day.heat,
      // Of a thousand points few are ever looked at.
      title: () => dayOf(day.start, words),
      lines: () => [
        {
          text: `${words.text("dashboard_outside")}: ${words.number(day.outside, 1, "°C")}`,
        },
        { text: `${words.text("dashboard_flow")}: ${words.number(day.flow, 1, "°C")}` },
        { text: `COP: ${words.number(day.cop, 2)}` },
      ],
    }));
}

export const flow = {
  title: "dashboard_flow_outside",
  around: true,
  load: loadDays,
  draw(rows, { words, colours }) {
    const points = daysOutside(goodDays(rows), "flow", words);
    if (!points.length) return null;
    const curve = heatingLine(points);
    return {
      figures: curve
        ? [0, 10].map((outside) => [
            words.text("dashboard_flow_at", { outside: words.number(outside, 0, "°C") }),
            words.number(curve.intercept + curve.slope * outside, 1, "°C"),
          ])
        : [],
      chart: scatter({
        points,
        lines: curve
          ? [
              {
                name: words.text("dashboard_curve"),
                colour: colours.text,
                ...across(points, curve),
              },
            ]
          : [],
        name: words.text("dashboard_days"),
        colour: colours.heat,
        xUnit: `${words.text("dashboard_outside")} (°C)`,
        yUnit: `${words.text("dashboard_flow")} (°C)`,
        words,
      }),
      note: words.text("dashboard_flow_note"),
    };
  },
};

export const copOutside = {
  title: "dashboard_cop_outside",
  around: true,
  load: loadDays,
  draw(rows, { system, words, colours }) {
    const days = goodDays(rows);
    const points = daysOutside(days, "cop", words);
    if (!points.length) return null;
    const own = heatingLine(points);
    const curve = heatingLine(daysOutside(days, "flow", words));
    const published = system.standing?.line;
    // The fleet's line is one over the lift: the flow, which follows the outside, less it.
    const others =
      published && curve
        ? {
            intercept: published.intercept + published.slope * curve.intercept,
            slope: published.slope * (curve.slope - 1),
          }
        : null;
    const through = (name, colour, of, dashed) =>
      of ? [{ name: words.text(name), colour, dashed, ...across(points, of) }] : [];
    return {
      figures: own
        ? [0, 10].map((outside) => [
            words.text("dashboard_cop_at", { outside: words.number(outside, 0, "°C") }),
            words.number(own.intercept + own.slope * outside, 2),
          ])
        : [],
      chart: scatter({
        points,
        lines: [
          ...through("dashboard_own_line", colours.text, own, false),
          ...through("dashboard_fleet_line", colours.heat, others, true),
        ],
        name: words.text("dashboard_days"),
        colour: colours.cop,
        xUnit: `${words.text("dashboard_outside")} (°C)`,
        yUnit: "COP",
        words,
      }),
      note: words.text(others ? "dashboard_cop_note_fleet" : "dashboard_cop_note"),
    };
  },
};

export const copCalendar = {
  title: "dashboard_calendar",
  around: true,
  load: loadDays,
  draw(rows, { period, words }) {
    const days = new Map(goodDays(rows).map((day) => [day.start, day.cop]));
    if (!days.size) return null;
    const starts = [...days.keys()];
    const known = [...days.values()].sort((a, b) => a - b);
    // A few odd days must not make all others look alike.
    const at = (share) => known[Math.round(share * (known.length - 1))];
    const [low, high] = [at(0.02), at(0.98)];
    const share = (value) => (high > low ? (value - low) / (high - low) : 0.5);
    const cellOf = (start) => {
      const value = days.get(start);
      const told = value
        ? `COP ${words.number(value, 2)}`
        : words.text("dashboard_unknown");
      return {
        share: value ? share(value) : null,
        title: `${dayOf(start, words)}: ${told}`,
      };
    };
    const dayText = ([start, value]) =>
      `${words.number(value, 2)} (${words.date(start, { day: "numeric", month: "short" })})`;
    const ranked = [...days].sort(([, a], [, b]) => a - b);
    return {
      figures: [
        [words.text("dashboard_best_day"), dayText(ranked.at(-1))],
        [words.text("dashboard_worst_day"), dayText(ranked[0])],
      ],
      element: calendar({
        rows: monthsOf(starts[0], starts.at(-1), words, period.unit === "all", cellOf),
        columns: DAYS,
        caption: words.text("dashboard_calendar"),
        legend: { from: `COP ${words.number(low, 1)}`, to: words.number(high, 1) },
      }),
      note: words.text("dashboard_calendar_note"),
    };
  },
};
