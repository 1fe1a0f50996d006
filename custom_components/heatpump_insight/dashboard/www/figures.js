/** What is computed from rows: pure functions of numbers. */

const HOUR = 3_600_000;

/** COP as the ratio of two energies; unknown where there is no heat or no electricity. */
export function cop(heat, electricity) {
  return heat > 0 && electricity > 0 ? heat / electricity : null;
}

export function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

/** The field of each row by its start, without rows that have none. */
export function byStart(rows, field) {
  const found = rows.filter((row) => row[field] !== null && row[field] !== undefined);
  return new Map(found.map((row) => [row.start, row[field]]));
}

/**
 * Only the starts that all maps know. What is told of two energies together, as a COP, is
 * told of the hours that both know, or one that has more hours would weigh more.
 */
export function joined(...maps) {
  const [first, ...others] = maps;
  const both = [...first.keys()].filter((start) => others.every((map) => map.has(start)));
  return maps.map((map) => new Map(both.map((start) => [start, map.get(start)])));
}

/** The sums of amounts in buckets by the starts of these; a bucket without any is not there. */
export function inBuckets(amounts, starts) {
  const sums = new Map();
  const sorted = [...amounts].sort(([a], [b]) => a - b);
  let bucket = 0;
  for (const [start, amount] of sorted) {
    while (bucket + 1 < starts.length && starts[bucket + 1] <= start) bucket += 1;
    if (start >= starts[bucket]) {
      sums.set(starts[bucket], (sums.get(starts[bucket]) ?? 0) + amount);
    }
  }
  return sums;
}

/** The sum of all amounts. */
export function total(amounts) {
  return sum([...amounts.values()]);
}

/** The straight line y = intercept + slope × x of least weighted squares, or null. */
export function line(points) {
  const weight = sum(points.map((point) => point.weight));
  const mean = (axis) => sum(points.map((point) => point[axis] * point.weight)) / weight;
  const [x, y] = [mean("x"), mean("y")];
  const spread = sum(points.map((point) => point.weight * (point.x - x) ** 2));
  if (points.length < 10 || !(spread > 0)) return null;
  const slope =
    sum(points.map((point) => point.weight * (point.x - x) * (point.y - y))) / spread;
  return { slope, intercept: y - slope * x };
}

/** How many values lie in each bin of a width: [{ from, count }], empty ones between too. */
export function histogram(values, width) {
  const bins = values.map((value) => Math.floor(value / width));
  const [least, most] = [Math.min(...bins), Math.max(...bins)];
  return Array.from({ length: most - least + 1 }, (_, index) => ({
    from: (least + index) * width,
    count: bins.filter((bin) => bin === least + index).length,
  }));
}

/** The mean of a day's 24 hours, each over the days that know it; null where none does. */
export function profile(amounts, hourOf) {
  const hours = Array.from({ length: 24 }, () => []);
  for (const [start, amount] of amounts) hours[hourOf(start)].push(amount);
  return hours.map((known) => (known.length ? sum(known) / known.length : null));
}

/**
 * The spans [from, to) of hours of which nothing is known. `known` are the hours that are,
 * in order; what lies between them and `start` or `end` counts where there is one.
 */
export function holes(known, start, end) {
  const edges = [...(start ? [start - HOUR] : []), ...known, ...(end ? [end] : [])];
  const found = [];
  for (let index = 1; index < edges.length; index += 1) {
    const from = edges[index - 1] + HOUR;
    if (edges[index] > from) {
      found.push({ from, to: edges[index], hours: (edges[index] - from) / HOUR });
    }
  }
  return found;
}
