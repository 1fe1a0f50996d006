/** What is computed from rows: pure functions of numbers. */

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

/** All starts of several maps, in order. */
export function starts(...maps) {
  return [...new Set(maps.flatMap((map) => [...map.keys()]))].sort((a, b) => a - b);
}

/**
 * The COP over several buckets: the ratio of their energies, never a mean of ratios.
 * A bucket of which only one energy is known says nothing of it.
 */
export function copOver(heat, electricity) {
  const both = [...heat.keys()].filter((start) => electricity.has(start));
  return cop(
    sum(both.map((start) => heat.get(start))),
    sum(both.map((start) => electricity.get(start))),
  );
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

/** The spans [from, to) of hours of which nothing is known, between the first and the last. */
export function holes(starts) {
  const HOUR = 3_600_000;
  const found = [];
  for (let index = 1; index < starts.length; index += 1) {
    const from = starts[index - 1] + HOUR;
    if (starts[index] > from) {
      found.push({ from, to: starts[index], hours: (starts[index] - from) / HOUR });
    }
  }
  return found;
}
