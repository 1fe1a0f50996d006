/** The calendar: a table of months and days whose colours tell how good each day is. */

/**
 * A table of cells by months and days: `{ share, title }`, whose share from 0 to 1 is one of
 * a scale of colours and null where nothing is known; null for a day that is not. `most` is
 * the largest share that there may be.
 *
 * The title of a cell is told below the table when it is pointed at, touched, or reached
 * with the arrow keys.
 */
export function calendar({ rows, columns, caption, legend, most = 1 }) {
  const told = Object.assign(document.createElement("output"), { textContent: "\u00a0" });
  const table = document.createElement("table");
  table.append(Object.assign(document.createElement("caption"), { textContent: caption }));
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
  const steps = Array.from({ length: 11 }, (_, step) => viridis((most * step) / 10));
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
  const step = {
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
  };
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
