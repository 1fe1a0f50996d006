/** Shapes of charts, as options of the frontend's own chart. */

const COLOURS = {
  electricity: ["--energy-grid-consumption-color", "#488fc2"],
  heat: ["--deep-orange-color", "#ff6f22"],
  cop: ["--teal-color", "#009688"],
  carbon: ["--blue-grey-color", "#607d8b"],
  cost: ["--purple-color", "#926bc7"],
  boiler: ["--secondary-text-color", "#727272"],
  home: ["--blue-grey-color", "#607d8b"],
  fleet: ["--grey-color", "#9e9e9e"],
  text: ["--primary-text-color", "#212121"],
};

/** The colours of the theme that an element is drawn in. */
export function coloursOf(element) {
  const style = getComputedStyle(element);
  return Object.fromEntries(
    Object.entries(COLOURS).map(([name, [variable, fallback]]) => [
      name,
      style.getPropertyValue(variable).trim() || fallback,
    ]),
  );
}

/** A tooltip: what it is of, and a line for each figure. */
function tip(title, lines) {
  const box = document.createElement("div");
  const head = document.createElement("b");
  head.textContent = title;
  box.append(head);
  for (const { colour, text } of lines) {
    const row = document.createElement("div");
    if (colour) {
      const mark = document.createElement("span");
      mark.style.cssText = `display:inline-block;width:10px;height:10px;border-radius:50%;margin-inline-end:6px;background:${colour}`;
      row.append(mark);
    }
    row.append(text);
    box.append(row);
  }
  return box;
}

const GRID = { top: 28, bottom: 4, left: 4, right: 4, containLabel: true };

/**
 * Bars, and lines over them, by categories.
 *
 * `layers`: [{ name, values, colour, kind, stack, axis, tell }]; `values` are null where
 * nothing is known, `tell` makes a value's text, `axis` 1 has its scale on the right.
 */
export function categories({ labels, titles, layers, units, words }) {
  const axis = (unit, index) => ({
    type: "value",
    name: unit,
    nameTextStyle: { align: index ? "right" : "left" },
    nameGap: 8,
    position: index ? "right" : "left",
    splitLine: { show: !index },
    axisLabel: { formatter: (value) => words.tick(value) },
    ...(index ? { min: 0 } : {}),
  });
  return {
    data: layers.map(({ name, values, colour, kind = "bar", stack, axis: side = 0 }) => ({
      id: name,
      name,
      type: kind,
      stack,
      yAxisIndex: side,
      color: colour,
      itemStyle: { color: colour, borderRadius: stack ? 0 : [3, 3, 0, 0] },
      ...(kind === "line"
        ? {
            showSymbol: true,
            symbolSize: 6,
            lineStyle: { width: 2.5, color: colour },
            z: 3,
          }
        : { barMaxWidth: 28 }),
      data: values,
    })),
    options: {
      grid: GRID,
      legend: { show: true, type: "custom" },
      xAxis: { type: "category", data: labels, axisLabel: { hideOverlap: true } },
      yAxis: units.map(axis),
      tooltip: {
        trigger: "axis",
        axisPointer: { type: "shadow" },
        formatter: (points) => {
          const { dataIndex } = points[0];
          const told = layers.filter(({ values }) => values[dataIndex] !== null);
          return tip(
            titles[dataIndex],
            told.map(({ name, values, colour, tell }) => ({
              colour,
              text: `${name}: ${tell(values[dataIndex])}`,
            })),
          );
        },
      },
    },
  };
}

/**
 * Points, and lines through them, by two figures.
 *
 * `points`: [{ x, y, title(), lines() }]; `lines`: [{ name, colour, from: [x, y], to: [x, y] }].
 */
export function scatter({ points, lines, name, colour, xUnit, yUnit, words }) {
  const axis = (unit, side) => ({
    type: "value",
    name: unit,
    nameLocation: side,
    nameGap: side === "middle" ? 26 : 8,
    nameTextStyle: side === "middle" ? {} : { align: "left" },
    scale: true,
    axisLabel: { formatter: (value) => words.tick(value) },
  });
  return {
    data: [
      {
        id: name,
        name,
        // The frontend's chart has no scatter: a line that does not show has points too.
        type: "line",
        lineStyle: { opacity: 0 },
        showSymbol: true,
        symbol: "circle",
        symbolSize: 7,
        color: colour,
        itemStyle: { color: colour, opacity: 0.55 },
        data: points.map(({ x, y }) => [x, y]),
      },
      ...lines.map(({ name: label, colour: ink, from, to, dashed }) => ({
        id: label,
        name: label,
        type: "line",
        showSymbol: false,
        color: ink,
        lineStyle: { width: 2.5, color: ink, type: dashed ? "dashed" : "solid" },
        tooltip: { show: false },
        z: 3,
        data: [from, to],
      })),
    ],
    options: {
      grid: { ...GRID, bottom: 24 },
      legend: { show: true, type: "custom" },
      xAxis: axis(xUnit, "middle"),
      yAxis: axis(yUnit, "end"),
      tooltip: {
        trigger: "item",
        formatter: ({ dataIndex, seriesIndex }) =>
          seriesIndex ? null : tip(points[dataIndex].title(), points[dataIndex].lines()),
      },
    },
  };
}
