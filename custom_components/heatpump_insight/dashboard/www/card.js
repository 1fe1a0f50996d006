/** The cards: one that draws any of the pictures, and one that chooses the period. */
import { coloursOf } from "./charts.js";
import { chosen } from "./chosen.js";
import { imported, overview, statistics } from "./data.js";
import { BUCKETS } from "./periods.js";
import { EVER, PICTURES } from "./pictures.js";
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
  .calendar td.unknown { background: repeating-linear-gradient(45deg, var(--divider-color) 0 2px, transparent 2px 5px); }
  .calendar td:focus-visible { outline: 2px solid var(--primary-text-color); outline-offset: 1px; }
  .calendar .foot { display: flex; flex-wrap: wrap; gap: 4px 16px; justify-content: space-between; margin-top: 8px; font-size: var(--ha-font-size-s, 12px); }
  .calendar .legend { display: flex; align-items: center; gap: 8px; direction: ltr; color: var(--secondary-text-color); }
  .calendar .legend span { width: 120px; height: 10px; border-radius: 5px; }
`;
const PERIOD_STYLE = `
  ha-card { padding: 8px 16px; display: flex; flex-wrap: wrap; align-items: center; gap: 8px 16px; justify-content: space-between; }
  .units, .move { display: flex; align-items: center; gap: 4px; }
  button { font: inherit; color: var(--primary-text-color); background: none; border: 1px solid var(--divider-color); border-radius: 18px; min-height: 36px; padding: 0 14px; cursor: pointer; }
  button:hover { background: var(--secondary-background-color); }
  button:focus-visible { outline: 2px solid var(--primary-color); outline-offset: 2px; }
  button[aria-checked="true"] { background: var(--primary-color); border-color: var(--primary-color); color: var(--text-primary-color); }
  button[aria-disabled="true"] { opacity: 0.4; cursor: default; }
  .move output { min-width: 9em; padding: 0 8px; text-align: center; font-weight: var(--ha-font-weight-medium, 500); }
  .waiting[hidden] { display: none; }
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
    let words;
    let isWhole = false;
    try {
      words = await wordsOf(hass);
      const all = await overview(hass, SOON - 500);
      const { system: wanted, meter } = this.config;
      const system = all.systems.find(({ key }) => key === wanted);
      const what = {
        all,
        system,
        meter: all.meters.find(({ key }) => key === (meter ?? system?.meter)),
        period: chosen.period,
        words,
      };
      const devices = [what.system, what.meter].filter(Boolean);
      const show = await this.picture(hass, { ...what, devices });
      if (mine !== this.#drawn) return;
      await show();
      isWhole = devices.length > 0 && imported(...devices) === 1;
    } catch (error) {
      if (mine !== this.#drawn) return;
      // What Home Assistant answers has a code; a fault of these modules is for the console.
      const answer = error?.error ?? error;
      if (answer?.code === undefined) throw error;
      const reason = String(answer.message ?? answer.code);
      this.say(words?.text("dashboard_failed", { error: reason }) ?? reason);
    } finally {
      if (mine === this.#drawn && this.isConnected) {
        // What is waited for may not come for long.
        this.wait = isWhole ? LATER : Math.min((this.wait ?? SOON / 2) * 2, LATER);
        this.timer = setTimeout(this.changed, this.wait);
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

  async picture(hass, { all, system, meter, period, words, devices }) {
    const picture = PICTURES[this.config.picture];
    const { of = ["system"] } = picture;
    const shown = picture.around ? period.around : period;
    const when = shown.unit === period.unit ? "" : ` · ${shown.title(words)}`;
    const title = create("h2", { textContent: words.text(picture.title) + when });
    if (!(of.includes("system") && system) && !(of.includes("meter") && meter)) {
      const none = create("p", { className: "none", textContent: words.text("dashboard_gone") });
      return () => this.card.replaceChildren(title, none);
    }
    const what = { system, meter, period };
    const loaded = await picture.load({ rows: (...asked) => statistics(hass, ...asked), ...what });
    const drawn = picture.draw(loaded, {
      ...what,
      fleet: all.fleets[system?.fleet] ?? [],
      words,
      colours: coloursOf(this),
    });
    return () => this.#show(title, drawn, words, devices);
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

  async picture(hass, { all, system, meter, words, devices }) {
    const { system: wanted, meter: wantedMeter } = this.config;
    if (!wanted && !wantedMeter) return () => this.#waitForDevices(all, words);
    const first = await firstDay(hass, system?.statistics.electricity ?? meter?.statistics.energy);
    return () => this.#show(words, devices, first);
  }

  /** In a view without anything to show: lets it be drawn anew once there is. */
  #waitForDevices({ systems, meters }, words) {
    this.say(words.text("dashboard_nothing"));
    if (systems.length || meters.length) {
      this.dispatchEvent(new CustomEvent("config-refresh", { bubbles: true, composed: true }));
    }
  }

  /** Changes what is there, so that nobody loses the focus and a screen reader hears it. */
  #show(words, devices, first) {
    this.parts ??= this.#build(words);
    const { units, before, after, title, waiting } = this.parts;
    const { period } = chosen;
    for (const button of units) {
      const isChosen = button.id === period.unit;
      button.ariaChecked = String(isChosen);
      button.tabIndex = isChosen ? 0 : -1;
      button.textContent = words.text(UNIT_TEXTS[button.id]);
    }
    const isAll = period.unit === "all";
    // Not `disabled`, which would take the focus away from under the finger.
    before.ariaDisabled = String(isAll || period.start <= first);
    after.ariaDisabled = String(isAll || period.end > Date.now());
    const text = period.title(words);
    if (title.textContent !== text) title.textContent = text;
    const wait = waitingText(words, devices);
    waiting.hidden = !wait;
    const [said, bar] = waiting.children;
    said.textContent = wait ?? "";
    const done = imported(...devices);
    if (done === null) bar.removeAttribute("value");
    else bar.value = done;
    bar.ariaLabel = wait ?? "";
    if (!this.card.contains(title)) this.card.replaceChildren(...this.parts.all);
  }

  #build(words) {
    const choose = (unit) => chosen.choose(chosen.period.as(unit, Date.now()));
    const units = Object.keys(BUCKETS).map((unit) =>
      create("button", { id: unit, role: "radio", onclick: () => choose(unit) }),
    );
    const group = create(
      "div",
      { className: "units", role: "radiogroup", ariaLabel: words.text("dashboard_period") },
      ...units,
    );
    // As every group of radio buttons: one stop of the tab key, and arrows within.
    group.onkeydown = (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const at = units.findIndex(({ id }) => id === chosen.period.unit);
      const next = units.at((at + step) % units.length);
      next.focus();
      choose(next.id);
    };
    const move = (steps, text, mark) => {
      const button = create("button", {
        ariaLabel: words.text(text),
        title: words.text(text),
        textContent: mark,
      });
      button.onclick = () => {
        if (button.ariaDisabled !== "true") chosen.choose(chosen.period.next(steps));
      };
      return button;
    };
    const before = move(-1, "dashboard_before", "‹");
    const after = move(1, "dashboard_after", "›");
    const title = create("output");
    const waiting = create("div", { className: "waiting" }, create("span"), create("progress"));
    const stepper = create("div", { className: "move" }, before, title, after);
    return { units, before, after, title, waiting, all: [group, stepper, waiting] };
  }
}

const UNIT_TEXTS = {
  day: "dashboard_unit_day",
  month: "dashboard_unit_month",
  year: "dashboard_unit_year",
  all: "dashboard_unit_all",
};

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
  const { months = [] } = await statistics(hass, { months: id }, EVER, "month", "change");
  return months[0]?.start ?? Infinity;
}

export const CARDS = {
  "heatpump-insight-picture": PictureCard,
  "heatpump-insight-period": PeriodCard,
};
