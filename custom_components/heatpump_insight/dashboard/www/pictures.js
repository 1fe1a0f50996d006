/**
 * The pictures: what each asks for and what it draws of it.
 *
 * `load` gets `{ rows, system, meter, period }` and asks with `rows(ids, span, bucket, type)`;
 * `draw` gets what was loaded and `{ system, meter, fleet, period, words, colours }`. It
 * answers with `figures` (a heading of [label, text] pairs), a `chart` or an `element`, and a
 * `note`; or with null where there is nothing to draw. `of` tells what a picture is of, where
 * it is not of a heat pump. `around` tells that it shows the year around a month or a day,
 * which alone say too little.
 */
import { calendar, categories, scatter } from "./charts.js";
import {
  byStart,
  cop,
  histogram,
  holes,
  inBuckets,
  joined,
  line,
  profile,
  sum,
  total,
} from "./figures.js";
import { local, midnight } from "./periods.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A day of which less heat is known says nothing of how well it was made (kWh). */
const LEAST_HEAT = 1;
/** Beyond it a figure of a day is a fault of its meters, not of the heat pump. */
const MOST_COP = 8;
/** Below this outside temperature British homes are heated, by their degree days (°C). */
const HEATED_BELOW = 15.5;

const only = (ids, ...names) => Object.fromEntries(names.map((name) => [name, ids[name]]));

function dayOf(start, words) {
  return words.date(start, { weekday: "short", day: "numeric", month: "short", year: "numeric" });
}

/** The last 365 days for all years: their hours are many, and the house of once is another. */
function yearAtMost(period) {
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
const hours = ({ rows, period, ...of }) => rows(used(of), yearAtMost(period), "hour", "change");

/** The same of the whole period: by hours, or by days where these are too many. */
const amounts = ({ rows, period, ...of }) =>
  rows(used(of), period, period.unit === "all" ? "day" : "hour", "change");

/** What is known by its start, of each name that was loaded. */
function changes(loaded) {
  return Object.fromEntries(
    Object.entries(loaded).map(([name, rows]) => [name, byStart(rows, "change")]),
  );
}

/** The buckets of a period from the first that anything is known of to the last. */
function bucketsOf(period, ...known) {
  const starts = known.flatMap((map) => [...map.keys()]);
  // Too many for the arguments of a function.
  const first = starts.reduce((a, b) => Math.min(a, b));
  const last = starts.reduce((a, b) => Math.max(a, b));
  const all = period.buckets(last + 1);
  return all.filter((_, index) => (all[index + 1] ?? Infinity) > first);
}

/** What a chart by buckets needs to name them. */
const named = (buckets, period, words) => ({
  labels: buckets.map((start) => period.label(start, words)),
  titles: buckets.map((start) => period.fullLabel(start, words)),
});

const valuesOf = (known, buckets) => {
  const sums = inBuckets(known, buckets);
  return buckets.map((start) => sums.get(start) ?? null);
};

const energy = {
  title: "dashboard_energy",
  load: amounts,
  draw(loaded, { period, words, colours }) {
    const { heat = new Map(), electricity = new Map() } = changes(loaded);
    if (!heat.size && !electricity.size) return null;
    const buckets = bucketsOf(period, heat, electricity);
    const [made, used] = joined(heat, electricity);
    const [madeIn, usedIn] = [inBuckets(made, buckets), inBuckets(used, buckets)];
    const kwh = (value) => words.amount(value, "kWh");
    return {
      figures: [
        [words.text("dashboard_heat"), kwh(total(heat))],
        [words.text("dashboard_electricity"), kwh(total(electricity))],
        ["COP", words.number(cop(total(made), total(used)), 2)],
      ],
      chart: categories({
        ...named(buckets, period, words),
        units: ["kWh", "COP"],
        words,
        layers: [
          {
            name: words.text("dashboard_heat"),
            values: valuesOf(heat, buckets),
            colour: colours.heat,
            tell: kwh,
          },
          {
            name: words.text("dashboard_electricity"),
            values: valuesOf(electricity, buckets),
            colour: colours.electricity,
            tell: kwh,
          },
          {
            name: "COP",
            kind: "line",
            axis: 1,
            values: buckets.map((start) => cop(madeIn.get(start), usedIn.get(start))),
            colour: colours.cop,
            tell: (value) => words.number(value, 2),
          },
        ],
      }),
      note: words.text("dashboard_energy_note"),
    };
  },
};

/** What the heat took of something, beside what a gas boiler would have for the same heat. */
function besideBoiler(name, { title, note, tell, tellPerHeat, unit }) {
  return {
    title,
    load: amounts,
    draw(loaded, { system, period, words, colours }) {
      const known = changes(loaded);
      const [own, heat] = joined(known[name] ?? new Map(), known.heat ?? new Map());
      if (!own.size) return null;
      // No boiler cools.
      const boiler = new Map(
        [...heat].map(([start, made]) => [start, Math.max(made, 0) * system.boiler[name]]),
      );
      const buckets = bucketsOf(period, own);
      const made = total(heat);
      return {
        figures: [
          [words.text("dashboard_heat_pump"), tell(words, total(own))],
          [words.text("dashboard_boiler"), tell(words, total(boiler))],
          [
            words.text("dashboard_per_heat"),
            made > 0 ? tellPerHeat(words, total(own) / made) : "–",
          ],
        ],
        chart: categories({
          ...named(buckets, period, words),
          units: [unit(words)],
          words,
          layers: [
            {
              name: words.text("dashboard_heat_pump"),
              values: valuesOf(own, buckets),
              colour: colours[name],
              tell: (value) => tell(words, value),
            },
            {
              name: words.text("dashboard_boiler"),
              kind: "line",
              values: valuesOf(boiler, buckets),
              colour: colours.boiler,
              tell: (value) => tell(words, value),
            },
          ],
        }),
        note: words.text(note),
      };
    },
  };
}

/** The whole days of a heat pump: the COP that is kept of each, its heat and temperatures. */
async function loadDays({ rows, system, period }) {
  const { statistics } = system;
  const [energies, means] = await Promise.all([
    rows(only(statistics, "heat"), period.around, "day", "change"),
    rows(
      only(statistics, "cop", "outside_temperature", "flow_temperature"),
      period.around,
      "day",
      "mean",
    ),
  ]);
  return { ...energies, ...means };
}

/** The days that say how well the heat pump did: [{ start, heat, cop, outside, flow }]. */
function goodDays({ heat = [], cop: cops = [], outside_temperature = [], flow_temperature = [] }) {
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
        { text: `${words.text("dashboard_outside")}: ${words.number(day.outside, 1, "°C")}` },
        { text: `${words.text("dashboard_flow")}: ${words.number(day.flow, 1, "°C")}` },
        { text: `COP: ${words.number(day.cop, 2)}` },
      ],
    }));
}

const flow = {
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

const copOutside = {
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

const BIN = 0.25;

const fleet = {
  title: "dashboard_fleet",
  load: async () => ({}),
  draw(_, { system, fleet: members, words, colours }) {
    const { id, kind, cop: own, percentile } = system.standing ?? {};
    const others = members
      .filter((each) => each.id !== id && (!kind || each.kind === kind))
      .map((each) => each.cop);
    if (!others.length) return null;
    const isKnown = Number.isFinite(own);
    const all = histogram(isKnown ? [...others, own] : others, BIN);
    const isOwn = (from) => isKnown && own >= from && own < from + BIN;
    const systems = (count) => words.number(count);
    const layer = (name, values, colour) => ({
      name,
      stack: "systems",
      values,
      colour,
      tell: systems,
    });
    return {
      figures: [
        ...(isKnown ? [[words.text("dashboard_own_cop"), words.number(own, 2)]] : []),
        ...(Number.isFinite(percentile)
          ? [[words.text("dashboard_better_than"), words.number(percentile, 0, "%")]]
          : []),
        [words.text("dashboard_compared"), words.number(others.length)],
      ],
      chart: categories({
        labels: all.map(({ from }) => words.number(from, 2)),
        titles: all.map(
          ({ from }) => `COP ${words.number(from, 2)} – ${words.number(from + BIN, 2)}`,
        ),
        units: [words.text("dashboard_systems_axis")],
        words,
        layers: [
          layer(
            words.text("dashboard_published"),
            all.map(({ from, count }) => (isOwn(from) ? null : count)),
            colours.fleet,
          ),
          ...(isKnown
            ? [
                layer(
                  `${system.name} · COP ${words.number(own, 2)}`,
                  all.map(({ from, count }) => (isOwn(from) ? count : null)),
                  colours.cop,
                ),
              ]
            : []),
        ],
      }),
      note: words.text(isKnown ? "dashboard_fleet_note" : "dashboard_fleet_note_unknown"),
    };
  },
};

const daily = {
  title: "dashboard_profile",
  of: ["system", "meter"],
  load: hours,
  draw(loaded, { system, meter, words, colours }) {
    const { electricity = new Map(), house: taken = new Map() } = changes(loaded);
    const [ownJoined, takenJoined] = joined(electricity, taken);
    // A meter is a day late, and then the heat pump is told of alone.
    const isJoined = Boolean(system) && ownJoined.size > 0;
    const own = isJoined ? ownJoined : electricity;
    // With panels a heat pump uses more than the home takes from the grid.
    const house = isJoined
      ? new Map([...takenJoined].map(([at, amount]) => [at, Math.max(amount, own.get(at))]))
      : taken;
    const hourOf = (start) => local(start, words.zone).hour;
    const ofPump = system ? profile(own, hourOf) : null;
    const ofHouse = isJoined || !system ? profile(house, hourOf) : null;
    const known = ofPump ?? ofHouse;
    if (known.every((value) => value === null)) return null;
    const kwh = (value) => words.number(value, 2, "kWh");
    const day = (values) => sum(values.filter((value) => value !== null));
    const moment = (hour) =>
      words.date(midnight(2024, 1, 10, words.zone) + hour * HOUR, {
        hour: "2-digit",
        minute: "2-digit",
      });
    const layer = (name, values, colour) => ({ name, values, colour, stack: "day", tell: kwh });
    const rest = isJoined
      ? ofHouse.map((value, hour) => (value === null ? null : value - ofPump[hour]))
      : null;
    return {
      figures: [
        ...(ofHouse
          ? [
              [
                words.text(system ? "dashboard_home_day" : "dashboard_a_day"),
                words.amount(day(ofHouse), "kWh"),
              ],
            ]
          : []),
        ...(ofPump
          ? [[words.text("dashboard_heat_pump_day"), words.amount(day(ofPump), "kWh")]]
          : []),
        ...(isJoined && day(ofHouse) > 0
          ? [
              [
                words.text("dashboard_share"),
                words.number((100 * day(ofPump)) / day(ofHouse), 0, "%"),
              ],
            ]
          : []),
      ],
      chart: categories({
        labels: known.map((_, hour) => moment(hour)),
        titles: known.map((_, hour) => `${moment(hour)} – ${moment(hour + 1)}`),
        units: ["kWh"],
        words,
        layers: [
          ...(ofPump
            ? [layer(words.text("dashboard_heat_pump"), ofPump, colours.electricity)]
            : [layer(meter.name, ofHouse, colours.home)]),
          ...(rest ? [layer(words.text("dashboard_rest"), rest, colours.home)] : []),
        ],
      }),
      note: words.text(isJoined ? "dashboard_profile_note" : "dashboard_profile_note_alone"),
    };
  },
};

const usage = {
  title: "dashboard_usage",
  of: ["meter"],
  load: amounts,
  draw(loaded, { meter, period, words, colours }) {
    const { house = new Map(), houseCarbon, houseCost } = changes(loaded);
    if (!house.size) return null;
    const buckets = bucketsOf(period, house);
    const kwh = (value) => words.amount(value, "kWh");
    return {
      figures: [
        [meter.name, kwh(total(house))],
        ...(houseCarbon?.size
          ? [[words.text("dashboard_emissions"), words.amount(total(houseCarbon), "kg")]]
          : []),
        ...(houseCost?.size
          ? [[words.text("dashboard_money"), words.money(total(houseCost))]]
          : []),
      ],
      chart: categories({
        ...named(buckets, period, words),
        units: ["kWh"],
        words,
        layers: [
          {
            name: meter.name,
            values: valuesOf(house, buckets),
            colour: colours.electricity,
            tell: kwh,
          },
        ],
      }),
      note: words.text("dashboard_usage_note"),
    };
  },
};

/** Rows of months for a calendar, each with a cell for each day from the first to the last. */
function monthsOf(first, last, words, withYear, cellOf) {
  const rows = [];
  const [from, to] = [local(first, words.zone), local(last, words.zone)];
  const format = withYear ? { month: "short", year: "2-digit" } : { month: "short" };
  for (let at = from.year * 12 + from.month; at <= to.year * 12 + to.month; at += 1) {
    const [year, month] = [Math.floor((at - 1) / 12), ((at - 1) % 12) + 1];
    const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
    const days = COLUMNS.map((day) =>
      day <= length ? midnight(year, month, day, words.zone) : null,
    );
    rows.push({
      label: words.date(days[0], format),
      cells: days.map((start) => (start === null || start > last ? null : cellOf(start))),
    });
  }
  return rows;
}

const COLUMNS = Array.from({ length: 31 }, (_, day) => day + 1);

const copCalendar = {
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
      const told = value ? `COP ${words.number(value, 2)}` : words.text("dashboard_unknown");
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
        columns: COLUMNS,
        caption: words.text("dashboard_calendar"),
        legend: { from: `COP ${words.number(low, 1)}`, to: words.number(high, 1) },
      }),
      note: words.text("dashboard_calendar_note"),
    };
  },
};

const quality = {
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
    const known = system ? (heat?.size ? joined(electricity, heat)[0] : electricity) : house;
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
        share: there ? (0.75 * there) / length : null,
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
        columns: COLUMNS,
        caption: words.text("dashboard_quality"),
        legend: {
          from: words.text("dashboard_no_hours"),
          to: words.text("dashboard_all_hours"),
        },
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

/** A span that is the same for whoever asks this year. */
export const EVER = {
  start: Date.UTC(2010, 0, 1),
  end: Date.UTC(new Date().getUTCFullYear() + 1, 0, 2),
};

export const PICTURES = {
  energy,
  carbon: besideBoiler("carbon", {
    title: "dashboard_carbon",
    note: "dashboard_carbon_note",
    unit: () => "kg",
    tell: (words, value) => words.amount(value, "kg"),
    tellPerHeat: (words, value) => words.number(value * 1000, 0, "g/kWh"),
  }),
  cost: besideBoiler("cost", {
    title: "dashboard_cost",
    note: "dashboard_cost_note",
    unit: (words) => words.currencySign,
    tell: (words, value) => words.money(value),
    tellPerHeat: (words, value) => `${words.money(value, 3)}/kWh`,
  }),
  flow,
  cop: copOutside,
  fleet,
  profile: daily,
  usage,
  calendar: copCalendar,
  quality,
};
