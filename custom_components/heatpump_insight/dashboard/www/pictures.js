/**
 * The pictures: what each asks for and what it draws of it.
 *
 * `load` gets `{ ask, device, meter, period }` and asks with `ask(ids, period, bucket, types)`;
 * `around` tells that it shows the year around a month or a day, which alone say too little.
 * `draw` gets what was loaded and `{ device, meter, period, words, colours }`. It answers
 * with `figures` (a heading of [label, text] pairs), a `chart` or an `element`, and a
 * `note`; or with null where there is nothing to draw.
 */
import { calendar, categories, scatter, viridis } from "./charts.js";
import {
  byStart,
  cop,
  copOver,
  histogram,
  holes,
  line,
  profile,
  starts,
  sum,
} from "./figures.js";
import { Period, local, midnight } from "./periods.js";

const CHANGE = ["change"];
const MEAN = ["mean"];
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

/** The days of a heat pump that say how well it did: [{ start, heat, cop, outside, flow }]. */
function goodDays({ heat = [], electricity = [], outside_temperature = [], flow_temperature = [] }) {
  const used = byStart(electricity, "change");
  const outside = byStart(outside_temperature, "mean");
  const flow = byStart(flow_temperature, "mean");
  return heat
    .map(({ start, change }) => ({
      start,
      heat: change,
      cop: cop(change, used.get(start)),
      outside: outside.get(start),
      flow: flow.get(start),
    }))
    .filter((day) => day.heat >= LEAST_HEAT && day.cop !== null && day.cop <= MOST_COP);
}

const energy = {
  title: "dashboard_energy",
  load: ({ ask, device, period }) =>
    ask(only(device.statistics, "heat", "electricity"), period, period.bucket, CHANGE),
  draw({ heat, electricity }, { period, words, colours }) {
    const [made, used] = [byStart(heat, "change"), byStart(electricity, "change")];
    const all = starts(made, used);
    if (!all.length) return null;
    const kwh = (value) => words.amount(value, "kWh");
    return {
      figures: [
        [words.text("dashboard_heat"), kwh(sum([...made.values()]))],
        [words.text("dashboard_electricity"), kwh(sum([...used.values()]))],
        ["COP", words.number(copOver(made, used), 2)],
      ],
      chart: categories({
        labels: all.map((start) => period.label(start, words)),
        titles: all.map((start) => period.fullLabel(start, words)),
        units: ["kWh", "COP"],
        words,
        layers: [
          {
            name: words.text("dashboard_heat"),
            values: all.map((start) => made.get(start) ?? null),
            colour: colours.heat,
            tell: kwh,
          },
          {
            name: words.text("dashboard_electricity"),
            values: all.map((start) => used.get(start) ?? null),
            colour: colours.electricity,
            tell: kwh,
          },
          {
            name: "COP",
            kind: "line",
            axis: 1,
            values: all.map((start) => cop(made.get(start), used.get(start))),
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
    load: ({ ask, device, period }) =>
      ask(only(device.statistics, name, "heat"), period, period.bucket, CHANGE),
    draw({ [name]: rows, heat }, { device, period, words, colours }) {
      const [own, made] = [byStart(rows, "change"), byStart(heat, "change")];
      const all = starts(own);
      if (!all.length) return null;
      // No boiler cools.
      const boiler = (start) =>
        made.has(start) ? Math.max(made.get(start), 0) * device.boiler[name] : null;
      const both = all.filter((start) => made.has(start));
      const total = sum(both.map((start) => own.get(start)));
      const heatOfBoth = sum(both.map((start) => made.get(start)));
      return {
        figures: [
          [words.text("dashboard_heat_pump"), tell(words, sum([...own.values()]))],
          [words.text("dashboard_boiler"), tell(words, sum(both.map(boiler)))],
          [
            words.text("dashboard_per_heat"),
            heatOfBoth > 0 ? tellPerHeat(words, total / heatOfBoth) : "–",
          ],
        ],
        chart: categories({
          labels: all.map((start) => period.label(start, words)),
          titles: all.map((start) => period.fullLabel(start, words)),
          units: [unit(words)],
          words,
          layers: [
            {
              name: words.text("dashboard_heat_pump"),
              values: all.map((start) => own.get(start)),
              colour: colours[name],
              tell: (value) => tell(words, value),
            },
            {
              name: words.text("dashboard_boiler"),
              kind: "line",
              values: all.map(boiler),
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

const TEMPERATURES = ["outside_temperature", "flow_temperature"];

const loadDays = async ({ ask, device, period }) => ({
  ...(await ask(only(device.statistics, "heat", "electricity"), period.around, "day", CHANGE)),
  ...(await ask(only(device.statistics, ...TEMPERATURES), period.around, "day", MEAN)),
});

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
  draw(rows, { device, words, colours }) {
    const days = goodDays(rows);
    const points = daysOutside(days, "cop", words);
    if (!points.length) return null;
    const own = heatingLine(points);
    const curve = heatingLine(daysOutside(days, "flow", words));
    const published = device.fleet?.line;
    // The fleet's line is one over the lift: the flow, which follows the outside, less it.
    const fleet =
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
          ...through("dashboard_fleet_line", colours.heat, fleet, true),
        ],
        name: words.text("dashboard_days"),
        colour: colours.cop,
        xUnit: `${words.text("dashboard_outside")} (°C)`,
        yUnit: "COP",
        words,
      }),
      note: words.text(fleet ? "dashboard_cop_note_fleet" : "dashboard_cop_note"),
    };
  },
};

const fleet = {
  title: "dashboard_fleet",
  load: async () => ({}),
  draw(_, { device, words, colours }) {
    const WIDTH = 0.25;
    if (!device.fleet?.cops.length) return null;
    const { cops, own, percentiles } = device.fleet;
    const bins = histogram(own === null ? cops : [...cops, own], WIDTH);
    const isOwn = ({ from }) => own !== null && own >= from && own < from + WIDTH;
    const range = ({ from }) =>
      `COP ${words.number(from, 2)} – ${words.number(from + WIDTH, 2)}`;
    const place = percentiles.type ?? percentiles.all;
    return {
      figures: [
        ...(own === null ? [] : [[words.text("dashboard_own_cop"), words.number(own, 2)]]),
        ...(place === undefined
          ? []
          : [[words.text("dashboard_better_than"), words.number(place, 0, "%")]]),
        [words.text("dashboard_compared"), words.number(cops.length)],
      ],
      chart: categories({
        labels: bins.map(({ from }) => words.number(from, 2)),
        titles: bins.map(range),
        units: [words.text("dashboard_systems_axis")],
        words,
        layers: [
          {
            name: words.text("dashboard_published"),
            stack: "systems",
            values: bins.map((bin) => (isOwn(bin) ? null : bin.count)),
            colour: colours.fleet,
            tell: (count) => words.number(count),
          },
          {
            name: `${device.name} · COP ${words.number(own, 2)}`,
            stack: "systems",
            values: bins.map((bin) => (isOwn(bin) ? bin.count : null)),
            colour: colours.cop,
            tell: (count) => words.number(count),
          },
        ],
      }),
      note: words.text(own === null ? "dashboard_fleet_note_unknown" : "dashboard_fleet_note"),
    };
  },
};

/** Hours of more than a year are many, and the house of years ago is another. */
function lastYearOf(period) {
  if (period.unit !== "all") return period;
  const end = Math.ceil(Date.now() / HOUR) * HOUR;
  return { start: end - 365 * DAY, end };
}

const loadHours = ({ ask, device, meter, period }) =>
  ask(
    { own: device?.statistics.electricity, house: meter?.statistics.energy },
    lastYearOf(period),
    "hour",
    CHANGE,
  );

const daily = {
  title: "dashboard_profile",
  load: loadHours,
  draw({ own: ownRows = [], house: houseRows = [] }, { device, meter, words, colours }) {
    const [own, house] = [byStart(ownRows, "change"), byStart(houseRows, "change")];
    const joined = Boolean(device && meter);
    // Of a home and its heat pump only hours that both know can be laid one on the other.
    const keep = joined ? (start) => own.has(start) && house.has(start) : () => true;
    const hourOf = (start) => local(start, words.zone).hour;
    const hoursOf = (amounts) =>
      profile([...amounts].filter(([start]) => keep(start)), hourOf);
    const [ofPump, ofHouse] = [hoursOf(own), hoursOf(house)];
    const known = device ? ofPump : ofHouse;
    if (known.every((value) => value === null)) return null;
    const rest = ofHouse.map((value, hour) =>
      value === null ? null : Math.max(value - (ofPump[hour] ?? 0), 0),
    );
    const kwh = (value) => words.number(value, 2, "kWh");
    const total = (values) => sum(values.filter((value) => value !== null));
    const moment = (hour) => words.date(
      midnight(2024, 1, 10, words.zone) + hour * HOUR,
      { hour: "2-digit", minute: "2-digit" },
    );
    const layers = [];
    if (device) {
      layers.push({
        name: words.text("dashboard_heat_pump"),
        stack: "day",
        values: ofPump,
        colour: colours.electricity,
        tell: kwh,
      });
    }
    if (meter) {
      layers.push({
        name: device ? words.text("dashboard_rest") : meter.name,
        stack: "day",
        values: device ? rest : ofHouse,
        colour: colours.home,
        tell: kwh,
      });
    }
    const figures = [];
    if (meter) {
      figures.push([words.text(device ? "dashboard_home_day" : "dashboard_a_day"), words.amount(total(ofHouse), "kWh")]);
    }
    if (device) {
      figures.push([words.text("dashboard_heat_pump_day"), words.amount(total(ofPump), "kWh")]);
    }
    if (joined && total(ofHouse) > 0) {
      const share = (100 * total(ofPump)) / total(ofHouse);
      figures.push([words.text("dashboard_share"), words.number(share, 0, "%")]);
    }
    return {
      figures,
      chart: categories({
        labels: known.map((_, hour) => moment(hour)),
        titles: known.map((_, hour) => `${moment(hour)} – ${moment(hour + 1)}`),
        units: ["kWh"],
        words,
        layers,
      }),
      note: words.text(joined ? "dashboard_profile_note" : "dashboard_profile_note_alone"),
    };
  },
};

/** Rows of months for a calendar, each with a cell for each day of the period. */
function monthsOf(period, first, last, words, cellOf) {
  const rows = [];
  const { year: firstYear, month: firstMonth } = local(Math.max(period.start, first), words.zone);
  const { year: lastYear, month: lastMonth } = local(
    Math.min(period.end - 1, last),
    words.zone,
  );
  const format = period.unit === "all" ? { month: "short", year: "2-digit" } : { month: "short" };
  for (let at = firstYear * 12 + firstMonth - 1; at <= lastYear * 12 + lastMonth - 1; at += 1) {
    const [year, month] = [Math.floor(at / 12), (at % 12) + 1];
    const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
    const days = Array.from({ length: 31 }, (_, day) =>
      day < length ? midnight(year, month, day + 1, words.zone) : null,
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
  load: ({ ask, device, period }) =>
    ask(only(device.statistics, "heat", "electricity"), period.around, "day", CHANGE),
  draw(rows, { period, words }) {
    const days = new Map(goodDays(rows).map((day) => [day.start, day.cop]));
    if (!days.size) return null;
    const [all, around] = [[...days.keys()], period.around];
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
        rows: monthsOf(around, all[0], all.at(-1), words, cellOf),
        columns: COLUMNS,
        scale: viridis,
        caption: words.text("dashboard_calendar"),
        legend: {
          from: `COP ${words.number(low, 1)}`,
          to: words.number(high, 1),
        },
      }),
      note: words.text("dashboard_calendar_note"),
    };
  },
};

const quality = {
  title: "dashboard_quality",
  around: true,
  // A year of hours, as the average day takes them, so that they are asked for once.
  load: ({ period, ...rest }) => loadHours({ period: period.around, ...rest }),
  draw({ own, house }, { period, words }) {
    const known = (own ?? house).filter(({ change }) => change !== null);
    const hours = known.map((row) => row.start);
    if (!hours.length) return null;
    const span = lastYearOf(period.around);
    const perDay = new Map();
    for (const start of hours) {
      const { year, month, day } = local(start, words.zone);
      const key = `${year}-${month}-${day}`;
      perDay.set(key, (perDay.get(key) ?? 0) + 1);
    }
    const cellOf = (start) => {
      const { year, month, day } = local(start, words.zone);
      const there = perDay.get(`${year}-${month}-${day}`) ?? 0;
      // The last day goes on.
      const next = Math.min(midnight(year, month, day + 1, words.zone), hours.at(-1) + HOUR);
      const length = Math.round((next - start) / HOUR);
      return {
        share: start < hours[0] - DAY || !there ? null : there / length,
        title: `${dayOf(start, words)}: ${words.text("dashboard_hours_of", {
          hours: words.number(there),
          all: words.number(length),
        })}`,
      };
    };
    const missing = holes(hours);
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
    for (const { from, to, hours: count } of missing.toSorted((a, b) => b.hours - a.hours).slice(0, 5)) {
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
        rows: monthsOf(
          new Period(period.unit === "all" ? "all" : "year", span.start + DAY, words.zone),
          Math.max(span.start, hours[0]),
          hours.at(-1),
          words,
          cellOf,
        ),
        columns: COLUMNS,
        scale: (value) => viridis(value * 0.75),
        caption: words.text("dashboard_quality"),
        legend: { from: words.text("dashboard_no_hours"), to: words.text("dashboard_all_hours") },
      }),
      list,
    );
    return {
      figures: [
        [
          words.text("dashboard_known_hours"),
          words.number((100 * hours.length) / (hours.length + lost), 1, "%"),
        ],
        [words.text("dashboard_holes"), words.number(missing.length)],
        [words.text("dashboard_until"), moment(hours.at(-1) + HOUR)],
      ],
      element,
      note: words.text(
        missing.length ? "dashboard_quality_note" : "dashboard_quality_note_whole",
      ),
    };
  },
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
  calendar: copCalendar,
  quality,
};
