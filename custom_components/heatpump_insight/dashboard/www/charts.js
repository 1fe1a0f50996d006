/** Shapes of charts, as options of the frontend's own chart. */

const COLOURS = {
  electricity: ["--energy-grid-consumption-color", "#488fc2"],
  heat: ["--deep-orange-color", "#ff6f22"],
  cop: ["--teal-color", "#009688"],
  carbon: ["--brown-color", "#795548"],
  cost: ["--indigo-color", "#3f51b5"],
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
    axisLabel: { formatter: (value) => words.number(value, value % 1 ? 1 : 0) },
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
        ? { showSymbol: true, symbolSize: 6, lineStyle: { width: 2.5, color: colour }, z: 3 }
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
    axisLabel: { formatter: (value) => words.number(value, value % 1 ? 1 : 0) },
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

/**
 * A table of cells by months and days: `{ share, title }`, whose share from 0 to 1 is one of
 * a scale of colours and null where nothing is known; null for a day that is not.
 *
 * The title of a cell is told below the table when it is pointed at, touched, or reached
 * with the arrow keys.
 */
export function calendar({ rows, columns, caption, legend }) {
  const told = Object.assign(document.createElement("output"), { textContent: "\u00a0" });
  const table = document.createElement("table");
  table.append(
    Object.assign(document.createElement("caption"), { textContent: caption }),
  );
  const head = table.createTHead().insertRow();
  head.append(document.createElement("td"));
  for (const column of columns) {
    const cell = document.createElement("th");
    cell.scope = "col";
    // Every fifth is enough to find the others.
    cell.textContent = column % 5 ? "" : column;
    head.append(cell);
  }
  const body = table.createTBody();
  for (const { label, cells } of rows) {
    const row = body.insertRow();
    const name = document.createElement("th");
    name.scope = "row";
    name.textContent = label;
    row.append(name);
    for (const cell of cells) {
      const field = row.insertCell();
      if (!cell) continue;
      field.tabIndex = -1;
      field.setAttribute("aria-label", cell.title);
      field.className = cell.share === null ? "unknown" : "known";
      if (cell.share !== null) field.style.background = viridis(cell.share);
    }
  }
  const first = body.querySelector("[tabindex]");
  if (first) first.tabIndex = 0;
  const tell = ({ target }) => {
    const text = target.getAttribute?.("aria-label");
    if (text) told.textContent = text;
  };
  table.addEventListener("pointerover", tell);
  table.addEventListener("focusin", tell);
  table.addEventListener("keydown", (event) => move(event, body));
  const key = document.createElement("div");
  key.className = "legend";
  const bar = document.createElement("span");
  const steps = Array.from({ length: 11 }, (_, step) => viridis(step / 10));
  bar.style.background = `linear-gradient(to right, ${steps.join(",")})`;
  key.append(legend.from, bar, legend.to);
  const foot = document.createElement("div");
  foot.className = "foot";
  foot.append(told, key);
  const box = document.createElement("div");
  box.className = "calendar";
  box.append(table, foot);
  return box;
}

/** Goes with the arrow keys from a cell to the next one that is a day. */
function move(event, body) {
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  const cell = event.target;
  if (!(event.key in step) || cell.tabIndex === undefined) return;
  event.preventDefault();
  const [down, right] = step[event.key];
  const row = body.rows[cell.parentElement.sectionRowIndex + down];
  const next = row?.cells[cell.cellIndex + right];
  if (!next?.hasAttribute("tabindex")) return;
  cell.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

const VIRIDIS = [
  [72, 36, 117],
  [59, 82, 139],
  [33, 145, 140],
  [94, 201, 98],
  [220, 220, 40],
];

/** Colours from poor to good, which those who see no red or no green tell apart too. */
function viridis(share) {
  const place = Math.min(Math.max(share, 0), 1) * (VIRIDIS.length - 1);
  const index = Math.min(Math.floor(place), VIRIDIS.length - 2);
  const mixed = VIRIDIS[index].map((from, channel) =>
    Math.round(from + (VIRIDIS[index + 1][channel] - from) * (place - index)),
  );
  return `rgb(${mixed.join(",")})`;
}
