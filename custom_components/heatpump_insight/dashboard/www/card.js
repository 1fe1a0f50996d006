/** The cards: one that draws any of the pictures, and one that chooses the period. */
import { coloursOf } from "./charts.js";
import { chosen } from "./chosen.js";
import { imported, overview, statistics } from "./data.js";
import { BUCKETS } from "./periods.js";
import { PICTURES } from "./pictures.js";
import { wordsOf } from "./words.js";

/** How often there may be something new, in ms: soon while history is coming. */
const LATER = 5 * 60_000;
const SOON = 5_000;

const STYLE = `
  ha-card { height: 100%; box-sizing: border-box; padding: 16px; display: flex; flex-direction: column; gap: 8px; }
  h2 { margin: 0; font-size: var(--ha-font-size-l, 16px); font-weight: var(--ha-font-weight-medium, 500); }
  dl { display: flex; flex-wrap: wrap; gap: 4px 24px; margin: 0; }
  dt { color: var(--secondary-text-color); font-size: var(--ha-font-size-s, 12px); }
  dd { margin: 0; font-size: var(--ha-font-size-xl, 20px); }
  p { margin: 0; color: var(--secondary-text-color); font-size: var(--ha-font-size-s, 12px); line-height: 1.4; }
  p.none { padding: 32px 0; text-align: center; font-size: inherit; }
  ha-chart-base { display: block; }
  .holes { margin: 8px 0 0; padding-inline-start: 20px; font-size: var(--ha-font-size-s, 12px); }
  .calendar table { width: 100%; border-spacing: 1px; table-layout: fixed; }
  .calendar caption { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; white-space: nowrap; }
  .calendar th, .calendar thead td { font-size: 10px; font-weight: normal; color: var(--secondary-text-color); padding: 0; overflow: visible; white-space: nowrap; }
  .calendar th[scope="row"], .calendar thead td { width: 44px; text-align: start; }
  .calendar tbody td { height: 14px; padding: 0; border-radius: 2px; }
  .calendar td.none { background: var(--divider-color); }
  .calendar .legend { display: flex; align-items: center; gap: 8px; justify-content: flex-end; font-size: 11px; color: var(--secondary-text-color); margin-top: 8px; }
  .calendar .legend span { width: 120px; height: 10px; border-radius: 5px; }
`;
const PERIOD_STYLE = `
  ha-card { padding: 8px 16px; display: flex; flex-wrap: wrap; align-items: center; gap: 8px 16px; justify-content: space-between; }
  .units, .move { display: flex; align-items: center; gap: 4px; }
  button { font: inherit; color: var(--primary-text-color); background: none; border: 1px solid var(--divider-color); border-radius: 18px; min-height: 36px; padding: 0 14px; cursor: pointer; }
  button:hover { background: var(--secondary-background-color); }
  button:focus-visible { outline: 2px solid var(--primary-color); outline-offset: 2px; }
  button[aria-checked="true"] { background: var(--primary-color); border-color: var(--primary-color); color: var(--text-primary-color); }
  button:disabled { opacity: 0.4; cursor: default; }
  .move output { min-width: 9em; padding: 0 8px; text-align: center; font-weight: var(--ha-font-weight-medium, 500); }
  .waiting { flex-basis: 100%; color: var(--secondary-text-color); }
  progress { width: 100%; accent-color: var(--primary-color); }
`;

function create(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** Puts parts into a place; one that is there already stays, since a chart that moves begins anew. */
function fill(place, parts) {
  const there = [...place.children];
  const isLike = there.length === parts.length && there.some((part) => parts.includes(part));
  if (!isLike) return place.replaceChildren(...parts);
  return there.forEach((part, index) => {
    if (part !== parts[index]) part.replaceWith(parts[index]);
  });
}

/** What all cards share: when they draw, and that one that cannot says so. */
class Card extends HTMLElement {
  #drawn = 0;

  constructor(style) {
    super();
    const root = this.attachShadow({ mode: "open" });
    this.card = create("ha-card");
    root.append(create("style", { textContent: style }), this.card);
    this.changed = () => this.draw();
  }

  setConfig(config) {
    this.config = config;
  }

  set hass(hass) {
    const before = this._hass;
    this._hass = hass;
    const differs =
      !before ||
      before.connection !== hass.connection ||
      before.locale !== hass.locale ||
      before.themes !== hass.themes ||
      before.connected !== hass.connected;
    if (differs && this.isConnected) this.draw();
  }

  connectedCallback() {
    chosen.addEventListener("change", this.changed);
    if (this._hass) this.draw();
  }

  disconnectedCallback() {
    chosen.removeEventListener("change", this.changed);
    clearTimeout(this.timer);
  }

  /** Draws what there is now; a drawing that is overtaken by another is not shown. */
  async draw() {
    if (!this._hass?.connected) return;
    this.#drawn += 1;
    const mine = this.#drawn;
    clearTimeout(this.timer);
    const hass = this._hass;
    chosen.begin(hass);
    let wait = LATER;
    let words;
    try {
      words = await wordsOf(hass);
      const all = await overview(hass, SOON - 500);
      const show = await this.picture(hass, words, all);
      if (mine !== this.#drawn) return;
      await show();
      const devices = [...all.systems, ...all.meters];
      if (devices.length === 0 || imported(...devices) !== 1) wait = SOON;
    } catch (error) {
      if (mine !== this.#drawn) return;
      // What Home Assistant answers has a code; a fault of these modules is for the console.
      if (error?.code === undefined) throw error;
      const reason = error.message ?? error.code;
      this.say(words?.text("dashboard_failed", { error: reason }) ?? reason);
      wait = SOON;
    } finally {
      if (mine === this.#drawn && this.isConnected) {
        this.timer = setTimeout(this.changed, wait);
      }
    }
  }

  say(text) {
    this.card.replaceChildren(create("p", { className: "none", textContent: text }));
  }
}

/** A picture of a heat pump or a meter: `{ picture, system, meter }`. */
class PictureCard extends Card {
  constructor() {
    super(STYLE);
  }

  setConfig(config) {
    if (!Object.hasOwn(PICTURES, config.picture)) {
      throw new Error(`picture must be one of ${Object.keys(PICTURES).join(", ")}`);
    }
    super.setConfig(config);
  }

  getCardSize() {
    return 7;
  }

  getGridOptions() {
    return { columns: "full", min_columns: 6, rows: "auto" };
  }

  async picture(hass, words, all) {
    const { picture: name, system, meter: wanted } = this.config;
    const picture = PICTURES[name];
    const device = all.systems.find(({ key }) => key === system);
    const meter = all.meters.find(({ key }) => key === (wanted ?? device?.meter));
    const { period } = chosen;
    const shown = picture.around ? period.around : period;
    const of = shown.unit === period.unit ? "" : ` · ${shown.title(words)}`;
    const title = create("h2", { textContent: words.text(picture.title) + of });
    if (!device && !meter) {
      const none = create("p", { className: "none", textContent: words.text("dashboard_gone") });
      return () => this.card.replaceChildren(title, none);
    }
    const loaded = await picture.load({
      ask: (...what) => statistics(hass, ...what),
      device,
      meter,
      period,
    });
    const drawn = picture.draw(loaded, {
      device,
      meter,
      period,
      words,
      colours: coloursOf(this),
    });
    return () => this.#show(title, drawn, words, [device, meter].filter(Boolean));
  }

  async #show(title, drawn, words, devices) {
    if (!drawn) {
      const text = waitingText(words, devices) ?? words.text("dashboard_no_data");
      this.card.replaceChildren(title, create("p", { className: "none", textContent: text }));
      return;
    }
    const { figures, chart, element, note } = drawn;
    const list = create(
      "dl",
      {},
      ...figures.map(([name, text]) =>
        create("div", {}, create("dt", { textContent: name }), create("dd", { textContent: text })),
      ),
    );
    const body = chart ? await this.#chart(chart) : element;
    fill(this.card, [title, list, body, create("p", { textContent: note })]);
  }

  /** The frontend's own chart, which it loads with the first card that needs one. */
  async #chart({ data, options }) {
    if (!this.chart) {
      if (!customElements.get("ha-chart-base")) {
        const helpers = await window.loadCardHelpers();
        helpers.createCardElement({ type: "statistics-graph", entities: [] });
        await customElements.whenDefined("ha-chart-base");
      }
      this.chart = create("ha-chart-base", { height: "260px" });
    }
    Object.assign(this.chart, { hass: this._hass, data, options });
    return this.chart;
  }
}

/** Chooses the period of all cards of the page, and tells what is waited for. */
class PeriodCard extends Card {
  constructor() {
    super(PERIOD_STYLE);
  }

  getCardSize() {
    return 1;
  }

  getGridOptions() {
    return { columns: "full", rows: "auto" };
  }

  async picture(hass, words, all) {
    const { system, meter: wanted } = this.config;
    const device = all.systems.find(({ key }) => key === system);
    const meter = all.meters.find(({ key }) => key === (wanted ?? device?.meter));
    const devices = [device, meter].filter(Boolean);
    const first = await firstDay(hass, device?.statistics.electricity ?? meter?.statistics.energy);
    return () => this.#show(words, devices, first);
  }

  #show(words, devices, first) {
    const { period } = chosen;
    const focused = this.shadowRoot.activeElement?.id;
    const choose = (unit) => chosen.choose(period.as(unit, Date.now()));
    const units = Object.keys(BUCKETS);
    const group = create(
      "div",
      { className: "units", role: "radiogroup", ariaLabel: words.text("dashboard_period") },
      ...units.map((unit) =>
        create("button", {
          id: unit,
          role: "radio",
          ariaChecked: String(unit === period.unit),
          tabIndex: unit === period.unit ? 0 : -1,
          textContent: words.text(`dashboard_unit_${unit}`),
          onclick: () => choose(unit),
        }),
      ),
    );
    // As every group of radio buttons: one stop of the tab key, and arrows within.
    group.onkeydown = ({ key }) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[key];
      if (!step) return;
      const unit = units.at((units.indexOf(period.unit) + step) % units.length);
      this.shadowRoot.getElementById(unit).focus();
      choose(unit);
    };
    const move = (id, steps, text, mark, disabled) =>
      create("button", {
        id,
        ariaLabel: words.text(text),
        title: words.text(text),
        textContent: mark,
        disabled,
        onclick: () => chosen.choose(period.next(steps)),
      });
    const isAll = period.unit === "all";
    const stepper = create(
      "div",
      { className: "move" },
      move("before", -1, "dashboard_before", "‹", isAll || period.start <= first),
      create("output", { textContent: period.title(words) }),
      move("after", 1, "dashboard_after", "›", isAll || period.end > Date.now()),
    );
    this.card.replaceChildren(group, stepper);
    const waiting = waitingText(words, devices);
    if (waiting) {
      const done = imported(...devices);
      const bar = create("progress", done === null ? {} : { value: done });
      bar.setAttribute("aria-label", waiting);
      this.card.append(create("div", { className: "waiting" }, waiting, bar));
    }
    if (focused) this.shadowRoot.getElementById(focused)?.focus();
  }
}

/** What is waited for, null when the history is whole. */
function waitingText(words, devices) {
  const done = imported(...devices);
  if (done === null) return words.text("dashboard_waiting_to_begin");
  if (done >= 1) return null;
  return words.text("dashboard_waiting", {
    percent: words.number(Math.floor(100 * done), 0, "%"),
  });
}

/** The moment of the first month with rows, infinitely late where there is none. */
async function firstDay(hass, id) {
  const span = { start: Date.UTC(2010, 0, 1), end: Date.now() + 86_400_000 };
  const { rows = [] } = await statistics(hass, { rows: id }, span, "month", ["change"]);
  return rows[0]?.start ?? Infinity;
}

export const CARDS = {
  "heatpump-insight-picture": PictureCard,
  "heatpump-insight-period": PeriodCard,
};
