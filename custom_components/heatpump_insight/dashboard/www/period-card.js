/** The card that chooses the period of all cards of the page: `{ system, meter }`. */
import { Card, create, waitingText } from "./card.js";
import { chosen } from "./chosen.js";
import { imported, statistics } from "./data.js";
import { BUCKETS, EVER } from "./periods.js";

const UNIT_TEXTS = {
  day: "dashboard_unit_day",
  month: "dashboard_unit_month",
  year: "dashboard_unit_year",
  all: "dashboard_unit_all",
};

const STYLE = `
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

/** Tells what is waited for as well. */
export class PeriodCard extends Card {
  constructor() {
    super(STYLE);
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
    const first = await firstDay(
      hass,
      system?.statistics.electricity ?? meter?.statistics.energy,
    );
    return () => this.#show(words, devices, first);
  }

  /** In a view without anything to show: lets it be drawn anew once there is. */
  #waitForDevices({ systems, meters }, words) {
    this.say(words.text("dashboard_nothing"));
    if (systems.length || meters.length) {
      this.dispatchEvent(
        new CustomEvent("config-refresh", { bubbles: true, composed: true }),
      );
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
    const waiting = create(
      "div",
      { className: "waiting" },
      create("span"),
      create("progress"),
    );
    const stepper = create("div", { className: "move" }, before, title, after);
    return { units, before, after, title, waiting, all: [group, stepper, waiting] };
  }
}

/** The moment of the first month with rows, infinitely late where there is none. */
async function firstDay(hass, id) {
  const { months = [] } = await statistics(hass, { months: id }, EVER, "month", "change");
  return months[0]?.start ?? Infinity;
}
