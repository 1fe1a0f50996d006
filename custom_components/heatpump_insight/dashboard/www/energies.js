/** Pictures of energies, and of what they cost, by the buckets of a period. */
import { categories } from "./charts.js";
import { cop, inBuckets, joined, total } from "./figures.js";
import { amounts, changes } from "./rows.js";

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

export const energy = {
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

export const carbon = besideBoiler("carbon", {
  title: "dashboard_carbon",
  note: "dashboard_carbon_note",
  unit: () => "kg",
  tell: (words, value) => words.amount(value, "kg"),
  tellPerHeat: (words, value) => words.number(value * 1000, 0, "g/kWh"),
});

export const cost = besideBoiler("cost", {
  title: "dashboard_cost",
  note: "dashboard_cost_note",
  unit: (words) => words.currencySign,
  tell: (words, value) => words.money(value),
  tellPerHeat: (words, value) => `${words.money(value, 3)}/kWh`,
});

export const usage = {
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
